// Texts: what a message shows of what was written, what is copied of it, and how one writes it on each device.

import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { newRoom } from '../support/shared-stack.ts';
import { picture } from './page-look.ts';
import {
  becomes,
  DESKTOP,
  DEVICES,
  MARKDOWN,
  messageOf,
  PHONE,
  people,
  read,
  say,
  shown,
  textsOf,
} from './page-room.ts';

const { stack, come, enter, client, publish } = people();
const TOUCH = { viewport: PHONE, hasTouch: true, isMobile: true };

/** What a person gets who selects from one element to another, and copies. */
const selected = (page: Page, from: string, to: string) =>
  page.evaluate(
    ([first, last]) => {
      // biome-ignore lint/suspicious/noExplicitAny: runs in the page
      const { document, getSelection } = globalThis as any;
      const range = document.createRange();
      range.setStartBefore(document.querySelector(first));
      range.setEndAfter(document.querySelector(last));
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      return String(getSelection());
    },
    [from, to],
  );

describe.each(DEVICES)('U18: on %s', (_, viewport) => {
  test('a line without a head shows its time with its actions, over no text', async () => {
    const room = newRoom('follows');
    const page = await enter(`/r/${room}`, 'Ada', { viewport, locale: 'en-US' });
    const bob = await client(room, 'Bob');
    for (const text of ['one', `two ${'long '.repeat(60)}`]) await bob.send(text, text.slice(0, 3));
    await shown(page, 'two');
    for (const text of ['three', `four ${'long '.repeat(60)}`]) {
      await say(page, text);
      await shown(page, text.slice(0, 5).trim());
    }
    await page.mouse.move(0, 0);
    for (const text of ['two', 'four']) {
      const message = messageOf(page, text);
      expect(await message.getAttribute('data-follows')).toBe('true');
      const time = message.locator('.line-time');
      await time.waitFor({ state: 'hidden' });
      await message.focus();
      await time.waitFor();
      expect(await read(time)).toMatch(/^\d+:\d\d\s[AP]M$/);
      // In one moment: the end of the log follows what grows above it.
      const [at, words, log] = await message.evaluate((line) => {
        const parts = [
          line.querySelector('.line-time'),
          line.querySelector('[data-testid=message-text]'),
          line.closest('.log'),
        ];
        return parts.map((part) => part.getBoundingClientRect().toJSON());
      });
      const isBeside = at.x >= words.x + words.width || at.x + at.width <= words.x;
      const isBelow = at.y >= words.y + words.height - 1;
      expect(isBeside || isBelow || at.y + at.height <= words.y + 1).toBe(true);
      expect(at.x).toBeGreaterThanOrEqual(log.x);
      expect(at.x + at.width).toBeLessThanOrEqual(log.x + log.width);
    }
  });

  test('fixes: the actions of a line lie over no text, of neither a person nor a program', async () => {
    const long = 'as long as the screen is wide '.repeat(6);
    const room = newRoom('actions');
    const log = newRoom('actions-log');
    const page = await enter(`/r/${room}`, 'Ada', { viewport });
    const bob = await client(room, 'Bob');
    for (const n of ['one', 'two']) await bob.send(`${n} ${long}`, n);
    await shown(page, 'two');
    for (const n of ['three', 'four']) {
      await say(page, `${n} ${long}`);
      await shown(page, n);
    }
    await bob.send('five', 'five');
    await shown(page, 'five');
    const checkAll = async (of: typeof page) => {
      for (const line of await of.getByTestId('message').all()) {
        await line.focus();
        const side = line.locator('.line-side');
        await side.waitFor();
        // In one moment: the end of the log follows the row of actions. The letters, and not the boxes around them: the
        // gutter of a log has a place for the button.
        const { pill, texts } = await side.evaluate((actions, selector) => {
          const document = actions.ownerDocument;
          return {
            pill: actions.getBoundingClientRect().toJSON(),
            texts: [...document.querySelectorAll(selector)].flatMap((element) => {
              // The head that a line shares with the one before is for screen readers.
              if (element.getBoundingClientRect().width <= 1) return [];
              const range = document.createRange();
              range.selectNodeContents(element);
              return [...range.getClientRects()].map((rect) => rect.toJSON());
            }),
          };
        }, '.text, .log-text, .line-head, .log-gutter > *');
        const covered = texts.filter(
          ({ x, y, width, height }) =>
            width > 1 &&
            pill.x < x + width - 1 &&
            pill.x + pill.width > x + 1 &&
            pill.y < y + height - 1 &&
            pill.y + pill.height > y + 1,
        );
        expect(covered).toEqual([]);
      }
    };
    await checkAll(page);
    await picture(page, `${viewport.width}-actions`);
    await publish(log, ['INFO one', `WARN ${long}`, 'ERROR three', 'four', 'five', 'six']);
    const reader = await enter(`/r/${log}`, 'Ada', { viewport });
    await reader.locator('.log-row').first().waitFor();
    await checkAll(reader);
    // Lines that scroll to the side have their actions in sight, at any place.
    await reader.getByTestId('log-wrap').click();
    await checkAll(reader);
    await reader.getByTestId('log').evaluate((of) => of.scrollTo({ left: 9_000 }));
    const row = reader.locator('.log-row').nth(1);
    await row.focus();
    const { x = -1 } = (await row.getByTestId('more').boundingBox()) ?? {};
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x + 24).toBeLessThanOrEqual(viewport.width);
    await picture(reader, `${viewport.width}-actions-log`);
  });

  test('a word and an address without end break, and the page scrolls to no side', async () => {
    const room = newRoom('breaks');
    const page = await enter(`/r/${room}`, 'Ada', { viewport });
    await say(page, `https://example.com/${'path'.repeat(80)}`);
    await say(page, `\`${'code'.repeat(80)}\``);
    await publish(room, ['x'.repeat(500)]);
    await shown(page, 'xxx');
    const wide = await page.locator('.log, .text, .text *').evaluateAll((all) =>
      all
        .filter(({ clientWidth }) => clientWidth > 1)
        .filter((element) => element.scrollWidth > element.clientWidth + 1)
        .map(({ outerHTML }) => outerHTML.slice(0, 80)),
    );
    expect(wide).toEqual([]);
  });
});

test('U18: a copied selection has no head that nobody sees', async () => {
  const room = newRoom('selected');
  const page = await enter(`/r/${room}`, 'Ada', { locale: 'en-GB' });
  for (const text of ['one', 'two', 'three']) {
    await say(page, text);
    await shown(page, text);
  }
  const copied = await selected(page, '[data-seq="1"]', '[data-seq="3"]');
  expect(copied.match(/Ada/g)).toHaveLength(1);
  expect(copied.match(/\d\d:\d\d/g)).toHaveLength(1);
  expect(copied.replace(/^.*\d\d:\d\d\s*· 1 online/s, '').match(/\S+/g)).toEqual([
    'one',
    'two',
    'three',
  ]);
});

test('U18: a dropped file opens nothing and says what to do, and so does a pasted one', async () => {
  const page = await enter(`/r/${newRoom('files')}`, 'Ada');
  const give = (type: string, isText: boolean) =>
    page.getByTestId('composer').evaluate(
      (box, [kind, hasText]) => {
        // biome-ignore lint/suspicious/noExplicitAny: runs in the page
        const { DataTransfer, File, DragEvent, ClipboardEvent } = globalThis as any;
        const data = new DataTransfer();
        data.items.add(new File(['x'], 'photo.png', { type: 'image/png' }));
        if (hasText) data.setData('text/plain', 'a table');
        const options = { bubbles: true, cancelable: true };
        return !box.dispatchEvent(
          kind === 'paste'
            ? new ClipboardEvent(kind, { ...options, clipboardData: data })
            : new DragEvent(kind, { ...options, dataTransfer: data }),
        );
      },
      [type, isText] as const,
    );
  const note = page.getByTestId('no-files');
  expect(await give('dragover', false)).toBe(true);
  expect(await note.count()).toBe(0);
  expect(await give('drop', false)).toBe(true);
  expect(await read(note)).toMatch(/holds text only.*send its link/);
  await page.getByTestId('composer').fill('https://example.com/photo.png');
  await note.waitFor({ state: 'detached' });
  await give('paste', true);
  expect(await note.count()).toBe(0);
  await give('paste', false);
  await note.waitFor();
  expect(await note.getAttribute('role')).toBe('alert');
});

test('U18: Enter starts a new line on a phone, and the button sends', async () => {
  const page = await enter(`/r/${newRoom('enter')}`, 'Ada', TOUCH);
  const composer = page.getByTestId('composer');
  expect(await composer.getAttribute('enterkeyhint')).toBe('enter');
  await composer.tap();
  await page.keyboard.type('one');
  await page.keyboard.press('Enter');
  await page.keyboard.type('two');
  expect(await composer.inputValue()).toBe('one\ntwo');
  expect(await textsOf(page)).toEqual([]);
  await page.getByTestId('send').tap();
  await shown(page, 'two');
  expect(await textsOf(page)).toEqual(['one\ntwo']);
  const desk = await enter(`/r/${newRoom('enter')}`, 'Ada', { viewport: DESKTOP });
  expect(await desk.getByTestId('composer').getAttribute('enterkeyhint')).toBe('send');
});

test('U18: the link to a Chinese room has its letters, to read and to copy, and leads there', async () => {
  const room = `${newRoom('茶室')}`;
  const page = await enter(`/r/${encodeURIComponent(room)}`, 'Ada', {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const invite = page.getByTestId('invite').first();
  const link = `${stack().url}/r/${room}`;
  expect(await invite.locator('input').inputValue()).toBe(link);
  await invite.getByTestId('copy-link').click();
  await becomes(
    'copied',
    async () => (await page.evaluate('navigator.clipboard.readText()')) === link,
  );
  await say(page, `come to ${link}`);
  const said = (await shown(page, 'come to')).getByRole('link');
  expect(await read(said)).toBe(link);
  const other = await enter((await said.getAttribute('href')) ?? '', 'Bob');
  expect(await read(other.getByRole('heading', { level: 1 }))).toContain(room);
});

test('U18: links without a scheme and mail addresses are links', async () => {
  const page = await enter(`/r/${newRoom('www')}`, 'Ada');
  await say(page, 'see www.example.com or write to ada@example.com.');
  const links = (await shown(page, 'see')).getByRole('link');
  expect(await links.allInnerTexts()).toEqual(['www.example.com', 'ada@example.com']);
  const addresses = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href')));
  expect(addresses).toEqual(['https://www.example.com/', 'mailto:ada@example.com']);
});

test('U18: /room/tea opens the room, and an address without a room says so and leads to one', async () => {
  const room = newRoom('guessed');
  const page = await come(`/room/${room}`);
  await page.getByTestId('name-input').waitFor();
  expect(page.url()).toBe(`${stack().url}/r/${room}`);
  const lost = await come(`/cafe/${room}`);
  expect(await read(lost.getByTestId('notice'))).toContain(`/cafe/${room}`);
  await lost.getByTestId('room-input').fill(room);
  await lost.getByTestId('go').click();
  await lost.getByTestId('name-input').waitFor();
  expect(lost.url()).toBe(`${stack().url}/r/${room}`);
});

describe.each(['light', 'dark'] as const)(
  'U18: colours of a log in the %s theme',
  (colorScheme) => {
    test('are legible: backgrounds, 256 and true colours, inverse', async () => {
      const room = newRoom('ansi');
      const page = await enter(`/r/${room}`, 'Ada', { colorScheme });
      const codes = [
        '41',
        '103',
        '38;5;16',
        '38;5;231',
        '38;2;128;128;128',
        '48;5;22',
        '34;47',
        '7',
        '31;7',
      ];
      await publish(
        room,
        codes.map((code) => `\u001b[${code}mcolour ${code}\u001b[0m`),
      );
      await shown(page, 'colour 31;7');
      await page.locator('.log-ground').first().waitFor();
      const ratios = await page.locator('.log-text span[class]').evaluateAll((all) =>
        all.map((span) => {
          // biome-ignore lint/suspicious/noExplicitAny: runs in the page
          const { getComputedStyle } = globalThis as any;
          const luminance = (colour: string) => {
            const [r = 0, g = 0, b = 0] = (colour.match(/[\d.]+/g) ?? []).map((value) => {
              const share = Number(value) / 255;
              return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
            });
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          let behind = span;
          while (getComputedStyle(behind).backgroundColor === 'rgba(0, 0, 0, 0)')
            behind = behind.parentElement;
          const [one, other] = [
            luminance(getComputedStyle(span).color),
            luminance(getComputedStyle(behind).backgroundColor),
          ];
          return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
        }),
      );
      expect(ratios).toHaveLength(codes.length);
      for (const ratio of ratios) expect(ratio).toBeGreaterThanOrEqual(4.5);
    });
  },
);

describe.each(DEVICES)('U18: Markdown on %s', (_, viewport) => {
  test('is shown without its marks, copied with them, and makes no HTML of its own', async () => {
    const page = await enter(`/r/${newRoom('markdown')}`, 'Ada', {
      viewport,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await say(page, MARKDOWN);
    const message = await shown(page, 'bold');
    await message.locator('strong').first().waitFor();
    const text = message.getByTestId('message-text');
    expect(await text.locator('strong').allTextContents()).toEqual(['bold', 'quoted']);
    expect(await text.locator('em, s').allTextContents()).toEqual(['italic', 'gone']);
    expect(await text.locator('li').allTextContents()).toEqual(['one', 'two', 'three']);
    expect(await text.locator('ol li').getAttribute('value')).toBe('3');
    expect(await read(text.getByRole('link'))).toBe('www.example.com');
    expect(await text.locator('b, img').count()).toBe(0);
    expect(await text.textContent()).toContain('<b>no</b> <img src=x onerror=alert(1)>');
    const code = text.locator('.code-block');
    const button = code.getByTestId('copy-code');
    // The button stands in a place of its own beside the code.
    const [box, at] = [await code.locator('pre').boundingBox(), await button.boundingBox()];
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(at?.x ?? 0);
    const log = await page.getByTestId('log').boundingBox();
    expect((await text.boundingBox())?.x).toBeGreaterThanOrEqual(log?.x ?? 0);
    await button.click();
    const clipboard = () => page.evaluate('navigator.clipboard.readText()');
    await becomes('the code', async () => `${await clipboard()}`.startsWith('const answer'));
    expect(await button.getAttribute('aria-label')).toBe('Copied');
    await message.hover();
    await message.focus();
    await message.getByTestId('copy').click();
    await becomes('the source', async () => (await clipboard()) === MARKDOWN);
  });
});

test('U18: published lines have no Markdown, and a text without marks loads none', async () => {
  const room = newRoom('unmarked');
  const page = await enter(`/r/${room}`, 'Ada', { isFirst: true });
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await say(page, 'plain `code`\n> quote');
  await shown(page, 'plain code');
  await publish(room, ['**not bold** - *this*', '- no list']);
  await shown(page, '- no list');
  await page.locator('.published').first().waitFor();
  expect(await textsOf(page)).toEqual(['plain codequote', '**not bold** - *this*', '- no list']);
  expect(asked.filter((url) => url.includes('markdown'))).toEqual([]);
  await say(page, '**bold**');
  await page.locator('strong').waitFor();
  expect(asked.filter((url) => url.includes('markdown'))).toHaveLength(2);
});
