// Coming to a room: a name, the room of the address, its link, other rooms.

import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import {
  becomes,
  DEVICES,
  isOnline,
  PHONE,
  people,
  read,
  say,
  shown,
  textsOf,
} from './page-room.ts';

const { stack, come, enter, publish } = people();

const roomsIn = (page: Page) => page.getByTestId('rooms').getByRole('link');

describe.each(DEVICES)('on %s', (_, viewport) => {
  test('the page asks for a name, and says how many are there', async () => {
    const room = `/r/door-${viewport.width}`;
    await enter(room, 'Ada', { viewport });
    const page = await come(room, { viewport });
    await becomes('one online behind the door', async () =>
      (await read(page.getByTestId('peek'))).includes('1 online'),
    );
    expect(await page.getByTestId('name-input').evaluate((box) => box.matches(':focus'))).toBe(
      true,
    );
    await page.getByTestId('name-input').fill('   ');
    await page.getByTestId('join').click();
    expect(await read(page.getByRole('alert'))).toMatch(/^Unable to use .+ as a name/i);
    await page.getByTestId('name-input').fill('Bob');
    await page.getByTestId('join').click();
    await isOnline(page);
    await page.reload();
    await isOnline(page);
    expect(await page.getByTestId('own-name').textContent()).toContain('Bob');
  });
});

test('an empty room says so, and gives its link to copy and to point a phone at', async () => {
  const page = await enter('/r/茶室', 'Ada', {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const invite = page.getByTestId('log').getByTestId('invite');
  await invite.waitFor();
  const link = `${stack().url}/r/${encodeURIComponent('茶室')}`;
  expect(await invite.getByRole('textbox').inputValue()).toBe(link);
  await invite.getByTestId('copy-link').click();
  await becomes('the word that it is copied', async () =>
    (await read(invite.getByRole('status'))).includes('Link copied'),
  );
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(link);
  await invite.getByTestId('qr').click();
  const code = invite.getByTestId('qr-code');
  await code.waitFor();
  expect(await code.getAttribute('aria-label')).toBe('QR code of the link to 茶室');
  expect((await code.boundingBox())?.width).toBeGreaterThan(150);
  await say(page, 'first');
  await shown(page, 'first');
  expect(await invite.count()).toBe(0);
});

test('the link is shared as the device shares, where it can', async () => {
  const page = await come('/r/shared');
  await page.addInitScript('navigator.share = async (what) => { window.shared = what; }');
  await page.reload();
  await page.getByTestId('name-input').fill('Ada');
  await page.getByTestId('join').click();
  await page.locator('#side').getByTestId('share').click();
  expect(await page.evaluate('window.shared')).toEqual({
    title: 'shared',
    url: `${stack().url}/r/shared`,
  });
});

test('a new private room has a name that nobody guesses', async () => {
  const page = await enter('/', 'Ada');
  await page.getByTestId('new-room').click();
  await page.waitForURL(/\/r\/(?:[a-z2-9]{4}-){3}[a-z2-9]{4}$/);
  await isOnline(page);
});

test('a room that cannot be is refused with a way on', async () => {
  const page = await come('/r/no%20spaces');
  expect(await read(page.getByTestId('notice'))).toMatch(/unable to use "no spaces"/i);
  await page.getByTestId('room-input').fill('lobby');
  await page.getByTestId('go').click();
  await page.waitForURL(`${stack().url}/`);
});

test('rooms that one was in are a click away, with what is unread in them', async () => {
  const page = await enter('/r/first', 'Ada');
  await publish('first', ['seen']);
  await shown(page, 'seen');
  await page.goto(`${stack().url}/r/second`);
  await isOnline(page);
  expect(await roomsIn(page).allInnerTexts()).toEqual(['#\nsecond', '#\nfirst']);
  await publish('first', ['one', 'two', 'three']);
  await page.reload();
  await isOnline(page);
  const unread = page.getByTestId('unread');
  await unread.waitFor();
  expect(await unread.textContent()).toContain('3 unread');
  await roomsIn(page).filter({ hasText: 'first' }).click();
  await page.waitForURL(/first$/);
  await shown(page, 'three');
  expect(await textsOf(page)).toEqual(['seen', 'one', 'two', 'three']);
  await page.getByTestId('new-from-here').waitFor();
  await page.getByRole('button', { name: 'Remove second from this list' }).click();
  await becomes('one room', async () => (await roomsIn(page).count()) === 1);
  await page.reload();
  await isOnline(page);
  expect(await roomsIn(page).count()).toBe(1);
});

test('a room that is forgotten takes what is unread in it along, the menu’s dot too', async () => {
  const page = await enter('/r/dropped', 'Ada', { viewport: PHONE });
  await publish('dropped', ['seen']);
  await shown(page, 'seen');
  await page.goto(`${stack().url}/r/kept`);
  await isOnline(page);
  await publish('dropped', ['one', 'two']);
  await page.reload();
  const menu = page.getByTestId('menu');
  await becomes('the dot', async () => (await menu.getAttribute('data-unread')) === 'true');
  await menu.click();
  await page.getByRole('button', { name: 'Remove dropped from this list' }).click();
  await page.keyboard.press('Escape');
  await becomes('no dot', async () => (await menu.getAttribute('data-unread')) === 'false');
});

describe('languages', () => {
  test.each([
    ['zh-CN', 'zh-Hans', '起个名字'],
    ['zh-TW', 'zh-Hans', '起个名字'],
    ['en-GB', 'en', 'Choose a name'],
    ['fr-FR', 'en', 'Choose a name'],
  ])('a browser that prefers %s gets %s', async (locale, lang, heading) => {
    const page = await come('/', { locale });
    expect(await read(page.getByRole('heading'))).toBe(heading);
    expect(await page.locator('html').getAttribute('lang')).toBe(lang);
    await page.context().close();
  });

  test('the other one is chosen without a reload, and remembered', async () => {
    const page = await enter('/r/languages', 'Ada');
    await publish('languages', ['hello']);
    const message = await shown(page, 'hello');
    const full = await message.locator('time').getAttribute('title');
    expect(full).toMatch(/\d{4}/);
    await page.getByTestId('composer').fill('a draft');
    await page.getByTestId('language').selectOption('zh');
    expect(await read(page.getByTestId('online'))).toBe('1 人在线');
    expect(await read(page.getByTestId('day'))).toBe('今天');
    expect(await message.locator('time').getAttribute('title')).toMatch(/年.+月.+日/);
    expect(await page.getByTestId('composer').inputValue()).toBe('a draft');
    expect(await page.title()).toBe('languages · 聊天');
    await page.reload();
    await isOnline(page);
    expect(await read(page.getByTestId('online'))).toBe('1 人在线');
  });
});
