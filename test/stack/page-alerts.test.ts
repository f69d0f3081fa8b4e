// Notifications by room: the bell, what it silences, and lines of other rooms.

import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { type ChatClient, joinRoom } from '../support/chat-client.ts';
import { newRoom } from '../support/shared-stack.ts';
import { looks } from './page-look.ts';
import {
  becomes,
  closeSettings,
  DESKTOP,
  isOnline,
  openPanel,
  openSettings,
  PHONE,
  people,
  shown,
} from './page-room.ts';

const { stack, enter } = people();
const look = looks();

/** Takes the place of what the browser would show and play. */
const WATCHED = `
  window.notices = []; window.sounds = 0;
  window.Notification = class {
    static permission = 'granted';
    static requestPermission = async () => 'granted';
    constructor(title, options) { window.notices.push([title, options.body]); window.last = this; }
    close() {}
  };
  window.AudioContext = class extends AudioContext {
    constructor() { super(); window.sounds += 1; }
  };
`;
const hide = (page: Page, isHidden: boolean) =>
  page.evaluate(`
    Object.defineProperty(document, 'visibilityState', {
      configurable: true, get: () => '${isHidden ? 'hidden' : 'visible'}' });
    document.dispatchEvent(new Event('visibilitychange'));
  `);
const notices = (page: Page) => page.evaluate('window.notices.splice(0)');
const hasNotice = (page: Page) =>
  becomes('a notification', async () => (await page.evaluate('window.notices.length')) === 1);

const bell = (page: Page) => page.getByTestId('bell');
const levelIs = (page: Page, level: string) =>
  becomes(level, async () => (await bell(page).getAttribute('data-level')) === level);

async function choose(page: Page, level: string): Promise<void> {
  await bell(page).click();
  await page.getByTestId(`level-${level}`).click();
  await levelIs(page, level);
}

async function switchOn(page: Page): Promise<void> {
  await openSettings(page);
  await page.getByTestId('notifications').check();
  await page.getByTestId('sound').check();
}

const say = (client: ChatClient, text: string, mentions?: readonly string[]) =>
  client.hub.invoke('send', text, text, mentions ? { mentions } : {});

/** The id of the person with the name, from the room's list. */
async function idOf(room: string, name: string): Promise<string> {
  const answer = await fetch(`${stack().url}/api/rooms/${encodeURIComponent(room)}/members`);
  const { members } = (await answer.json()) as { members: { name: string; userId: string }[] };
  return members.find((member) => member.name === name)?.userId ?? '';
}

describe.each([
  ['phone', { viewport: PHONE, locale: 'zh-CN', colorScheme: 'dark' as const }],
  ['desktop', { viewport: DESKTOP }],
])('on a %s', (device, options) => {
  test('a bell says which messages of the room alert, and changes it with the keyboard alone', async () => {
    const room = newRoom('bell');
    const page = await enter(`/r/${room}`, 'Ada', {
      ...options,
      script: WATCHED,
      hasClock: true,
    });
    const bob = await joinRoom(stack().url, room, 'Bob');
    const ada = await idOf(room, 'Ada');
    expect(await bell(page).count()).toBe(0);
    await switchOn(page);
    await page.getByTestId('room-level').waitFor();
    expect(await page.getByTestId('default-level').inputValue()).toBe('all');
    expect(await look(page, `alerts-settings-${device}`)).toEqual([]);
    await closeSettings(page);
    await levelIs(page, 'all');
    await bell(page).focus();
    await page.keyboard.press('Enter');
    const isInMenu = async () =>
      Boolean(await page.evaluate(`document.activeElement?.dataset.testid === 'level-all'`));
    await becomes('the focus in the menu', isInMenu);
    expect(await look(page, `alerts-bell-${device}`)).toEqual([]);
    const box = await page.getByTestId('bell-menu').boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(options.viewport.width);
    await page.keyboard.press('Escape');
    expect(await page.getByTestId('bell-menu').count()).toBe(0);
    await page.keyboard.press('Enter');
    await becomes('the focus in the menu again', isInMenu);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await levelIs(page, 'mentions');
    expect(await page.evaluate('document.activeElement.dataset.testid')).toBe('bell');
    await page.reload();
    await isOnline(page);
    await levelIs(page, 'mentions');
    await hide(page, true);
    await say(bob, 'for all');
    await shown(page, 'for all');
    await say(bob, 'hi @Ada', [ada]);
    await hasNotice(page);
    expect(await notices(page)).toEqual([
      [device === 'phone' ? `Bob（${room}）` : `Bob in ${room}`, 'hi @Ada'],
    ]);
    await becomes('one sound', async () => (await page.evaluate('window.sounds')) === 1);
    await hide(page, false);
    await choose(page, 'none');
    await hide(page, true);
    await say(bob, 'psst @Ada', [ada]);
    await becomes('one unread', async () => (await page.title()).includes('1'));
    // Longer than any alert waits.
    await page.clock.runFor(1_500);
    expect(await page.evaluate('[window.notices, window.sounds]')).toEqual([[], 1]);
    await bob.stop();
  });
});

/** Ada has read a line of Bob in the room, and has switched alerts on. */
async function alertedOf(room: string) {
  const page = await enter(`/r/${room}`, 'Ada', { script: WATCHED, hasClock: true });
  const bob = await joinRoom(stack().url, room, 'Bob');
  const ada = await idOf(room, 'Ada');
  await say(bob, 'read');
  await shown(page, 'read');
  await switchOn(page);
  await closeSettings(page);
  return { page, bob, ada };
}

test('a line of another room notifies as that room’s level says, a mention also in sight, and a click opens the room', async () => {
  const [tea, here] = [newRoom('tea'), newRoom('here')];
  const { page, bob, ada } = await alertedOf(tea);
  await levelIs(page, 'all');
  await page.goto(`${stack().url}/r/${here}`);
  await isOnline(page);
  await levelIs(page, 'all');
  const unread = page.getByTestId('unread');
  await say(bob, 'one');
  await unread.waitFor();
  // The rail shows it to a person who looks at the page.
  await page.clock.runFor(2_000);
  expect(await notices(page)).toEqual([]);
  await hide(page, true);
  await say(bob, 'two');
  await hasNotice(page);
  expect(await notices(page)).toEqual([[tea, '2 new messages']]);
  await hide(page, false);
  await say(bob, 'hi @Ada', [ada]);
  await hasNotice(page);
  expect(await notices(page)).toEqual([[`Bob in ${tea}`, 'hi @Ada']]);
  await page.evaluate('window.last.onclick()');
  await page.waitForURL(`**/r/${tea}`);
  await isOnline(page);
  await shown(page, 'hi @Ada');
  await bob.stop();
});

test('a room that alerts of nothing counts quietly, not in the title, and a mention in red', async () => {
  const [tea, here] = [newRoom('quiet'), newRoom('here')];
  const { page, bob, ada } = await alertedOf(tea);
  await choose(page, 'none');
  await page.goto(`${stack().url}/r/${here}`);
  await isOnline(page);
  await levelIs(page, 'all');
  await say(bob, 'one');
  const unread = page.getByTestId('unread');
  await unread.waitFor();
  expect(await unread.getAttribute('data-quiet')).toBe('true');
  expect(await page.title()).toBe(`${here} · chat`);
  expect(await page.getByTestId('menu').getAttribute('data-unread')).toBe('false');
  expect(await look(page, 'alerts-quiet')).toEqual([]);
  await say(bob, 'hi @Ada', [ada]);
  await becomes('red', async () => (await unread.getAttribute('data-mention')) === 'true');
  await becomes('two in the title', async () => (await page.title()) === `(@2) ${here} · chat`);
  const icon = () => page.locator('link[rel=icon]').getAttribute('href');
  await becomes('red on the icon', async () => ((await icon()) ?? '').includes('%23b42318'));
  expect(await page.getByTestId('menu').getAttribute('data-mention')).toBe('true');
  expect(await look(page, 'alerts-red')).toEqual([]);
  await page.clock.runFor(2_000);
  expect(await page.evaluate('[window.notices, window.sounds]')).toEqual([[], 0]);
  // The choice for new rooms reaches those without one of their own.
  await openSettings(page);
  await page.getByTestId('default-level').selectOption('mentions');
  await closeSettings(page);
  await levelIs(page, 'mentions');
  await openPanel(page, 'rooms');
  await bob.stop();
});
