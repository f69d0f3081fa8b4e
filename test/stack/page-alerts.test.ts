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
  openRoomMenu,
  openSettings,
  PHONE,
  people,
  shown,
} from './page-room.ts';

const { stack, enter, publish } = people();
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
/** On a phone the menu of the room has the choices. */
const openerOf = (page: Page) => (page.viewportSize()?.width === PHONE.width ? 'room' : 'bell');

async function levelIs(page: Page, level: string): Promise<void> {
  if (openerOf(page) === 'bell') {
    await becomes(level, async () => (await bell(page).getAttribute('data-level')) === level);
    return;
  }
  await openRoomMenu(page);
  await page.locator(`[data-testid=level-${level}][aria-checked=true]`).waitFor();
  await page.keyboard.press('Escape');
}

async function choose(page: Page, level: string): Promise<void> {
  await page.getByTestId(openerOf(page)).click();
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
    const opener = openerOf(page);
    await page.getByTestId(opener).focus();
    await page.keyboard.press('Enter');
    if (opener === 'room') {
      await page.getByTestId('level-all').waitFor();
      for (const key of ['ArrowDown', 'ArrowDown']) await page.keyboard.press(key);
    }
    const isInMenu = async () =>
      Boolean(await page.evaluate(`document.activeElement?.dataset.testid === 'level-all'`));
    await becomes('the focus in the menu', isInMenu);
    expect(await look(page, `alerts-bell-${device}`)).toEqual([]);
    const box = await page.getByTestId(`${opener}-menu`).boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(options.viewport.width);
    await page.keyboard.press('Escape');
    expect(await page.getByTestId(`${opener}-menu`).count()).toBe(0);
    await page.keyboard.press('Enter');
    await page.getByTestId('level-all').focus();
    await becomes('the focus in the menu again', isInMenu);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await levelIs(page, 'mentions');
    expect(await page.evaluate('document.activeElement.dataset.testid')).toBe(opener);
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

test('the switcher shows of each room what the rail shows, and begins with what calls for the person', async () => {
  const [tea, cake, milk, here] = ['tea', 'cake', 'milk', 'here'].map(newRoom);
  const page = await enter(`/r/${here}`, 'Ada');
  const ada = await idOf(`${here}`, 'Ada');
  for (const room of [tea, cake, milk]) await publish(`${room}`, ['read']);
  const bob = await joinRoom(stack().url, `${tea}`, 'Bob');
  await page.evaluate(`(() => {
    const key = Object.keys(localStorage).find((key) => key.endsWith(' chat.rooms'));
    const rooms = ${JSON.stringify([here, milk, cake, tea].map((room) => ({ room, readTo: 1 })))};
    localStorage.setItem(key, JSON.stringify(rooms));
  })()`);
  await say(bob, 'hi @Ada', [ada]);
  await publish(`${cake}`, ['one', 'two']);
  await page.reload();
  const rail = page.getByTestId('rooms').getByTestId('unread');
  await becomes('both', async () => (await rail.count()) === 2);
  await rail.and(page.locator('[data-mention=true]')).waitFor();
  const choices = page.getByTestId('choices').getByRole('option');
  const namesOf = () => choices.locator('bdi').allTextContents();
  for (const viewport of [DESKTOP, PHONE]) {
    await page.setViewportSize(viewport);
    await page.keyboard.press('Control+k');
    await becomes('the order', async () => (await namesOf()).join() === [tea, cake, milk].join());
    const shows = await choices.getByTestId('unread').allInnerTexts();
    expect(shows.map((text) => text.split('\n')[0])).toEqual(['@1', '2']);
    expect(await choices.getByTestId('unread').first().getAttribute('data-mention')).toBe('true');
    expect(await look(page, `switcher-unread-${viewport.width}`)).toEqual([]);
    if (viewport === DESKTOP) await page.keyboard.press('Escape');
  }
  // Nothing moves away under a finger.
  await publish(`${milk}`, ['one', 'two']);
  await becomes('three', async () => (await choices.getByTestId('unread').count()) === 3);
  expect(await namesOf()).toEqual([tea, cake, milk]);
  await bob.stop();
});
