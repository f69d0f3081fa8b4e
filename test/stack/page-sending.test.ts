// From the keyboard to the room: keys, limits, states of a line, drafts, lines written without a network.

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page, WebSocketRoute } from 'playwright-core';
import { launchWithoutCookies } from '../support/browser.ts';
import { newRoom } from '../support/shared-stack.ts';
import {
  becomes,
  DEVICES,
  isOnline,
  join,
  PHONE,
  people,
  read,
  say,
  shown,
  textsOf,
} from './page-room.ts';

const { stack, come, enter, client } = people();

const composer = (page: Page) => page.getByTestId('composer');
const linesOf = (page: Page) => page.getByTestId('outbox-line');

describe.each(DEVICES)('the composer on %s', (_, viewport) => {
  test('Enter sends, Shift+Enter breaks the line', async () => {
    const page = await enter(`/r/${newRoom('keys')}`, 'Ada', { viewport });
    await composer(page).pressSequentially('one');
    await composer(page).press('Shift+Enter');
    await composer(page).pressSequentially('two');
    const before = (await composer(page).boundingBox())?.height ?? 0;
    expect(before).toBeGreaterThan(60);
    await composer(page).press('Enter');
    await shown(page, 'one');
    expect(await textsOf(page)).toEqual(['one\ntwo']);
    expect(await composer(page).inputValue()).toBe('');
    expect((await composer(page).boundingBox())?.height).toBeLessThan(before);
  });
});

describe('the composer', () => {
  test('Enter that ends a composition in Chinese, Japanese or Korean does not send', async () => {
    const page = await enter(`/r/${newRoom('ime')}`, 'Ada');
    await composer(page).focus();
    const devtools = await page.context().newCDPSession(page);
    await page.evaluate(`window.ended = 0;
      document.activeElement.addEventListener('compositionend', () => { window.ended += 1; })`);
    const sent: string[] = [];
    for (const [typed, chosen] of [
      ['nihao', '你好'],
      ['にほん', '日本'],
      ['하', '한'],
    ] as const) {
      await devtools.send('Input.imeSetComposition', {
        text: typed,
        selectionStart: typed.length,
        selectionEnd: typed.length,
      });
      expect(await composer(page).inputValue()).toBe(typed);
      // As an input method gives the key to the page: "handled", with the composition still open.
      const key = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 229 };
      await devtools.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...key });
      await devtools.send('Input.insertText', { text: chosen });
      await devtools.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key });
      expect(await page.evaluate('window.ended')).toBe(sent.length + 1);
      expect(await composer(page).inputValue()).toBe(chosen);
      expect(await linesOf(page).count()).toBe(0);
      await composer(page).press('Enter');
      await shown(page, chosen);
      sent.push(chosen);
      expect(await textsOf(page)).toEqual(sent);
      await becomes('no line left', async () => (await linesOf(page).count()) === 0);
    }
  });

  test('an Escape that ends a composition leaves nothing that is open', async () => {
    const page = await enter(`/r/${newRoom('ime-escape')}`, 'Ada');
    await say(page, 'one');
    // As it comes in Chromium and Firefox, then in Safari.
    const pressEscape = async (testId: string) => {
      for (const about of [{ isComposing: true }, { keyCode: 229 }]) {
        await page.getByTestId(testId).dispatchEvent('keydown', { key: 'Escape', ...about });
      }
    };
    const message = await shown(page, 'one');
    await message.hover();
    await message.getByTestId('reply').click();
    await page.getByTestId('reply-bar').waitFor();
    await pressEscape('composer');
    expect(await page.getByTestId('reply-bar').count()).toBe(1);
    await composer(page).press('Escape');
    expect(await page.getByTestId('reply-bar').count()).toBe(0);

    await composer(page).press('ArrowUp');
    await page.getByTestId('edit-bar').waitFor();
    await pressEscape('composer');
    expect(await page.getByTestId('edit-bar').count()).toBe(1);
    await composer(page).press('Escape');
    expect(await page.getByTestId('edit-bar').count()).toBe(0);

    await page.keyboard.press('ControlOrMeta+k');
    await page.getByTestId('switch').waitFor();
    await pressEscape('switch');
    expect(await page.getByTestId('switch').count()).toBe(1);
    await page.getByTestId('switch').press('Escape');
    expect(await page.getByTestId('switch').count()).toBe(0);
  });

  test('P14: keeps the focus when a line is sent or a reply ended by touch, so that the keyboard stays', async () => {
    const page = await enter(`/r/${newRoom('touch')}`, 'Ada', {
      viewport: PHONE,
      hasTouch: true,
      isMobile: true,
    });
    await composer(page).tap();
    await page.evaluate(`window.blurs = 0;
      document.activeElement.addEventListener('blur', () => { window.blurs += 1; })`);
    const holds = () => page.evaluate(`[document.activeElement.dataset.testid, window.blurs]`);
    await page.keyboard.type('one');
    await page.getByTestId('send').tap();
    const message = await shown(page, 'one');
    expect(await holds()).toEqual(['composer', 0]);

    await message.tap();
    await message.getByTestId('reply').tap();
    await page.evaluate('window.blurs = 0');
    await page.getByTestId('reply-bar').getByRole('button', { name: 'Cancel' }).tap();
    expect(await page.getByTestId('reply-bar').count()).toBe(0);
    expect(await holds()).toEqual(['composer', 0]);
  });

  test('a counter shows near the limit, and what is too long is not sent', async () => {
    const page = await enter(`/r/${newRoom('limit')}`, 'Ada', { viewport: PHONE });
    await composer(page).fill('x'.repeat(3_700));
    expect(await page.getByTestId('counter').count()).toBe(0);
    await composer(page).fill(`${'😀'.repeat(3_900)}`);
    expect(await read(page.getByTestId('counter'))).toBe('100 characters left');
    await composer(page).fill('x'.repeat(4_001));
    expect(await read(page.getByTestId('counter'))).toBe('1 character too many');
    await composer(page).press('Enter');
    // One sentence, which is now an alert too.
    expect(await read(page.getByRole('alert'))).toBe('1 character too many');
    expect(await page.getByTestId('counter').count()).toBe(1);
    expect(await composer(page).inputValue()).toHaveLength(4_001);
    await composer(page).press('Backspace');
    await composer(page).press('Enter');
    await shown(page, 'xxxx');
  });
});

/** Counts the characters that the page hands to string functions, regular expressions and storage. */
const COUNTED = `
  window.work = 0;
  const count = (owner, name, size) => {
    const plain = owner[name];
    owner[name] = function (...given) {
      window.work += size(this, given);
      return plain.apply(this, given);
    };
  };
  for (const name of ['replace', 'trim', 'slice', 'split', 'match', 'matchAll', Symbol.iterator]) {
    count(String.prototype, name, (text) => text.length);
  }
  for (const name of ['test', 'exec']) {
    count(RegExp.prototype, name, (_, [text]) => String(text).length);
  }
  count(Storage.prototype, 'setItem', (_, [, value]) => value.length);
`;

describe('P10: a megabyte pasted into the composer', () => {
  test.each([
    ['en-GB', 'The text was too long, and its end was cut off.'],
    ['zh-CN', '内容太长，超出的部分已被截去。'],
  ])(
    'is cut at once and says so in %s, and a key costs no more than before',
    async (locale, sentence) => {
      const room = newRoom('paste');
      const page = await enter(`/r/${room}`, 'Ada', {
        locale,
        permissions: ['clipboard-read', 'clipboard-write'],
        script: COUNTED,
      });
      await page.evaluate(`navigator.clipboard.writeText('words '.repeat(170_000))`);
      await composer(page).press('ControlOrMeta+v');
      expect(await read(page.getByTestId('draft-cut'))).toContain(sentence);
      const sizes = await page.evaluate(`[
      document.querySelector('textarea').value.length,
      Object.entries(sessionStorage).find(([key]) => key.endsWith('chat.draft.${room}'))[1].length,
    ]`);
      expect(sizes).toEqual([16_000, 16_000]);

      for (let n = 0; n < 3; n += 1) await composer(page).press('Backspace');
      await page.evaluate('window.work = 0');
      await composer(page).press('x');
      await page.evaluate('new Promise(requestAnimationFrame)');
      const work = Number(await page.evaluate('window.work'));
      // Each of a few steps reads the text once.
      expect(work).toBeGreaterThan(16_000);
      expect(work).toBeLessThan(10 * 16_000);
      expect(await page.getByTestId('draft-cut').count()).toBe(0);
      await page.reload();
      await isOnline(page);
      expect(await composer(page).inputValue()).toHaveLength(15_998);
    },
  );
});

/** Holds back what the page sends to the hub, or what comes for it, while the test wants. */
async function holdable(page: Page) {
  let held: 'nothing' | 'acknowledgements' = 'nothing';
  let refusal: string | undefined;
  let answersNull = false;
  let cut = () => {};
  const answered = new Set<() => void>();
  await page.routeWebSocket(/\/client\//, (socket: WebSocketRoute) => {
    const service = socket.connectToServer();
    cut = () => {
      void socket.close();
      void service.close();
    };
    socket.onMessage((message) => {
      const id = /"target":"send".*"invocationId":"(\d+)"/.exec(String(message))?.[1];
      if (id && refusal !== undefined) {
        const result = { ok: false, code: 'bad_text', message: refusal };
        socket.send(`${JSON.stringify({ type: 3, invocationId: id, result })}\u001e`);
      } else service.send(message);
    });
    service.onMessage((message) => {
      const isAnswer = /^\{"type":3/.test(String(message));
      if (isAnswer) for (const resolve of answered) resolve();
      if (answersNull && isAnswer) {
        socket.send(String(message).replace(/"result":\{[^}]*\}/, '"result":null'));
      } else if (held === 'nothing' || /"type":(?:6|7)/.test(String(message))) socket.send(message);
    });
  });
  return {
    hold: () => {
      held = 'acknowledgements';
    },
    release: () => {
      held = 'nothing';
    },
    /** Resolves when an acknowledgement comes for the page, held back or not. */
    arrived: () => new Promise<void>((resolve) => answered.add(resolve)),
    cut: () => cut(),
    /** As an extension before 2.0 does. */
    answerNull: () => {
      answersNull = true;
    },
    refuse: (reason: string | undefined) => {
      refusal = reason;
    },
  };
}

describe('a line', () => {
  test('shows at once as sending, then as sent, once', async () => {
    const page = await enter(`/r/${newRoom('states')}`, 'Ada', { hasClock: true });
    const wire = await holdable(page);
    await page.reload();
    await isOnline(page);
    wire.hold();
    await say(page, 'hello');
    expect(await read(linesOf(page))).toContain('hello');
    expect(await linesOf(page).getAttribute('data-state')).toBe('sending');
    expect(await read(linesOf(page))).toContain('sending…');
    wire.release();
    // The acknowledgement was lost: without one the line is sent again.
    await page.clock.fastForward(10_000);
    await shown(page, 'hello');
    await becomes('no line left', async () => (await linesOf(page).count()) === 0);
    expect(await textsOf(page)).toEqual(['hello']);
  });

  test('that looks like a date is shown as it was written', async () => {
    const texts = ['2020-01-01T00:00:00.120Z', '/Date(99999999999999999)/'];
    const page = await enter(`/r/${newRoom('dates')}`, 'Ada');
    for (const text of texts) {
      await say(page, text);
      await shown(page, text);
    }
    await becomes('no line left', async () => (await linesOf(page).count()) === 0);
    await page.reload();
    for (const text of texts) await shown(page, text);
    expect(await textsOf(page)).toEqual(texts);
  });

  test('whose answer is null is in the room, and the page says which bundle the server needs', async () => {
    const page = await enter(`/r/${newRoom('null')}`, 'Ada');
    const wire = await holdable(page);
    await page.reload();
    await isOnline(page);
    wire.answerNull();
    await say(page, 'one');
    await shown(page, 'one');
    expect(await read(page.getByTestId('notice'))).toContain('extension bundle 4.23.0 or later');
    await becomes('no line left', async () => (await linesOf(page).count()) === 0);
    expect(await textsOf(page)).toEqual(['one']);
  });

  test('that is refused says so, and is tried again or discarded', async () => {
    const page = await enter(`/r/${newRoom('refused')}`, 'Ada', { viewport: PHONE });
    const wire = await holdable(page);
    await page.reload();
    await isOnline(page);
    wire.refuse('unable to send message; the room is asleep. Wake it.');
    await say(page, 'one');
    await say(page, 'two');
    await becomes(
      'two refused',
      async () =>
        (await page.locator('[data-testid=outbox-line][data-state=refused]').count()) === 2,
    );
    expect(await read(linesOf(page).first())).toContain('not sent');
    expect(await read(linesOf(page).first())).toContain('the room is asleep');
    wire.refuse(undefined);
    await linesOf(page).last().getByTestId('discard').click();
    await linesOf(page).first().getByTestId('try-again').click();
    await shown(page, 'one');
    await becomes('no line left', async () => (await linesOf(page).count()) === 0);
    expect(await textsOf(page)).toEqual(['one']);
  });
});

describe('with blocked cookies', () => {
  let chromium: Awaited<ReturnType<typeof launchWithoutCookies>>;
  beforeAll(async () => {
    chromium = await launchWithoutCookies();
  });
  afterAll(() => chromium.close());

  test('P2: a line is stored once and stays one’s own, when its acknowledgement and the connection are lost', async () => {
    const page = await chromium.context.newPage();
    await page.goto(`${stack().url}/r/${newRoom('cookieless')}`);
    const wire = await holdable(page);
    await join(page, 'Ada');
    expect(await chromium.context.cookies()).toEqual([]);
    expect(await read(page.getByTestId('fleeting'))).toContain('you become another guest');
    wire.hold();
    const answer = wire.arrived();
    await say(page, 'once');
    await answer;
    wire.release();
    wire.cut();
    await becomes('no line left', async () => (await linesOf(page).count()) === 0);
    expect(await textsOf(page)).toEqual(['once']);
    const message = await shown(page, 'once');
    expect(await message.getAttribute('data-direction')).toBe('sent');
    await page.close();
  });

  test('P4: the page asks before it closes with a line that the device cannot keep', async () => {
    const page = await chromium.context.newPage();
    await page.goto(`${stack().url}/r/${newRoom('lost')}`);
    await join(page, 'Ada');
    await chromium.context.setOffline(true);
    await say(page, 'not sent');
    await linesOf(page).waitFor();
    const [dialog] = await Promise.all([
      page.waitForEvent('dialog'),
      page.close({ runBeforeUnload: true }),
    ]);
    expect(dialog.type()).toBe('beforeunload');
    await dialog.accept();
  });
});

describe.each(DEVICES)('a line on %s', (_, viewport) => {
  test('fixes: moves nothing when it becomes a message', async () => {
    const room = newRoom('still');
    const bob = await client(room, 'Bob');
    for (let n = 0; n < 28; n += 1) await bob.send(`line ${n}`, `line-${n}`);
    const page = await enter(`/r/${room}`, 'Ada', { viewport });
    const height = () => page.locator('.log-inner').evaluate((log) => log.scrollHeight);
    for (const text of ['line 28', 'line 29']) await say(page, text);
    await shown(page, 'line 29');
    await becomes('no line left', async () => (await linesOf(page).count()) === 0);
    await page.context().setOffline(true);
    await say(page, 'short');
    await say(page, `long ${'and longer '.repeat(20)}`);
    await becomes('two lines', async () => (await linesOf(page).count()) === 2);
    const before = await height();
    await page.context().setOffline(false);
    await becomes('no line left', async () => (await linesOf(page).count()) === 0);
    expect(await height()).toBe(before);
  });
});

describe('what is not sent yet', () => {
  test('a draft survives a reload, and is gone once it is sent', async () => {
    const page = await enter(`/r/${newRoom('draft')}`, 'Ada');
    await composer(page).pressSequentially('half a thou');
    await page.reload();
    await isOnline(page);
    expect(await composer(page).inputValue()).toBe('half a thou');
    await composer(page).press('Enter');
    await shown(page, 'half a thou');
    await page.reload();
    await isOnline(page);
    expect(await composer(page).inputValue()).toBe('');
  });

  test('lines written without a network wait, survive a reload, and go out in order', async () => {
    const path = `/r/${newRoom('tunnel')}`;
    const page = await enter(path, 'Ada', { viewport: PHONE, serviceWorkers: 'allow' });
    const other = await enter(path, 'Bob');
    await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
    await page.context().setOffline(true);
    await page.locator('[data-testid=connection-state][data-state=offline]').waitFor();
    for (const text of ['one', 'two', 'three']) await say(page, text);
    await becomes('three lines', async () => (await linesOf(page).count()) === 3);
    expect(await read(linesOf(page).first())).toContain('waiting to send');
    await page.reload();
    await becomes('three lines again', async () => (await linesOf(page).count()) === 3);
    await say(page, 'four');
    await page.context().setOffline(false);
    await shown(page, 'four');
    await becomes('no line left', async () => (await linesOf(page).count()) === 0);
    await shown(other, 'four');
    expect(await textsOf(other)).toEqual(['one', 'two', 'three', 'four']);
    expect(await textsOf(page)).toEqual(['one', 'two', 'three', 'four']);
  });

  test('P4: lines go out once, in order and by themselves, after the page was closed and is opened again', async () => {
    const path = `/r/${newRoom('closed')}`;
    const page = await come(path);
    const wire = await holdable(page);
    await join(page, 'Ada');
    wire.hold();
    const answer = wire.arrived();
    await say(page, 'stored, for all the page knows not');
    await answer;
    await page.context().setOffline(true);
    await say(page, 'not sent');
    await becomes('two lines', async () => (await linesOf(page).count()) === 2);
    await page.close();
    await page.context().setOffline(false);
    const again = await page.context().newPage();
    await again.goto(page.url());
    await shown(again, 'not sent');
    await becomes('no line left', async () => (await linesOf(again).count()) === 0);
    expect(await textsOf(again)).toEqual(['stored, for all the page knows not', 'not sent']);
    await again.reload();
    await shown(again, 'not sent');
    expect(await linesOf(again).count()).toBe(0);
  });
});

describe('one’s own messages', () => {
  test('are edited with ↑ and removed with the menu, by keyboard alone, and everybody sees it', async () => {
    const path = `/r/${newRoom('own')}`;
    const [ada, bob] = await Promise.all([enter(path, 'Ada'), enter(path, 'Bob')]);
    await say(ada, 'helo');
    await shown(bob, 'helo');
    await composer(ada).press('ArrowUp');
    await ada.getByTestId('edit-bar').waitFor();
    expect(await composer(ada).inputValue()).toBe('helo');
    await ada.keyboard.press('Escape');
    expect(await ada.getByTestId('edit-bar').count()).toBe(0);
    expect(await composer(ada).inputValue()).toBe('');
    await composer(ada).press('ArrowUp');
    await ada.getByTestId('edit-bar').waitFor();
    await composer(ada).fill('hello');
    await composer(ada).press('Enter');
    for (const page of [ada, bob]) {
      await shown(page, 'hello');
      expect(await textsOf(page)).toEqual(['hello']);
      expect(await read(page.getByTestId('edited'))).toMatch(/^edited \d+:\d\d/);
      expect(await page.getByTestId('edited').getAttribute('title')).toMatch(/20\d\d/);
    }
    // Below the end of a text of one's own that is wider, and below the beginning of somebody else's.
    await composer(ada).press('ArrowUp');
    await composer(ada).fill('hello to everybody who is here today');
    await composer(ada).press('Enter');
    for (const [page, edge] of [
      [ada, 'right'],
      [bob, 'left'],
    ] as const) {
      await shown(page, 'hello to everybody');
      await page.getByTestId('edited').waitFor();
      const apart = await page.evaluate<number>(`(() => {
        const range = document.createRange();
        range.selectNodeContents(document.querySelector('[data-testid=edited]'));
        const text = document.querySelector('[data-testid=message-text]');
        return range.getBoundingClientRect().${edge} - text.getBoundingClientRect().${edge};
      })()`);
      expect(Math.abs(apart)).toBeLessThan(2);
    }
    // The line, its third button, the fifth action, and once more because it cannot be undone.
    await ada.getByTestId('log').focus();
    await ada.keyboard.press('ArrowUp');
    for (let n = 0; n < 3; n += 1) await ada.keyboard.press('Tab');
    await ada.keyboard.press('Enter');
    await ada.getByTestId('message-menu').waitFor();
    for (let n = 0; n < 4; n += 1) await ada.keyboard.press('ArrowDown');
    await ada.keyboard.press('Enter');
    expect(await read(ada.getByTestId('action-remove'))).toBe('Delete for everyone');
    await ada.keyboard.press('Enter');
    for (const page of [ada, bob]) {
      await page.getByTestId('removed').waitFor();
      expect(await textsOf(page)).toEqual([]);
    }
    expect(await ada.getByTestId('message-menu').count()).toBe(0);
  });

  test('have a menu by long press on a phone, and others’ messages have no edit in it', async () => {
    const path = `/r/${newRoom('press')}`;
    const touch = { viewport: PHONE, hasTouch: true, isMobile: true };
    const [ada, bob] = await Promise.all([enter(path, 'Ada', touch), enter(path, 'Bob')]);
    await say(bob, 'not yours');
    await say(ada, 'mine');
    const press = async (text: string) => {
      const box = await (await shown(ada, text)).getByTestId('message-text').boundingBox();
      const devtools = await ada.context().newCDPSession(ada);
      const point = { x: (box?.x ?? 0) + 5, y: (box?.y ?? 0) + 5 };
      await devtools.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [point] });
      await ada.getByTestId('message-menu').waitFor();
      await devtools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    };
    const actions = () => ada.getByRole('menuitem').allTextContents();
    await press('not yours');
    expect(await actions()).toEqual(['Reply', 'Copy text', 'Copy link']);
    await ada.keyboard.press('Escape');
    await press('mine');
    expect(await actions()).toEqual(['Reply', 'Copy text', 'Copy link', 'Edit', 'Delete']);
    await ada.getByTestId('action-edit').tap();
    await ada.getByTestId('edit-bar').waitFor();
    await composer(ada).fill('mine, edited');
    await ada.getByTestId('send').tap();
    await shown(bob, 'mine, edited');
  });

  test('are edited one after the other, also with the same text: what was typed for one is not for the next', async () => {
    const ada = await enter(`/r/${newRoom('same')}`, 'Ada');
    await say(ada, 'same');
    await say(ada, 'same');
    await becomes('two', async () => (await textsOf(ada)).join() === 'same,same');
    await composer(ada).press('ArrowUp');
    await ada.getByTestId('edit-bar').waitFor();
    await composer(ada).fill('for the last');
    const first = ada.locator('[data-seq="1"]');
    await first.hover();
    await first.getByTestId('more').click();
    await ada.getByTestId('action-edit').click();
    await becomes('its text', async () => (await composer(ada).inputValue()) === 'same');
    await composer(ada).fill('the first');
    await composer(ada).press('Enter');
    await shown(ada, 'the first');
    expect(await textsOf(ada)).toEqual(['the first', 'same']);
  });

  test('that wait are edited by long press on a phone, and discarded beside them', async () => {
    const path = `/r/${newRoom('press-waiting')}`;
    const touch = { viewport: PHONE, hasTouch: true, isMobile: true };
    const [ada, bob] = [await enter(path, 'Ada', touch), await enter(path, 'Bob')];
    await ada.context().setOffline(true);
    await ada.locator('[data-testid=connection-state][data-state=offline]').waitFor();
    await say(ada, 'one');
    await say(ada, 'two');
    await linesOf(ada).nth(1).getByTestId('discard').tap();
    const box = await linesOf(ada).first().locator('.text').boundingBox();
    const touchPoints = [{ x: (box?.x ?? 0) + 5, y: (box?.y ?? 0) + 5 }];
    const devtools = await ada.context().newCDPSession(ada);
    await devtools.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints });
    await ada.getByTestId('edit-bar').waitFor();
    await devtools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    expect(await composer(ada).inputValue()).toBe('one');
    await composer(ada).fill('one, edited');
    await ada.getByTestId('send').tap();
    await ada.context().setOffline(false);
    await shown(bob, 'one, edited');
    expect(await textsOf(bob)).toEqual(['one, edited']);
  });

  test('are edited without a network, once it is back, also after a reload; queued lines are edited and discarded', async () => {
    const path = `/r/${newRoom('queue')}`;
    const [ada, bob] = await Promise.all([enter(path, 'Ada'), enter(path, 'Bob')]);
    await say(ada, 'one');
    await shown(ada, 'one');
    await ada.context().setOffline(true);
    await ada.locator('[data-testid=connection-state][data-state=offline]').waitFor();
    await composer(ada).press('ArrowUp');
    await ada.getByTestId('edit-bar').waitFor();
    await composer(ada).fill('one, edited');
    await composer(ada).press('Enter');
    expect(await read(ada.getByTestId('changing'))).toBe('saving…');
    await say(ada, 'two');
    await say(ada, 'three');
    await linesOf(ada).nth(1).getByTestId('discard').click();
    await linesOf(ada).first().getByTestId('edit-line').click();
    await ada.getByTestId('edit-bar').waitFor();
    await composer(ada).fill('two, edited');
    await composer(ada).press('Enter');
    expect(await linesOf(ada).count()).toBe(1);
    await ada.context().setOffline(false);
    await ada.reload();
    await isOnline(ada);
    await shown(bob, 'two, edited');
    expect(await textsOf(bob)).toEqual(['one, edited', 'two, edited']);
  });
});
