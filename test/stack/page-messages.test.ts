// What a message looks like, and reading: scrolling back, staying at the end, coming back.

import { describe, expect, test } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { newRoom } from '../support/shared-stack.ts';
import {
  becomes,
  belowSight,
  DESKTOP,
  DEVICES,
  messageOf,
  openPanel,
  PHONE,
  people,
  read,
  say,
  shown,
  textsOf,
} from './page-room.ts';

const { come, enter, client, publish } = people();

const styleOf = (element: Locator, name: string) =>
  element.evaluate(
    (of, property) => of.ownerDocument.defaultView.getComputedStyle(of)[property],
    name,
  );
const lineOf = (page: Page, seq: number) => page.locator(`[data-seq="${seq}"]`);
const topOf = async (line: Locator) => (await line.boundingBox())?.y ?? Number.NaN;

/** That the element is on top where it is so far across and down, without a click. */
async function reach(element: Locator, across: number, down: number) {
  const { width = 0, height = 0 } = (await element.boundingBox()) ?? {};
  await element.click({ trial: true, position: { x: width * across, y: height * down } });
}

describe.each(DEVICES)('a message on %s', (_, viewport) => {
  const showActions = async (message: Locator) => {
    if (viewport === PHONE) await message.focus();
    else await message.hover();
    await message.getByTestId('copy').waitFor();
  };

  test('that soon follows another of its author stands below it without a head of its own', async () => {
    const room = newRoom('groups');
    const page = await enter(`/r/${room}`, 'Ada', { viewport });
    await publish(room, ['one', 'two'], 'Bob');
    await publish(room, ['three'], 'Eve');
    await shown(page, 'three');
    const follows = () =>
      page.getByTestId('message').evaluateAll((all) => all.map((line) => line.dataset.follows));
    expect(await follows()).toEqual(['false', 'true', 'false']);
    const second = messageOf(page, 'two');
    expect((await second.locator('.avatar').boundingBox())?.width).toBeLessThan(2);
    // Screen readers still get the author.
    expect(await read(second.locator('.line-head'))).toContain('Bob');
  });

  test('that is long is folded until the reader unfolds it', async () => {
    const page = await enter(`/r/${newRoom('long')}`, 'Ada', { viewport });
    await say(page, `${'long '.repeat(400)}end`);
    const message = await shown(page, 'long');
    // On a phone the pressed line has a row of actions, too.
    const text = message.getByTestId('message-text');
    const height = async () => (await text.boundingBox())?.height ?? 0;
    const folded = await height();
    expect(folded).toBeLessThan(viewport.height / 2);
    await message.getByRole('button', { name: 'Show all' }).click();
    expect(await height()).toBeGreaterThan(2 * folded);
    await message.getByRole('button', { name: 'Show less' }).click();
    expect(await height()).toBeLessThan(folded + 1);
  });

  test('that is long and received has its actions within the log: beside it, or below it on a narrow screen', async () => {
    const room = newRoom('beside');
    const page = await enter(`/r/${room}`, 'Ada', {
      viewport,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const text = 'a long line of somebody else '.repeat(12).trim();
    const bob = await client(room, 'Bob');
    await bob.send(text, 'long');
    const message = await shown(page, text);
    await showActions(message);
    // In one moment: the end of the log follows the row of actions below a line.
    const { log, said, words, actions } = await message.evaluate((line) => {
      const text = line.querySelector('[data-testid=message-text]');
      const buttons = line.querySelectorAll('[data-testid=reply], [data-testid=copy]');
      const [log, said, words, ...actions] = [
        line.closest('.log'),
        text,
        text.querySelector('p'),
        ...buttons,
      ].map((part) => part.getBoundingClientRect().toJSON());
      return { log, said, words, actions };
    });
    expect(actions).toHaveLength(2);
    for (const box of actions) {
      expect(box.right).toBeLessThanOrEqual(log.right);
      if (viewport === DESKTOP) expect(box.left).toBeGreaterThanOrEqual(said.right);
      else {
        expect(box.top).toBeGreaterThanOrEqual(words.bottom);
        expect(box.bottom).toBeLessThanOrEqual(log.bottom);
      }
    }
    await message.getByTestId('copy').click();
    await becomes('copied', async () => (await read(page.getByTestId('toast'))) === 'Copied');
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(text);
  });

  test('is answered with a quote', async () => {
    const room = newRoom('reply');
    const ada = await enter(`/r/${room}`, 'Ada', { viewport });
    const bob = await enter(`/r/${room}`, 'Bob', {
      viewport,
      hasTouch: viewport === PHONE,
      isMobile: viewport === PHONE,
    });
    await say(ada, 'shall we meet\nat noon?');
    const asked = await shown(bob, 'shall we');
    const reply = async () => {
      if (viewport === PHONE) {
        await asked.tap();
        await asked.getByTestId('reply').tap();
      } else {
        await asked.hover();
        await asked.getByTestId('reply').click();
      }
    };
    await reply();
    expect(await read(bob.getByTestId('reply-bar'))).toContain('shall we meet at noon?');
    await bob.getByTestId('composer').press('Escape');
    expect(await bob.getByTestId('reply-bar').count()).toBe(0);
    await reply();
    await say(bob, 'yes');
    const answer = await shown(ada, 'yes');
    expect(await read(answer.getByTestId('answered'))).toMatch(/Ada\s+shall we meet at noon\?$/);
    expect(await read(answer.getByTestId('message-text').locator('p'))).toBe('yes');
    expect(await bob.getByTestId('reply-bar').count()).toBe(0);
  });

  test('that was published stands as far from the next as every other, covers nothing of it until its actions show, and nothing covers those', async () => {
    const room = newRoom('distances');
    const page = await enter(`/r/${room}`, 'Ada', { viewport });
    await publish(room, ['one', 'wrapped '.repeat(40), 'two', 'three']);
    await shown(page, 'three');
    const boxes = await page
      .getByTestId('message-text')
      .evaluateAll((all) => all.map((text) => text.getBoundingClientRect().toJSON()));
    const gaps = boxes.slice(1).map(({ top }, n) => Math.round(top - boxes[n].bottom));
    expect(gaps).toEqual([gaps[0], gaps[0], gaps[0]]);
    await page.locator('.published').nth(3).waitFor();
    await reach(messageOf(page, 'wrapped').getByTestId('message-text'), 0.95, 0.97);
    // Both actions can be reached all the same.
    await showActions(messageOf(page, 'two'));
    await reach(messageOf(page, 'two').getByTestId('copy'), 0.5, 0.9);
    expect(await messageOf(page, 'two').getByTestId('copy').isVisible()).toBe(true);
    expect(await messageOf(page, 'three').getByTestId('copy').isVisible()).toBe(false);
    await messageOf(page, 'two').getByTestId('copy').click({ trial: true });
    await messageOf(page, 'two').getByTestId('reply').click();
    expect(await read(page.getByTestId('reply-bar'))).toContain('two');
  });
});

describe('P11: what people write', () => {
  /** A letter with marks that stack above it, and one with marks below it. DejaVu stacks these. */
  const marked = (letter: string, above: number, below: number) =>
    `${letter}${'\u0315\u0321\u0300'.repeat(above)}${letter}${'\u0323'.repeat(below)}`;
  const show = (element: Locator, isShown: boolean) =>
    element.evaluate(
      (of, visibility) => {
        of.style.visibility = visibility;
      },
      isShown ? '' : 'hidden',
    );
  const pictures = async (elements: readonly Locator[]) => {
    const taken: string[] = [];
    for (const element of elements) taken.push((await element.screenshot()).toString('base64'));
    return taken;
  };

  test('with marks without end covers neither another line nor another name', async () => {
    const room = newRoom('marks');
    const page = await enter(`/r/${room}`, 'Ada');
    const other = await client(room, marked('Z', 5, 15));
    await publish(room, ['above'], 'Bob');
    await shown(page, 'above');
    await other.send(marked('Z', 60, 170), 'marked');
    await other.send(`> ${marked('Q', 20, 60)}\nanswer`, 'answer');
    await shown(page, 'answer');
    await publish(room, ['below'], 'Eve');
    await shown(page, 'below');
    const said = page.getByTestId('message');
    const people = page.getByTestId('roster').locator('li');
    for (const [covering, covered] of [
      [said.nth(1), [said.nth(0).getByTestId('message-text')]],
      [said.nth(1), [said.nth(2).locator('blockquote')]],
      [said.nth(2).locator('blockquote'), [said.nth(2).getByTestId('message-text').locator('p')]],
      [said.nth(1), [said.nth(3).locator('.line-head')]],
      [people.nth(1), [people.nth(0).locator('bdi')]],
    ] as const) {
      await show(covering, false);
      const alone = await pictures(covered);
      await show(covering, true);
      expect(await pictures(covered)).toEqual(alone);
    }
  });

  test('in tall letters is whole', async () => {
    const page = await enter(`/r/${newRoom('tall')}`, 'Ada');
    // The stack is as high as the letters of a tall script, for which a machine may have no font.
    const tall = `${marked('A', 3, 4)} ไม่ได้ปั้น ཧཱུྃ ကြွေ نستعلیق क्ष्म्य`;
    await say(page, tall);
    const text = (await shown(page, 'ไม่')).getByTestId('message-text');
    const { x = 0, y = 0, width = 0, height = 0 } = (await text.boundingBox()) ?? {};
    const picture = async () => {
      const clip = { x: x - 20, y: y - 20, width: width + 40, height: height + 40 };
      return (await page.screenshot({ clip })).toString('base64');
    };
    const clipped = await picture();
    await text.evaluate((of) => {
      for (const element of [of, ...of.querySelectorAll('*')]) element.style.overflow = 'visible';
    });
    expect(await picture()).toBe(clipped);
  });

  test.each(DEVICES)('without a space stays within its place on %s', async (_, viewport) => {
    const room = newRoom('wide');
    const page = await enter(`/r/${room}`, 'W'.repeat(32), { viewport });
    const other = await client(room, 'M'.repeat(32));
    await other.send('W'.repeat(300), 'wide');
    await (await shown(page, 'WWW')).getByTestId('reply').dispatchEvent('click');
    await page.getByTestId('reply-bar').waitFor();
    await openPanel(page, 'people');
    await other.stop();
    await page.locator('[data-news=left]').waitFor();
    const wide = await page
      .locator('.reply-bar, .reply-bar *, .line *, .side, .side *, .own-name *')
      .evaluateAll((all) =>
        all
          // An ellipsis shows that something is left out.
          .filter(
            (element) => element.computedStyleMap().get('text-overflow')?.value !== 'ellipsis',
          )
          .filter((element) => element.clientWidth > 1)
          .filter((element) => element.scrollWidth > element.clientWidth + 1)
          .map((element) => element.outerHTML.slice(0, 80)),
      );
    expect(wide).toEqual([]);
  });

  test('with unfinished bidi controls turns no other line around', async () => {
    const room = newRoom('bidi');
    const page = await enter(`/r/${room}`, 'Ada');
    await say(page, 'first \u202e\u2067 abc');
    await say(page, '> quoted \u202e abc\nsecond (1)');
    await becomes('two', async () => (await textsOf(page)).length === 2);
    await publish(room, ['third \u202e', 'fourth (1)']);
    await shown(page, 'fourth');
    /** Where the first letter of the text stands in its box, from the left. */
    const startOf = (text: Locator) =>
      text.evaluate((of) => {
        const document = of.ownerDocument;
        const range = document.createRange();
        const letters = document.createTreeWalker(of, 4).nextNode();
        range.setStart(letters, 0);
        range.setEnd(letters, 1);
        return range.getBoundingClientRect().left - of.getBoundingClientRect().left;
      });
    const texts = page.getByTestId('message-text');
    for (const text of [texts.nth(1).locator('p'), texts.nth(3)]) {
      expect(await startOf(text)).toBeLessThan(20);
    }
  });

  test('that nobody can see is not sent', async () => {
    const page = await enter(`/r/${newRoom('invisible')}`, 'Ada');
    await page.getByTestId('composer').fill('\u200b\u3164 \ufe0f');
    expect(await page.getByTestId('send').isDisabled()).toBe(true);
    await page.getByTestId('composer').press('Enter');
    await say(page, 'seen\u200b');
    await shown(page, 'seen');
    expect(await textsOf(page)).toEqual(['seen\u200b']);
  });
});

describe('a message', () => {
  test('has the colour and initials of its author, the same for everybody and after a reload', async () => {
    const room = newRoom('colours');
    const ada = await enter(`/r/${room}`, 'Ada Lovelace');
    const bob = await enter(`/r/${room}`, '小明', {
      colorScheme: 'dark',
    });
    await say(ada, 'mine');
    await say(bob, '我的');
    const avatar = (page: Page) => page.getByTestId('message').locator('.avatar').first();
    await shown(bob, 'mine');
    await shown(ada, '我的');
    expect(await read(avatar(bob))).toBe('AL');
    expect(await read(avatar(ada))).toBe('小');
    const hue = await avatar(bob).getAttribute('data-hue');
    expect(hue).toBe(await ada.getByTestId('own-name').locator('.avatar').getAttribute('data-hue'));
    await bob.reload();
    await shown(bob, 'mine');
    expect(await avatar(bob).getAttribute('data-hue')).toBe(hue);
  });

  test('keeps its line breaks, and shows code as code', async () => {
    const page = await enter(`/r/${newRoom('code')}`, 'Ada');
    await say(page, 'one\n\n  two `let x` three\n```ts\nif (a < b) {\n\treturn `t`;\n}\n```');
    const message = await shown(page, 'three');
    expect(await read(message.getByTestId('message-text'))).toMatch(/one\n\n {2}two let x/);
    expect(await read(message.locator('p code'))).toBe('let x');
    const block = message.locator('pre');
    expect(await read(block)).toBe('if (a < b) {\n\treturn `t`;\n}');
    expect(await styleOf(block.locator('code'), 'fontFamily')).toMatch(/mono/i);
  });

  test('has links that lead where they say and nowhere else', async () => {
    const page = await enter(`/r/${newRoom('links')}`, 'Ada');
    await say(
      page,
      'see https://example.com/a_(b)?q=1. javascript:alert(1) https://bank.example@evil.example/ 去https://例子.测试/路径，好',
    );
    const links = (await shown(page, 'see')).getByRole('link');
    expect(await links.allInnerTexts()).toEqual([
      'https://example.com/a_(b)?q=1',
      'https://例子.测试/路径',
    ]);
    const [first, second] = await links.all();
    expect(await first?.getAttribute('rel')).toContain('noopener');
    expect(await first?.getAttribute('target')).toBe('_blank');
    expect(await second?.getAttribute('title')).toMatch(/^https:\/\/xn--/);
  });

  test('of a few emoji is larger', async () => {
    const page = await enter(`/r/${newRoom('emoji')}`, 'Ada');
    await say(page, 'words 😀');
    await say(page, '👩‍👩‍👧 👋🏽');
    const size = async (text: string) =>
      Number.parseFloat(
        await styleOf((await shown(page, text)).getByTestId('message-text'), 'fontSize'),
      );
    expect(await size('👋🏽')).toBeGreaterThan(2 * (await size('words')));
  });

  test('fixes: has emoji in colour where a font has colours, also if the font of the text has them in black', async () => {
    const page = await enter(`/r/${newRoom('colour')}`, 'Ada');
    const canvas = await page.context().newPage();
    const isColoured = async (emoji: string) => {
      await say(page, emoji);
      const text = (await shown(page, emoji)).getByTestId('message-text');
      const picture = (await text.screenshot()).toString('base64');
      return canvas.evaluate<boolean>(`(async () => {
        const image = new Image();
        image.src = 'data:image/png;base64,${picture}';
        await image.decode();
        const { width, height } = image;
        const context = new OffscreenCanvas(width, height).getContext('2d');
        context.drawImage(image, 0, 0);
        const { data } = context.getImageData(0, 0, width, height);
        for (let at = 0; at < data.length; at += 4) {
          if (data[at] - data[at + 2] > 100) return true;
        }
        return false;
      })()`);
    };
    // DejaVu Sans, the font of many Linux desktops, has the first one. No font for text has the second.
    expect(await isColoured('😀')).toBe(await isColoured('🧡'));
  });

  test('is copied, as it was written', async () => {
    const page = await enter(`/r/${newRoom('copy')}`, 'Ada', {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await say(page, 'a `b`\n> c');
    const message = await shown(page, 'a b');
    await message.hover();
    await message.getByTestId('copy').click();
    await becomes('copied', async () => (await read(page.getByTestId('toast'))) === 'Copied');
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe('a `b`\n> c');
  });

  test('that was published in colours is shown in them, and quoted and copied without their codes', async () => {
    const room = newRoom('ansi');
    const page = await enter(`/r/${room}`, 'Ada', {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await publish(room, ['\u001b[31;1mERROR\u001b[0m connection refused']);
    const message = await shown(page, 'connection refused');
    expect(await read(message.getByTestId('message-text'))).toBe('ERROR connection refused');
    expect(await read(message.locator('.log-red'))).toBe('ERROR');
    await message.locator('[data-level="error"]').waitFor();
    await message.hover();
    await message.getByTestId('copy').click();
    await becomes('copied', async () => (await read(page.getByTestId('toast'))) === 'Copied');
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe('ERROR connection refused');
    await message.getByTestId('reply').click();
    const bar = page.getByTestId('reply-bar').locator('[dir=auto]');
    expect(await bar.textContent()).toBe('ERROR connection refused');
    await say(page, 'again');
    const answer = await shown(page, 'again');
    const answered = answer.getByTestId('answered');
    await answered.waitFor();
    expect(await read(answered)).toContain('ERROR connection refused');
  });

  test('has its local time, and the full date under the pointer', async () => {
    const page = await enter(`/r/${newRoom('times')}`, 'Ada', {
      locale: 'en-GB',
      timezoneId: 'Asia/Shanghai',
    });
    await say(page, 'now');
    const time = (await shown(page, 'now')).locator('time');
    const at = new Date((await time.getAttribute('datetime')) ?? '');
    const local = new Intl.DateTimeFormat('en-GB', {
      timeStyle: 'short',
      timeZone: 'Asia/Shanghai',
    });
    expect(await read(time)).toBe(local.format(at));
    expect(await time.getAttribute('title')).toContain(`${at.getFullYear()}`);
  });

  test('P12: is of yesterday right after a sleep over midnight, and has the time of a new time zone', async () => {
    const page = await enter(`/r/${newRoom('sleep')}`, 'Ada', {
      locale: 'en-GB',
      hasClock: true,
    });
    await say(page, 'good night');
    const message = await shown(page, 'good night');
    const day = page.getByTestId('day');
    expect(await read(day)).toBe('Today');
    // As after a sleep: the clock is far ahead, and no timer has fired.
    await page.clock.setSystemTime(Date.now() + 86_400_000);
    await page.evaluate(`window.dispatchEvent(new Event('focus'))`);
    await becomes('yesterday', async () => (await read(day)) === 'Yesterday');

    const at = new Date((await message.locator('time').getAttribute('datetime')) ?? '');
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Emulation.setTimezoneOverride', { timezoneId: 'Asia/Kathmandu' });
    await page.evaluate(`window.dispatchEvent(new Event('focus'))`);
    const there = at.toLocaleTimeString('en-GB', {
      timeStyle: 'short',
      timeZone: 'Asia/Kathmandu',
    });
    const time = message.locator('time');
    await becomes('the time there', async () => (await read(time)) === there);
  });

  test('of another day stands under the name of its day', async () => {
    const room = newRoom('days');
    const page = await enter(`/r/${room}`, 'Ada');
    await say(page, 'today');
    await shown(page, 'today');
    expect(await read(page.getByTestId('day'))).toBe('Today');
    const later = await come(`/r/${room}`);
    await later.clock.install({ time: Date.now() + 3 * 86_400_000 });
    await later.reload();
    await later.getByTestId('name-input').fill('Bob');
    await later.getByTestId('join').click();
    await shown(later, 'today');
    expect(await read(later.getByTestId('day'))).toMatch(/^\w+day, /);
  });
});

describe.each(DEVICES)('reading on %s', (_, viewport) => {
  /** A person in a room with so many lines, at the end of them. */
  const enterRoomWith = async (count: number) => {
    const room = newRoom('history');
    await publish(
      room,
      Array.from({ length: count }, (_, n) => `line ${n + 1}`),
    );
    const page = await enter(`/r/${room}`, 'Ada', { viewport });
    await shown(page, `line ${count}`);
    return { room, page };
  };

  test('begins at the end, goes back through the history without a jump, and keeps the reading place while new messages come', async () => {
    // More than the page keeps, which lets go of lines at the end on the way.
    const COUNT = 600;
    const { room, page } = await enterRoomWith(COUNT);
    expect(await belowSight(page)).toBeLessThan(33);

    const log = page.getByTestId('log');
    await log.hover();
    const first = async () =>
      Number(await page.getByTestId('message').first().getAttribute('data-seq'));
    let oldest = await first();
    const end = Date.now() + 60_000;
    while (oldest > COUNT - 300) {
      expect(Date.now()).toBeLessThan(end);
      // What stands in the middle stays there but for what the wheel moved.
      await page.mouse.wheel(0, -300);
      const inSight = await lineInSight(page);
      const before = await topOf(lineOf(page, inSight));
      await page.evaluate('new Promise(requestAnimationFrame)');
      const after = await topOf(lineOf(page, inSight));
      expect(Math.abs(after - before)).toBeLessThan(310);
      expect(await page.getByTestId('message').count()).toBeLessThanOrEqual(211);
      oldest = Math.min(oldest, await first());
    }
    const seqs = await page
      .getByTestId('message')
      .evaluateAll((lines) => lines.map((line) => Number(line.dataset.seq)));
    expect(seqs).toEqual(seqs.map((_, n) => (seqs[0] ?? 0) + n));

    const inSight = await lineInSight(page);
    const before = await topOf(lineOf(page, inSight));
    await publish(room, ['new one', 'new two', 'new three']);
    const pill = page.getByTestId('to-end');
    // fixes: it covers no text.
    const box = await pill.boundingBox();
    const area = await log.boundingBox();
    expect(box?.y).toBeGreaterThanOrEqual((area?.y ?? 0) + (area?.height ?? 0));
    await becomes('three new', async () => (await pill.getAttribute('data-unread')) === '3');
    expect(await read(pill)).toContain('3 new messages');
    expect(Math.abs((await topOf(lineOf(page, inSight))) - before)).toBeLessThanOrEqual(1);
    expect(await page.title()).toBe(`(3) ${room} · chat`);
    await pill.click();
    await shown(page, 'new three');
    await becomes('the end', async () => (await belowSight(page)) < 33);
    expect(await page.getByTestId('new-from-here').count()).toBe(1);
    expect(await page.getByTestId('to-end').count()).toBe(0);
    expect(await page.title()).toBe(`${room} · chat`);
  });

  test('stays at the end for a reader at the end', async () => {
    const { room, page } = await enterRoomWith(200);
    for (const text of ['a', 'b', 'c']) await publish(room, [`more ${text}`]);
    await shown(page, 'more c');
    await becomes('the end', async () => (await belowSight(page)) < 33);
    await page.setViewportSize({ ...viewport, height: viewport.height - 250 });
    await becomes('the end above the keyboard', async () => (await belowSight(page)) < 33);
    await page.setViewportSize(viewport);
    expect((await textsOf(page)).at(-1)).toBe('more c');
  });

  test('fixes: “Show less” leaves the message in sight, and the focus on it', async () => {
    const { room, page } = await enterRoomWith(40);
    const bob = await client(room, 'Bob');
    await bob.send(`It begins here. ${'And it goes on.\n'.repeat(120)}It ends here.`, 'long');
    await publish(
      room,
      Array.from({ length: 40 }, (_, n) => `after ${n}`),
    );
    await shown(page, 'after 39');
    const message = messageOf(page, 'It begins here.');
    const fold = message.getByRole('button', { name: /^Show (all|less)$/ });
    await page.getByTestId('log').hover();
    await becomes('the long message', async () => {
      await page.mouse.wheel(0, -300);
      return (await fold.isVisible()) && (await topOf(message)) > 100;
    });
    await fold.click();
    await page.getByRole('button', { name: 'Show less' }).scrollIntoViewIfNeeded();
    await page.getByRole('button', { name: 'Show less' }).click();
    await page.evaluate(
      'new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))',
    );
    const { log, box } = await message.evaluate((line) => ({
      log: line.closest('.log').getBoundingClientRect().toJSON(),
      box: line.getBoundingClientRect().toJSON(),
    }));
    expect(box.top).toBeGreaterThanOrEqual(log.top - 1);
    expect(box.bottom).toBeLessThanOrEqual(log.bottom + 1);
    expect(await fold.evaluate((button) => button === button.ownerDocument.activeElement)).toBe(
      true,
    );
  });

  test('stays at the end while a long draft is pasted over', async () => {
    const { page } = await enterRoomWith(200);
    const composer = page.getByTestId('composer');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const lines = (count: number) => Array.from({ length: count }, (_, n) => `l ${n}`).join('\n');
    await composer.fill(lines(20));
    await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(lines(25))})`);
    await becomes('the end', async () => (await belowSight(page)) < 33);
    await composer.press('ControlOrMeta+a');
    await composer.press('ControlOrMeta+v');
    await becomes('pasted', async () => (await composer.inputValue()) === lines(25));
    // The scroll event comes in the next frame, and drawn in the one after.
    await page.evaluate(
      'new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))',
    );
    expect(await belowSight(page)).toBeLessThan(33);
    expect(await page.getByTestId('to-end').count()).toBe(0);
  });
});

/** The number of a line in the middle of what is in sight. */
async function lineInSight(page: Page): Promise<number> {
  return page.getByTestId('log').evaluate((log) => {
    const box = log.getBoundingClientRect();
    const middle = box.top + box.height / 2;
    const lines = [...log.querySelectorAll('[data-seq]')];
    const line = lines.find((one) => one.getBoundingClientRect().bottom >= middle);
    return Number(line?.dataset.seq);
  });
}
