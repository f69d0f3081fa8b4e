// Coming to a room: a name, the room of the address, its link, other rooms, on the screen that one has.

import { describe, expect, test } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { newRoom } from '../support/shared-stack.ts';
import {
  becomes,
  belowSight,
  closePanel,
  closeSettings,
  DEVICES,
  isOnline,
  join,
  messageOf,
  openPanel,
  openSettings,
  PHONE,
  people,
  read,
  say,
  shown,
  textsOf,
} from './page-room.ts';

const { stack, come, enter, client, publish } = people();

const roomsIn = (page: Page) => page.getByTestId('rooms').getByRole('link');

test('issues 15 and 18: to the first message of a newcomer, the page loads the files that its HTML names, and no more', async () => {
  const page = await come(`/r/${newRoom('first')}`, { isFirst: true });
  const loaded = () =>
    page.evaluate<string[]>(`performance.getEntriesByType('resource')
      .map(({ name }) => name).filter((name) => /\\.(?:js|css)$/.test(name))`);
  await page.getByTestId('name-input').fill('Ada');
  await page.getByTestId('join').click();
  await isOnline(page);
  await say(page, 'hello');
  await shown(page, 'hello');
  const named = await page.evaluate<string[]>(
    `[...document.querySelectorAll('script, link[rel=stylesheet], link[rel=modulepreload]')].map((one) => one.src ?? one.href)`,
  );
  expect(new Set(await loaded())).toEqual(new Set(named));
});

describe('coming to a room', () => {
  test('the page asks for a name, and says how many are there', async () => {
    const room = newRoom('join-screen');
    await client(room, 'Ada');
    const page = await come(`/r/${room}`);
    await becomes('one online behind the join-screen', async () =>
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

  test('an empty room says so, and gives its link to copy and to point a phone at', async () => {
    const room = newRoom('茶室');
    const page = await enter(`/r/${room}`, 'Ada', {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const invite = page.getByTestId('log').getByTestId('invite');
    await invite.waitFor();
    // Readable, as the browser shows it.
    const link = `${stack().url}/r/${room}`;
    expect(await invite.getByRole('textbox').inputValue()).toBe(link);
    await invite.getByTestId('copy-link').click();
    await becomes('the word that it is copied', async () =>
      (await read(invite.getByRole('status'))).includes('Link copied'),
    );
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(link);
    await invite.getByTestId('qr').click();
    const code = invite.getByTestId('qr-code');
    await code.waitFor();
    expect(await code.getAttribute('aria-label')).toBe(`QR code of the link to ${room}`);
    expect((await code.boundingBox())?.width).toBeGreaterThan(150);
    await say(page, 'first');
    await shown(page, 'first');
    expect(await invite.count()).toBe(0);
  });

  test('the link is shared as the device shares, where it can', async () => {
    const room = newRoom('shared');
    const page = await enter(`/r/${room}`, 'Ada', {
      viewport: PHONE,
      script: 'navigator.share = async (what) => { window.shared = what; }',
    });
    await openPanel(page, 'people');
    await page.locator('#side').getByTestId('share').click();
    expect(await page.evaluate('window.shared')).toEqual({
      title: room,
      url: `${stack().url}/r/${room}`,
    });
  });

  test('a new private room has a name that nobody guesses', async () => {
    const page = await enter('/', 'Ada', { viewport: PHONE });
    await openPanel(page, 'rooms');
    await page.getByTestId('add-room').click();
    await page.getByTestId('new-room').click();
    await page.waitForURL(/\/r\/(?:[a-z2-9]{4}-){3}[a-z2-9]{4}$/);
    await isOnline(page);
  });

  test('fixes: a private room has a name, a lock, and a sentence that says what private means', async () => {
    const page = await enter('/', 'Ada');
    await page.getByTestId('add-room').click();
    expect(await read(page.getByTestId('dialog'))).toContain('only people who have its link');
    await page.getByTestId('private-name').fill('Tea & cake');
    await page.getByTestId('private-name').press('Enter');
    await page.waitForURL(/\/r\/Tea_cake-(?:[a-z2-9]{4}-){3}[a-z2-9]{4}$/);
    await isOnline(page);
    const heading = page.getByRole('heading', { level: 1 });
    expect(await heading.getAttribute('aria-label')).toBe('Private room Tea cake');
    expect(await heading.locator('.icon').count()).toBe(1);
    expect(await page.title()).toBe('Tea cake · chat');
    // A guest sees at a glance what it is, and who is there.
    const guest = await come(new URL(page.url()).pathname);
    await becomes('Ada is there', async () =>
      (await read(guest.getByTestId('peek'))).includes('Ada'),
    );
    const said = await read(guest.getByTestId('join-screen'));
    for (const part of ['Serverless Chat', 'Tea cake', 'Private:', '1 online']) {
      expect(said).toContain(part);
    }
  });

  test('a room that cannot be is refused with a way on', async () => {
    const page = await come('/r/no%20spaces');
    expect(await read(page.getByTestId('notice'))).toMatch(/unable to use "no spaces"/i);
    await page.getByTestId('room-input').fill('lobby');
    await page.getByTestId('go').click();
    await page.waitForURL(`${stack().url}/`);
  });

  test('visited rooms are links, with their unread counts', async () => {
    const first = newRoom('first');
    const second = newRoom('second');
    const page = await enter(`/r/${first}`, 'Ada', { viewport: PHONE });
    await publish(first, ['seen']);
    await shown(page, 'seen');
    await page.goto(`${stack().url}/r/${second}`);
    await isOnline(page);
    await openPanel(page, 'rooms');
    expect(await roomsIn(page).allInnerTexts()).toEqual([`#\n${first}`, `#\n${second}`]);
    const unread = page.getByTestId('unread');
    await publish(first, ['one']);
    await becomes('one', async () => (await unread.textContent())?.includes('1 unread') === true);
    await publish(first, ['two', 'three']);
    await becomes('three', async () => (await unread.textContent())?.includes('3 unread') === true);
    expect(await page.title()).toBe(`(3) ${second} · chat`);
    await roomsIn(page).filter({ hasText: first }).click();
    await page.waitForURL(`${stack().url}/r/${first}`);
    await shown(page, 'three');
    expect(await textsOf(page)).toEqual(['seen', 'one', 'two', 'three']);
    await page.getByTestId('new-from-here').waitFor();
    await openPanel(page, 'rooms');
    // fixes: each room keeps its place.
    expect(await roomsIn(page).allInnerTexts()).toEqual([`#\n${first}`, `#\n${second}`]);
    await page.getByRole('button', { name: `Remove ${second} from this list` }).click();
    await becomes('one room', async () => (await roomsIn(page).count()) === 1);
    await page.reload();
    await isOnline(page);
    await openPanel(page, 'rooms');
    expect(await roomsIn(page).count()).toBe(1);
  });
});

describe.each(DEVICES)('on %s', (_, viewport) => {
  test('a room that is forgotten takes what is unread in it along, the menu’s dot too', async () => {
    const dropped = newRoom('dropped');
    const page = await enter(`/r/${dropped}`, 'Ada', { viewport });
    await publish(dropped, ['seen']);
    await shown(page, 'seen');
    await page.goto(`${stack().url}/r/${newRoom('kept')}`);
    await isOnline(page);
    await publish(dropped, ['one', 'two']);
    const menu = page.getByTestId('menu');
    await becomes('the dot', async () => (await menu.getAttribute('data-unread')) === 'true');
    expect(await menu.isVisible()).toBe(viewport === PHONE);
    await openPanel(page, 'rooms');
    await page.getByTestId('unread').waitFor();
    await page.getByRole('button', { name: `Remove ${dropped} from this list` }).click();
    await becomes('no count', async () => (await page.getByTestId('unread').count()) === 0);
    await closePanel(page);
    await becomes('no dot', async () => (await menu.getAttribute('data-unread')) === 'false');
  });
});

test('P16: a guest who is forgotten leaves nothing on the device, in no tab, and comes back as another guest', async () => {
  const page = await enter(`/r/${newRoom('forgotten')}`, 'Ada', { locale: 'zh-CN' });
  await say(page, 'hello');
  await shown(page, 'hello');
  const tab = await page.context().newPage();
  await tab.goto(page.url());
  await isOnline(tab);
  await tab.getByTestId('composer').fill('half');
  expect((await page.context().cookies()).map(({ name }) => name)).toEqual(['guest']);

  await openSettings(page);
  expect(await read(page.getByTestId('forget-me'))).toBe('在此设备上忘记我');
  await page.getByTestId('forget-me').click();
  await page.getByTestId('forget-me-now').click();
  for (const each of [page, tab]) {
    await each.getByTestId('name-input').waitFor();
    // Each tab is a process with a copy of the storage, which learns a moment later what another tab has removed. It may also
    // be about to load anew, which ends a call into the page. `waitForFunction` would use `eval`, which the page forbids.
    const stored = () => each.evaluate('localStorage.length + sessionStorage.length');
    await becomes('an empty storage', () =>
      stored().then(
        (count) => count === 0,
        () => false,
      ),
    );
  }
  expect(await page.context().cookies()).toEqual([]);
  await join(page, 'Ada');
  const message = await shown(page, 'hello');
  expect(await message.getAttribute('data-direction')).toBe('received');
});

test('a reloaded page has the own lines on their side before it is let in', async () => {
  const page = await enter(`/r/${newRoom('side')}`, 'Ada');
  await say(page, 'mine');
  await shown(page, 'mine');
  await page.route('**/negotiate*', () => {});
  await page.reload();
  const message = await shown(page, 'mine');
  expect(await message.getAttribute('data-direction')).toBe('sent');
});

test('fixes: the focus is in the composer after joining, after a change of rooms, and when the button that had it is gone', async () => {
  const other = newRoom('other');
  const page = await come(`/r/${other}`);
  await join(page, 'Ada');
  const hasFocus = () => page.locator('[data-testid=composer]:focus').waitFor();
  await hasFocus();
  await page.goto(`${stack().url}/r/${newRoom('one')}`);
  await isOnline(page);
  await hasFocus();
  await roomsIn(page).filter({ hasText: other }).press('Enter');
  await page.waitForURL(/other/);
  await isOnline(page);
  await hasFocus();
  // A room that leaves the list gives the focus to the list.
  await page.getByRole('button', { name: /^Remove one/ }).press('Enter');
  await becomes(
    'the focus in the list',
    async () => (await page.evaluate('document.activeElement.ariaCurrent')) === 'page',
  );
});

test('fixes: on a touch screen joining opens no keyboard, and the focus is in the log', async () => {
  const page = await come(`/r/${newRoom('touch')}`, {
    viewport: PHONE,
    hasTouch: true,
    isMobile: true,
  });
  await join(page, 'Ada');
  await page.locator('[data-testid=log]:focus').waitFor();
});

describe.each(DEVICES)('the screen of %s', (_, viewport) => {
  const fullRoom = async (name: string) => {
    const room = newRoom(name);
    const lines = Array.from({ length: 60 }, (_, n) => `line ${n + 1}`);
    await publish(room, lines);
    const page = await enter(`/r/${room}`, 'Ada', { viewport });
    await shown(page, 'line 60');
    return page;
  };

  const insets = { top: 47, right: 40, bottom: 34, left: 44 };
  const withInsets = async (page: Page) => {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Emulation.setSafeAreaInsetsOverride', { insets });
    const safe = {
      top: insets.top,
      right: viewport.width - insets.right,
      bottom: viewport.height - insets.bottom,
      left: insets.left,
    };
    /** What of a part of the page lies under the insets. */
    return (part: string) =>
      page
        .locator(part)
        .locator('h1, h2, a, button, input, select, textarea')
        .filter({ visible: true })
        .evaluateAll(
          (all, { top, right, bottom, left }) =>
            all
              .filter((element) => {
                const box = element.getBoundingClientRect();
                return box.top < top || box.right > right || box.bottom > bottom || box.left < left;
              })
              .map((element) => element.outerHTML),
          safe,
        );
  };

  test('hides nothing of the join-screen behind its notch, round corners and home bar', async () => {
    const page = await come(`/r/${newRoom('door-edges')}`, { viewport });
    await page.getByTestId('name-input').waitFor();
    const covered = await withInsets(page);
    await becomes(
      'the join-screen in sight',
      async () => (await covered('.join-screen')).length === 0,
    );
  });

  test('hides nothing of the room behind them', async () => {
    const page = await fullRoom('edges');
    const covered = await withInsets(page);
    await becomes('the header in sight', async () => (await covered('.head')).length === 0);
    expect(await covered('.composer')).toEqual([]);
    expect(await belowSight(page)).toBeLessThan(33);
    for (const [panel, part] of [
      ['rooms', '#rooms'],
      ['people', '#side'],
    ] as const) {
      await openPanel(page, panel);
      expect(await covered(part)).toEqual([]);
      await closePanel(page);
    }
  });

  test('keeps composer and newest line in sight while a keyboard is on it', async () => {
    const page = await fullRoom('keyboard');
    const composer = page.getByTestId('composer');
    const bottomOf = async (element: Locator) => {
      const box = await element.boundingBox();
      return box ? box.y + box.height : Number.NaN;
    };
    await composer.click();
    // What interactive-widget=resizes-content asks for.
    const height = 400;
    await page.setViewportSize({ ...viewport, height });
    await becomes('the composer above it', async () => (await bottomOf(composer)) <= height);
    await becomes('the end', async () => (await belowSight(page)) < 33);
    const newest = await bottomOf(messageOf(page, 'line 60'));
    expect(newest).toBeLessThanOrEqual((await composer.boundingBox())?.y ?? 0);
    expect(newest).toBeGreaterThan(await bottomOf(page.locator('.head')));
    await page.keyboard.type('typed');
    await page.keyboard.press('Enter');
    await shown(page, 'typed');
    await becomes('the end again', async () => (await belowSight(page)) < 33);
    await page.setViewportSize(viewport);
    await becomes('the end without it', async () => (await belowSight(page)) < 33);
    expect((await textsOf(page)).at(-1)).toBe('typed');
  });
});

describe('languages', () => {
  test.each([
    ['zh-CN', 'zh-Hans', '加入'],
    ['zh-TW', 'zh-Hans', '加入'],
    ['en-GB', 'en', 'Join'],
    ['fr-FR', 'en', 'Join'],
  ])('a browser that prefers %s gets %s', async (locale, lang, join) => {
    const page = await come('/', { locale });
    expect(await read(page.getByTestId('join'))).toBe(join);
    expect(await page.locator('html').getAttribute('lang')).toBe(lang);
  });

  test('English serves while the words of another language cannot be loaded', async () => {
    const page = await come('/', { locale: 'zh-CN' });
    await page.route('**/chunk-zh-*', (route) => route.abort());
    await page.reload();
    expect(await read(page.getByTestId('join'))).toBe('Join');
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
  });

  test('the other one is chosen without a reload, and remembered', async () => {
    const room = newRoom('languages');
    const page = await enter(`/r/${room}`, 'Ada', { viewport: PHONE });
    await publish(room, ['hello']);
    const message = await shown(page, 'hello');
    const full = await message.locator('time').getAttribute('title');
    expect(full).toMatch(/\d{4}/);
    await page.getByTestId('composer').fill('a draft');
    await openSettings(page);
    await page.getByTestId('language').selectOption('zh');
    await closeSettings(page);
    await page.getByTestId('online').filter({ hasText: '1 人在线' }).waitFor();
    expect(await read(page.getByTestId('day'))).toBe('今天');
    expect(await message.locator('time').getAttribute('title')).toMatch(/年.+月.+日/);
    expect(await page.getByTestId('composer').inputValue()).toBe('a draft');
    expect(await page.title()).toBe(`${room} · 聊天`);
    await page.reload();
    await isOnline(page);
    await page.getByTestId('online').filter({ hasText: '1 人在线' }).waitFor();
  });
});
