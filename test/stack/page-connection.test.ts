// What the page says of its connection, and how it calls back who looks elsewhere.

import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Members } from '../../functions/protocol.ts';
import { NOTICE_MS } from '../../web/state/notices.ts';
import { openNetwork } from '../support/network.ts';
import { newRoom } from '../support/shared-stack.ts';
import {
  becomes,
  closeSettings,
  inState,
  isOnline,
  openSettings,
  PHONE,
  people,
  read,
  say,
  shown,
} from './page-room.ts';

const { stack, come, enter, publish } = people();

/** Past the join screen of a room that lets nobody in. */
async function enterClosed(path: string, name: string): Promise<Page> {
  const page = await come(path);
  await page.getByTestId('name-input').fill(name);
  await page.getByTestId('join').click();
  await inState(page, 'blocked');
  return page;
}

/** Whether a text is cut off. Not the chat's own: the element of the browser. */
const overflows = (element: { scrollWidth: number; clientWidth: number }) =>
  element.scrollWidth > element.clientWidth;

const state = (page: Page) => page.getByTestId('connection-state');

describe('the connection', () => {
  test('that is lost is tried again, with a countdown and a way to hurry', async () => {
    const network = await openNetwork();
    try {
      const page = await enter('/r/lobby', 'Ada', {
        viewport: PHONE,
        proxy: network.proxy,
        // The longest wait after each failure: about 1 s, 2 s, 4 s, 8 s.
        script: 'Math.random = () => 0.999',
        hasClock: true,
      });
      const height = (await page.locator('.head').boundingBox())?.height;
      network.cut();
      await inState(page, 'reconnecting');
      // fixes: the room stays legible, and the header as high as ever. Beside the words, and beside a countdown.
      expect(await page.getByTestId('room').locator('> span').evaluate(overflows)).toBe(false);
      const countdown = page.getByTestId('countdown').filter({ hasText: /[5-8] s/ });
      await becomes('a wait of more than four seconds', async () => {
        await page.clock.fastForward(500);
        return (await countdown.count()) === 1;
      });
      // The page's time stands still, so that it does not try by itself.
      await page.clock.pauseAt((await page.evaluate<number>('Date.now()')) + 500);
      expect(await read(page.getByTestId('countdown'))).toMatch(/^\d+ s$/);
      expect(await page.getByTestId('room').locator('> span').evaluate(overflows)).toBe(false);
      expect((await page.locator('.head').boundingBox())?.height).toBe(height);
      // The ear hears that it reconnects, not every second.
      expect(await state(page).getByRole('status').textContent()).toBe('reconnecting…');
      network.restore();
      await page.getByTestId('connect-now').click();
      await page.clock.resume();
      await isOnline(page);
      await becomes(
        'no countdown',
        async () => (await page.getByTestId('countdown').count()) === 0,
      );
      await page.context().close();
    } finally {
      await network.stop();
    }
  });

  test('of a machine without a network is offline, and back by itself', async () => {
    const page = await enter(`/r/${newRoom('offline')}`, 'Ada');
    await page.context().setOffline(true);
    await inState(page, 'offline');
    expect(await read(state(page))).toContain('offline');
    expect(await read(page.getByTestId('offline-notice'))).toContain('You are offline');
    await page.context().setOffline(false);
    await isOnline(page);
    await becomes(
      'no notice',
      async () => (await page.getByTestId('offline-notice').count()) === 0,
    );
  });

  test('that a moderator ends says why, and stays out while banned', async () => {
    const room = newRoom('banned');
    const page = await enter(`/r/${room}`, 'Ada', { viewport: PHONE, hasClock: true });
    const endAll = async (query: Record<string, string>) => {
      const members = await fetch(`${stack().url}/api/rooms/${room}/members`);
      const statuses: number[] = [];
      for (const { connectionId } of ((await members.json()) as Members).members) {
        const url = `${stack().url}/api/rooms/${room}/connections/${connectionId}`;
        const headers = { 'x-functions-key': stack().functionKey };
        const answer = await fetch(`${url}?${new URLSearchParams(query)}`, {
          method: 'DELETE',
          headers,
        });
        statuses.push(answer.status);
      }
      return statuses.includes(204);
    };
    // The one before may still be a member, and can no longer be ended.
    const end = (query: Record<string, string>) =>
      becomes('a connection that is ended', () => endAll(query));
    await end({ reason: 'Be kind.' });
    await page.getByTestId('notice').waitFor();
    expect(await read(page.getByTestId('notice'))).toContain('Be kind.');
    await isOnline(page);
    await page.getByTestId('notice').getByRole('button').click();
    await becomes('no notice', async () => (await page.getByTestId('notice').count()) === 0);
    // fixes: the focus does not go with the button.
    expect(await page.evaluate('document.activeElement.dataset.testid')).toBe('composer');
    // fixes: a notice leaves by itself once it has been in sight for long enough.
    await end({ reason: 'Be kind again.' });
    await page.getByTestId('notice').waitFor();
    await isOnline(page);
    await becomes('no notice', async () => {
      await page.clock.fastForward(NOTICE_MS);
      return (await page.getByTestId('notice').count()) === 0;
    });
    const invite = page.getByTestId('log').getByTestId('invite');
    await invite.waitFor();
    await end({ banMinutes: '5', reason: 'Be kinder.' });
    await inState(page, 'blocked');
    expect(await read(state(page))).toBe('no access');
    // One notice for one thing, why before how long.
    await becomes('one notice', async () => (await page.getByTestId('notice').count()) === 1);
    expect(await read(page.getByTestId('notice'))).toMatch(
      // On the person's own clock, with the date only where the end is tomorrow.
      /Be kinder\.\s+You are banned from this room until (.+, )?\d+:\d\d\s[AP]M\. The page tries/,
    );
    // fixes: nothing can be written, and the page says so.
    expect(await read(page.getByTestId('shut-out'))).toContain('You cannot write in this room');
    await page.getByTestId('composer').pressSequentially('let me');
    await page.getByTestId('composer').press('Enter');
    expect(await page.getByTestId('composer').inputValue()).toBe('');
    expect(await page.getByTestId('outbox-line').count()).toBe(0);
    expect(await page.getByTestId('invite').count()).toBe(0);
    expect(await page.getByTestId('roster').count()).toBe(0);
    await page.getByRole('button', { name: '– online', exact: true }).waitFor();
  });
});

test('fixes: a closed room says so once, in the page’s language, and the page notices within seconds that it is open', async () => {
  const room = newRoom('closed');
  const page = await enter(`/r/${room}`, 'Ada', { locale: 'zh-CN', hasClock: true });
  await say(page, '你好');
  await shown(page, '你好');
  await page.getByTestId('composer').fill('还有');
  const close = async (method: 'PUT' | 'DELETE') => {
    const headers = { 'x-functions-key': stack().functionKey };
    const url = `${stack().url}/api/rooms/${room}/closed?reason=${encodeURIComponent('喝茶')}`;
    expect((await fetch(url, { method, headers })).status).toBe(204);
  };
  await close('PUT');
  await inState(page, 'blocked');
  const newcomer = await enterClosed(`/r/${room}`, 'Bob');
  for (const [each, text] of [
    [page, /^这个房间已关闭：喝茶。页面会不时重试。\s*立即连接$/],
    [
      newcomer,
      /^This room is closed: 喝茶. The page tries again from time to time.\s*Connect now$/,
    ],
  ] as const) {
    await becomes('one notice', async () => (await each.getByTestId('notice').count()) === 1);
    expect(await read(each.getByTestId('notice'))).toMatch(text);
    expect(await each.getByTestId('composer').getAttribute('readonly')).not.toBeNull();
    await shown(each, '你好');
  }
  expect(await page.getByTestId('composer').inputValue()).toBe('还有');
  await close('DELETE');
  await page.clock.fastForward(10_000);
  await isOnline(page);
  await page.getByTestId('composer').press('Enter');
  await shown(page, '还有');
});

test('fixes: nothing loads for ever in front of a person who is banned', async () => {
  const room = newRoom('banned-newcomer');
  const page = await enter(`/r/${room}`, 'Ada');
  await say(page, 'hello');
  await shown(page, 'hello');
  const members = await fetch(`${stack().url}/api/rooms/${room}/members`);
  const [me] = ((await members.json()) as Members).members;
  await fetch(`${stack().url}/api/rooms/${room}/connections/${me?.connectionId}?banMinutes=5`, {
    method: 'DELETE',
    headers: { 'x-functions-key': stack().functionKey },
  });
  await inState(page, 'blocked');
  await page.reload();
  await inState(page, 'blocked');
  await becomes('a log that says why it is empty', async () =>
    (await read(page.getByTestId('log'))).includes('The messages are shown once you are let in.'),
  );
  expect(await page.getByTestId('log').getAttribute('aria-busy')).toBe('false');
});

describe('a person who looks elsewhere', () => {
  /** The page as it is behind another tab. Chromium driven by a test has every page in sight. */
  const hide = (page: Page, isHidden: boolean) =>
    page.evaluate(`
      Object.defineProperty(document, 'visibilityState', {
        configurable: true, get: () => '${isHidden ? 'hidden' : 'visible'}' });
      document.dispatchEvent(new Event('visibilitychange'));
    `);
  const icon = (page: Page) => page.locator('link[rel=icon]').getAttribute('href');

  test('sees in title and icon how much is unread', async () => {
    const room = newRoom('badge');
    const page = await enter(`/r/${room}`, 'Ada');
    await publish(room, ['before']);
    await shown(page, 'before');
    await hide(page, true);
    await publish(room, ['one', 'two']);
    await becomes('two in the title', async () => (await page.title()) === `(2) ${room} · chat`);
    await becomes('two on the icon', async () =>
      decodeURIComponent((await icon(page)) ?? '').includes('>2</text>'),
    );
    await hide(page, false);
    await becomes('nothing unread', async () => (await page.title()) === `${room} · chat`);
    expect(await icon(page)).toMatch(/favicon\.svg$/);
    await page.getByTestId('new-from-here').waitFor();
  });

  /** Takes the place of what the browser would show and play, and of its question. */
  const WATCHED = `
    window.asked = 0; window.notices = []; window.sounds = 0;
    window.Notification = class {
      static permission = 'default';
      static requestPermission = async () => {
        window.asked += 1;
        return (Notification.permission = window.answer ?? 'granted');
      };
      constructor(title, options) { window.notices.push([title, options.body]); }
    };
    window.AudioContext = class extends AudioContext {
      constructor() { super(); window.sounds += 1; }
    };
  `;

  test('gets notifications and sounds only after asking for them', async () => {
    const room = newRoom('bell');
    const page = await enter(`/r/${room}`, 'Ada', { viewport: PHONE, script: WATCHED });
    await hide(page, true);
    await publish(room, ['unasked'], 'Bob');
    await shown(page, 'unasked');
    expect(await page.evaluate('[window.asked, window.notices, window.sounds]')).toEqual([
      0,
      [],
      0,
    ]);
    await hide(page, false);
    await openSettings(page);
    await page.getByTestId('notifications').check();
    await page.getByTestId('sound').check();
    await closeSettings(page);
    expect(await page.evaluate('window.asked')).toBe(1);
    await publish(room, ['in sight'], 'Bob');
    await shown(page, 'in sight');
    await hide(page, true);
    await say(page, 'my own');
    await publish(room, ['\u001b[1mcome\u001b[0m\tback'], 'Bob');
    await becomes(
      'a notification',
      async () => (await page.evaluate('window.notices.length')) === 1,
    );
    expect(await page.evaluate('window.notices')).toEqual([[`Bob in ${room}`, 'come back']]);
    await becomes('one sound', async () => (await page.evaluate('window.sounds')) === 1);
  });

  test('P8: reads nothing in a window that is visible and not focused', async () => {
    const room = newRoom('focus');
    const page = await enter(`/r/${room}`, 'Ada');
    const focus = (type: 'focus' | 'blur') =>
      page.evaluate(`
        document.hasFocus = () => ${type === 'focus'};
        window.dispatchEvent(new Event('${type}'));
      `);
    await focus('blur');
    await publish(room, ['one']);
    await shown(page, 'one');
    await becomes('one unread', async () => (await page.title()) === `(1) ${room} · chat`);
    await focus('focus');
    await becomes('nothing unread', async () => (await page.title()) === `${room} · chat`);
  });

  test('P8: gets no alert for what another tab of the room has read, and one for all tabs', async () => {
    const room = newRoom('tabs');
    const path = `/r/${room}`;
    const page = await enter(path, 'Ada', { viewport: PHONE, script: WATCHED, hasClock: true });
    await openSettings(page);
    await page.getByTestId('notifications').check();
    await page.getByTestId('sound').check();
    await closeSettings(page);
    const other = await page.context().newPage();
    await other.goto(page.url());
    await isOnline(other);
    await hide(page, true);
    await publish(room, ['one'], 'Bob');
    await shown(other, 'one');
    await shown(page, 'one');
    await becomes('nothing unread', async () => (await page.title()) === `${room} · chat`);
    await page.clock.fastForward(3_000);
    expect(await page.evaluate('[window.notices, window.sounds]')).toEqual([[], 0]);

    // The answer of the person holds for all pages.
    await other.evaluate(`Notification.permission = 'granted'`);
    await hide(other, true);
    await publish(room, ['two'], 'Bob');
    await becomes('one unread', async () => (await page.title()) === `(1) ${room} · chat`);
    // One of the tabs alerts, and not both.
    const all = async () =>
      Promise.all(
        [page, other].map(
          (tab) => tab.evaluate('[window.notices, window.sounds]') as Promise<[string[][], number]>,
        ),
      );
    await becomes('a call', async () => {
      await page.clock.fastForward(1_000);
      return (await all()).some(([, sounds]) => sounds > 0);
    });
    await page.clock.fastForward(3_000);
    expect((await all()).flatMap(([notices]) => notices)).toEqual([[`Bob in ${room}`, 'two']]);
    expect((await all()).map(([, sounds]) => sounds).toSorted()).toEqual([0, 1]);
  });

  test('hears from the page that the browser forbids notifications', async () => {
    const script = `${WATCHED} window.answer = 'denied';`;
    const page = await enter(`/r/${newRoom('denied')}`, 'Ada', { viewport: PHONE, script });
    await openSettings(page);
    await page.getByTestId('notifications').click();
    expect(await read(page.getByRole('alert'))).toContain('does not allow notifications');
    expect(await page.getByTestId('notifications').isChecked()).toBe(false);
  });
});
