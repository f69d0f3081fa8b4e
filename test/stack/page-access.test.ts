// For everybody: nothing that axe finds in what happens seldom (page-states.test.ts has the rest). Everything by keyboard. What
// people ask of their device.

import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { joinRoom } from '../support/chat-client.ts';
import { openNetwork } from '../support/network.ts';
import { newRoom } from '../support/shared-stack.ts';
import { looks, picture } from './page-look.ts';
import {
  becomes,
  belowSight,
  closeSettings,
  DESKTOP,
  isOnline,
  join,
  messageOf,
  openSettings,
  PHONE,
  people,
  read,
  say,
  shown,
  textsOf,
} from './page-room.ts';

const { stack, come, enter, publish } = people();

const look = looks();

const SCHEMES = ['light', 'dark'] as const;

/** A line in every colour that a published line may have. */
const IN_COLOURS = [30, 31, 32, 33, 34, 35, 36, 37]
  .map((code) => `\u001b[${code}mcolour ${code}`)
  .join(' ');

describe.each([
  ['phone', 'light', 'zh-CN'],
  ['desktop', 'dark', 'en-GB'],
] as const)('what happens seldom, on a %s, %s, in %s', (device, colorScheme, locale) => {
  const options = {
    viewport: device === 'phone' ? PHONE : DESKTOP,
    colorScheme,
    locale,
  } as const;
  const lookAt = (page: Page, state: string) => look(page, `${device}-${colorScheme}-${state}`);
  const callRoom = async (method: string, room: string, path: string) => {
    const headers = { 'x-functions-key': stack().functionKey };
    const answer = await fetch(`${stack().url}/api/rooms/${room}/${path}`, { method, headers });
    expect(answer.ok).toBe(true);
    return answer;
  };

  test('axe finds nothing in a log with levels and colours, news, a removed message, somebody typing and a refused line', async () => {
    const room = newRoom('seldom');
    const page = await enter(`/r/${room}`, 'Mia', options);
    await publish(room, [
      ...['ERROR disk full', 'WARN disk nearly full', 'INFO disk', 'DEBUG disk'],
      ...['ERROR', 'WARN', 'INFO', 'DEBUG', ''].map((level) => `${level} ${IN_COLOURS}`),
      '\u001b[1mbold \u001b[2mfaint \u001b[3mitalic \u001b[4munderlined',
    ]);
    await shown(page, 'underlined');
    await callRoom('DELETE', room, 'messages/4');
    await page.getByTestId('removed').waitFor();
    const found = [...(await lookAt(page, 'levels'))];

    await publish(
      room,
      Array.from({ length: 40 }, (_, n) => `line ${n}`),
    );
    await shown(page, 'line 39');
    await becomes('the end', async () => (await belowSight(page)) < 33);
    await page.getByTestId('log').hover();
    await page.mouse.wheel(0, -600);
    await page.getByTestId('to-end').waitFor();
    await publish(room, ['news']);
    await page.locator('[data-testid=to-end][data-unread="1"]').waitFor();
    found.push(...(await lookAt(page, 'news')));
    await page.getByTestId('to-end').click();
    await page.getByTestId('new-from-here').waitFor();
    const bob = await joinRoom(stack().url, room, 'Bob');
    // The sign of typing goes by itself, so it is renewed until it shows.
    await becomes('Bob typing', async () => {
      await bob.hub.send('typing');
      return (await page.locator('[data-typing=true]').count()) === 1;
    });
    found.push(...(await lookAt(page, 'typing')));

    if (device === 'phone') await page.getByTestId('menu').click();
    await page.getByTestId('own-name').click();
    await page.getByTestId('name-input').fill('\u0007');
    await page.getByTestId('join').click();
    await page.getByRole('alert').waitFor();
    found.push(...(await lookAt(page, 'change-name')));
    await page.routeWebSocket(/\/client\//, (socket) => {
      const service = socket.connectToServer();
      socket.onMessage((message) => {
        const id = /"target":"send".*"invocationId":"(\d+)"/.exec(String(message))?.[1];
        const result = { ok: false, code: 'bad_text', message: 'unable to send message.' };
        if (id === undefined) service.send(message);
        else socket.send(`${JSON.stringify({ type: 3, invocationId: id, result })}\u001e`);
      });
    });
    await page.reload();
    await isOnline(page);
    await say(page, 'nobody wants this');
    await page.getByTestId('try-again').waitFor();
    found.push(...(await lookAt(page, 'refused')));
    expect(found).toEqual([]);
    await bob.stop();
  });

  test('axe finds nothing in the menu of a message, in an edit, and in lines that wait', async () => {
    const page = await enter(`/r/${newRoom('own')}`, 'Ada', options);
    await say(page, 'helo');
    const message = await shown(page, 'helo');
    await message.focus();
    await message.getByTestId('more').click();
    await page.getByTestId('message-menu').waitFor();
    await page.getByTestId('action-remove').click();
    const found = [...(await lookAt(page, 'menu'))];
    await page.getByTestId('action-edit').click();
    await page.getByTestId('edit-bar').waitFor();
    found.push(...(await lookAt(page, 'edit')));
    await say(page, 'hello');
    await page.getByTestId('edited').waitFor();
    await page.context().setOffline(true);
    await page.locator('[data-testid=connection-state][data-state=offline]').waitFor();
    await page.getByTestId('composer').press('ArrowUp');
    await page.getByTestId('edit-bar').waitFor();
    await say(page, 'hello!');
    await page.getByTestId('changing').waitFor();
    await say(page, 'it waits');
    await page.getByTestId('outbox-line').waitFor();
    found.push(...(await lookAt(page, 'waiting-edit')));
    expect(found).toEqual([]);
  });

  test('axe finds nothing while the page reconnects, and after a ban', async () => {
    const room = newRoom('seldom');
    const network = await openNetwork();
    try {
      const page = await enter(`/r/${room}`, 'Zoe', {
        ...options,
        proxy: network.proxy,
        // The longest wait after each failure, so that there is time to look at it.
        script: 'Math.random = () => 0.999',
      });
      network.cut();
      await page.getByTestId('countdown').waitFor();
      const found = [...(await lookAt(page, 'reconnecting'))];
      network.restore();
      await isOnline(page);
      const answer = await callRoom('GET', room, 'members');
      const { members } = (await answer.json()) as {
        readonly members: readonly { readonly name: string; readonly connectionId: string }[];
      };
      const id = members.find(({ name }) => name === 'Zoe')?.connectionId;
      await callRoom('DELETE', room, `connections/${id}?banMinutes=5&reason=spam`);
      await page.locator('[data-state=blocked]').waitFor({ state: 'attached' });
      found.push(...(await lookAt(page, 'blocked')));
      expect(found).toEqual([]);
      await page.context().close();
    } finally {
      await network.stop();
    }
  });
});

test('every user’s colour is legible, light and dark', async () => {
  const page = await enter(`/r/${newRoom('hues')}`, 'Ada');
  await page.locator('#side').evaluate((side) => {
    const avatar = side.querySelector('.avatar');
    for (let hue = 0; hue < 12; hue += 1) {
      const copy = avatar.cloneNode(true);
      copy.dataset.hue = `${hue}`;
      copy.removeAttribute('aria-hidden');
      side.append(copy);
    }
  });
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    expect(await look(page, `hues-${colorScheme}`)).toEqual([]);
    const colours = await page
      .locator('#side > .avatar')
      .evaluateAll((all) =>
        all.map((one) => one.ownerDocument.defaultView.getComputedStyle(one).backgroundColor),
      );
    expect(new Set(colours).size).toBe(12);
  }
});

/** The contrast between the edge of each field in sight and what lies around it. The styles have both as rgb(). */
const EDGES = `[...document.querySelectorAll('input:not([type=checkbox]), select, textarea')].map((field) => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  let around = field.parentElement;
  while (getComputedStyle(around).backgroundColor === 'rgba(0, 0, 0, 0)') around = around.parentElement;
  const both = [getComputedStyle(field).borderTopColor, getComputedStyle(around).backgroundColor].map(light);
  return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
})`;

test('fixes: the edge of every field has 3 : 1 against what lies around it, light and dark', async () => {
  const path = `/r/${newRoom('edges')}`;
  const others = Array.from({ length: 9 }, (_, n) => joinRoom(stack().url, path.slice(3), `P${n}`));
  const page = await come(path);
  const seen: number[] = [];
  const measure = async () => {
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      seen.push(...(await page.evaluate<readonly number[]>(EDGES)));
    }
  };
  await page.getByTestId('name-input').waitFor();
  await measure();
  await join(page, 'Ada');
  await page.getByTestId('find-person').waitFor();
  await page.getByTestId('add-room').click();
  await page.getByTestId('private-name').waitFor();
  await measure();
  await page.keyboard.press('Escape');
  await page.getByTestId('own-name').click();
  await page.getByTestId('language').waitFor();
  await measure();
  expect(seen.length).toBeGreaterThan(20);
  expect(Math.min(...seen)).toBeGreaterThanOrEqual(3);
  await Promise.all(others.map(async (one) => (await one).stop()));
});

test('fixes: at 1,024 px the chat has two thirds of the width, and settings are in sight at once', async () => {
  const page = await enter(`/r/${newRoom('columns')}`, 'Ada', {
    viewport: { width: 1024, height: 600 },
  });
  expect(await page.locator('#side').isVisible()).toBe(false);
  expect((await page.locator('.talk').boundingBox())?.width).toBeGreaterThan(680);
  await page.getByTestId('online').click();
  await page.locator('#side').waitFor();
  await page.keyboard.press('Escape');
  await page.getByTestId('own-name').click();
  for (const id of ['name-input', 'language', 'sound', 'forget-me']) {
    const box = await page.getByTestId(id).boundingBox();
    expect((box?.y ?? 600) + (box?.height ?? 0)).toBeLessThanOrEqual(600);
  }
});

test('everything is done by keyboard, with the focus in sight', async () => {
  const room = newRoom('keyboard');
  const page = await come(`/r/${room}`, {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const focused = () => page.evaluate('document.activeElement?.dataset.testid');
  const tabTo = async (testId: string) => {
    for (let stops = 0; (await focused()) !== testId; stops += 1) {
      expect(stops).toBeLessThan(30);
      await page.keyboard.press('Tab');
      const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
      expect(outline).not.toBe('none');
    }
  };
  await becomes('the name', async () => (await focused()) === 'name-input');
  await page.keyboard.type('Ada');
  await page.keyboard.press('Enter');
  await isOnline(page);
  await tabTo('composer');
  for (const text of ['one', 'two', 'three']) {
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
  }
  await shown(page, 'three');
  await page.keyboard.press('Shift+Tab');
  expect(await focused()).toBe('log');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  expect(await page.evaluate('document.activeElement.dataset.seq')).toBe('2');
  await page.keyboard.press('End');
  expect(await page.evaluate('document.activeElement.dataset.seq')).toBe('3');
  await page.keyboard.press('Home');
  await tabTo('copy');
  await page.keyboard.press('Enter');
  await becomes('copied', async () => (await read(page.getByTestId('toast'))) === 'Copied');
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe('one');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await becomes('the composer', async () => (await focused()) === 'composer');
  await page.keyboard.type('answer');
  await page.keyboard.press('Enter');
  await shown(page, 'answer');
  // A room of its own, and back.
  await tabTo('add-room');
  await page.keyboard.press('Enter');
  await becomes('the new room', async () => (await focused()) === 'private-name');
  await tabTo('room-input');
  await page.keyboard.press('Escape');
  await becomes('the focus back', async () => (await focused()) === 'add-room');
  // Somebody to mention, by a few letters.
  const bob = await joinRoom(stack().url, room, 'Bob');
  await page.locator('#side .person').nth(1).waitFor();
  await page.keyboard.press('Control+k');
  await becomes('the switcher', async () => (await focused()) === 'switch');
  await page.keyboard.type('bo');
  await page.keyboard.press('Enter');
  await becomes('the composer', async () => (await focused()) === 'composer');
  expect(await page.getByTestId('composer').inputValue()).toBe('@Bob ');
  await bob.stop();
  await tabTo('own-name');
  await page.keyboard.press('Enter');
  await page.getByTestId('dialog').waitFor();
  await tabTo('language');
  await page.keyboard.press('ArrowDown');
  await becomes(
    'Chinese',
    async () => (await page.locator('html').getAttribute('lang')) === 'zh-Hans',
  );
  await tabTo('sound');
  await page.keyboard.press('Space');
  expect(await page.getByTestId('sound').isChecked()).toBe(true);
});

test('a panel over the chat takes the focus and gives it back', async () => {
  const page = await enter(`/r/${newRoom('panels')}`, 'Ada', { viewport: PHONE });
  await page.getByTestId('menu').focus();
  await page.keyboard.press('Enter');
  await becomes('the focus in the panel', () =>
    page.locator('#rooms').evaluate((panel) => panel.contains(panel.ownerDocument.activeElement)),
  );
  for (let stops = 0; stops < 25; stops += 1) {
    await page.keyboard.press('Tab');
    expect(await page.evaluate(`document.activeElement.closest('.talk') === null`)).toBe(true);
  }
  await page.keyboard.press('Escape');
  await becomes(
    'the focus back',
    async () => (await page.evaluate('document.activeElement.dataset.testid')) === 'menu',
  );
});

test('the log announces politely what comes at its end, and not what scrolling back brings', async () => {
  const room = newRoom('announced');
  await publish(
    room,
    Array.from({ length: 300 }, (_, n) => `line ${n}`),
  );
  const page = await enter(`/r/${room}`, 'Ada');
  await shown(page, 'line 299');
  const log = page.getByRole('log', { name: 'Messages' });
  await becomes('polite', async () => (await log.getAttribute('aria-live')) === 'polite');
  await log.hover();
  await page.mouse.wheel(0, -900);
  await becomes('silent', async () => (await log.getAttribute('aria-live')) === 'off');
  expect(await page.getByTestId('to-end').count()).toBe(1);
});

test('less motion is none, and more contrast is more, if the person prefers it', async () => {
  const path = `/r/${newRoom('wishes')}`;
  const page = await enter(path, 'Ada', { reducedMotion: 'reduce', contrast: 'more' });
  await say(page, 'hello');
  const message = await shown(page, 'hello');
  await page.context().setOffline(true);
  const styles = (selector: string, name: string) =>
    page.evaluate(`getComputedStyle(document.querySelector('${selector}')).${name}`);
  expect(await styles('.link-dot', 'animationName')).toBe('none');
  expect(await styles('.text', 'borderTopStyle')).toBe('solid');
  expect(await message.isVisible()).toBe(true);
  const forced = await enter(path, 'Bob', { forcedColors: 'active' });
  await shown(forced, 'hello');
  expect(await look(forced, 'forced-colors')).toEqual([]);
});

test('at 400 % a line, the composer and every control are in reach, and the page scrolls to no side', async () => {
  const [room, log] = [newRoom('zoom'), newRoom('zoomed-log')];
  // 1,280 × 1,024 at 400 %.
  const viewport = { width: 320, height: 256 };
  const page = await enter(`/r/${room}`, 'Ada', { viewport });
  const isWithin = async (testId: string) => {
    const box = await page.getByTestId(testId).first().boundingBox();
    if (!box) throw new Error(`no ${testId}`);
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(viewport.width);
    expect(box.y + box.height).toBeLessThanOrEqual(viewport.height);
  };
  await say(page, 'hello');
  await shown(page, 'hello');
  for (const id of ['message-text', 'composer', 'send', 'search', 'menu', 'online']) {
    await isWithin(id);
  }
  await openSettings(page);
  await page.getByTestId('forget-me').click();
  await page.getByTestId('forget-me-now').scrollIntoViewIfNeeded();
  await isWithin('forget-me-now');
  await closeSettings(page);
  await page.keyboard.press('Control+k');
  await page.getByTestId('switch').waitFor();
  await isWithin('switch');
  expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
  await publish(log, ['INFO one', 'WARN two', 'ERROR three', 'four', 'five', 'INFO six']);
  const reader = await enter(`/r/${log}`, 'Ada', { viewport });
  await reader.getByTestId('log-tools').waitFor();
  // Three lines of it.
  expect((await reader.getByTestId('log').boundingBox())?.height).toBeGreaterThan(60);
  await reader.getByTestId('log-filter').fill('three');
  await becomes('one', async () => (await reader.getByTestId('message').count()) === 1);
  expect(await reader.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
  await picture(reader, 'zoomed-log');
});

test('what is printed is the whole loaded log, and no controls', async () => {
  const room = newRoom('paper');
  await publish(
    room,
    Array.from({ length: 200 }, (_, n) => `line ${n + 1}`),
  );
  const page = await enter(`/r/${room}`, 'Ada');
  await shown(page, 'line 200');
  const log = page.getByTestId('log');
  await log.hover();
  for (let n = 0; n < 40 && (await messageOf(page, 'line 90').count()) === 0; n += 1) {
    await page.mouse.wheel(0, -600);
    await page.waitForTimeout(50);
  }
  await page.getByTestId('to-end').click();
  await becomes('the end', async () => (await page.getByTestId('message').count()) < 130);
  await page.evaluate(`dispatchEvent(new Event('beforeprint'))`);
  await page.emulateMedia({ media: 'print' });
  const texts = await textsOf(page);
  expect(texts).toContain('line 90');
  expect(texts).toContain('line 200');
  for (const id of ['composer', 'menu', 'search', 'add-room', 'own-name', 'roster', 'online']) {
    expect([id, await page.getByTestId(id).isVisible()]).toEqual([id, id === 'online']);
  }
  expect((await log.boundingBox())?.height).toBeGreaterThan(2_000);
  await picture(page, 'print');
});
