// What moderators do from the page: the creator of a private room removes, bans, closes and opens, and what everyone else sees.

import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { chosen, endBans, finish, menuOf, newPrivateRoom } from './page-moderating.ts';
import {
  becomes,
  closePanel,
  DEVICES,
  inState,
  isOnline,
  openRoomMenu,
  people,
  read,
  say,
  shown,
  textsOf,
} from './page-room.ts';

const { stack, enter, publish } = people();

const says = (page: Page, text: string | RegExp) =>
  page.getByTestId('notice').filter({ hasText: text }).waitFor();

/** That the button stands out from others in both themes, and without colours of its own. */
async function looksDangerous(page: Page, testId: string): Promise<void> {
  const styleOf = (name: string) =>
    page
      .getByTestId(testId)
      .evaluate(
        (of, property) => of.ownerDocument.defaultView.getComputedStyle(of)[property],
        name,
      );
  expect(await page.getByTestId(testId).locator('svg').count()).toBe(1);
  for (const [colorScheme, bad] of [
    ['light', 'rgb(180, 35, 24)'],
    ['dark', 'rgb(255, 154, 143)'],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await styleOf('backgroundColor')).toBe(bad);
  }
  await page.emulateMedia({ colorScheme: 'light', forcedColors: 'active' });
  expect(await styleOf('borderTopStyle')).toBe('double');
  await page.emulateMedia({ colorScheme: null, forcedColors: null });
}

describe.each(DEVICES)('on %s', (_, viewport) => {
  const options = { viewport };

  test('the creator of a private room removes a message, bans a person, closes and opens the room', async () => {
    const room = newPrivateRoom();
    const cleo = await enter(`/r/${room}`, 'Cleo', options);
    const [bob, mia] = [
      await enter(`/r/${room}`, 'Bob', options),
      await enter(`/r/${room}`, 'Mia'),
    ];
    await say(bob, 'buy my things');
    await say(mia, 'hello');
    await shown(cleo, 'hello');

    await menuOf(cleo, 'buy my things');
    await cleo.getByTestId('action-remove-any').click();
    expect(await read(cleo.getByTestId('moderated-text'))).toBe('buy my things');
    await finish(cleo, 'no advertising');
    for (const page of [cleo, bob, mia]) {
      await page.getByTestId('removed').waitFor();
      expect(await read(page.getByTestId('removed'))).toBe(
        'A moderator removed this message: no advertising.',
      );
    }
    await mia.reload();
    expect(await read(mia.getByTestId('removed'))).toContain('no advertising');

    await chosen(cleo, 'Bob');
    await cleo.getByTestId('ban').click();
    expect(await cleo.getByTestId('ban-minutes').locator('option').allTextContents()).toEqual([
      '5 minutes',
      '1 hour',
      '1 day',
      '1 week',
    ]);
    await cleo.getByTestId('ban-minutes').selectOption('60');
    // The dialog names the person, the time and what happens, and no stray Enter does it.
    const dialog = await read(cleo.getByTestId('dialog'));
    expect(dialog).toMatch(/^Ban Bob\n/);
    expect(dialog).toContain('Bob has to leave at once');
    expect(dialog).toContain('neither enter nor read this room for 1 hour.');
    expect(await read(cleo.getByTestId('moderate-now'))).toBe('Ban for 1 hour');
    expect(await cleo.evaluate('document.activeElement.dataset.testid')).toBe('ban-minutes');
    await looksDangerous(cleo, 'moderate-now');
    await finish(cleo, 'once more');
    await inState(bob, 'blocked');
    await says(bob, 'The connection was ended: once more');
    await says(bob, 'You are banned from this room until');
    await becomes(
      'two people',
      async () => (await cleo.getByTestId('roster').locator('button').count()) === 2,
    );

    await closePanel(cleo);
    await openRoomMenu(cleo);
    await cleo.getByTestId('close-room').click();
    await finish(cleo, 'back on Monday');
    for (const page of [cleo, mia]) await says(page, 'This room is closed: back on Monday.');
    expect(await mia.getByRole('button', { name: 'Open again…' }).count()).toBe(0);
    // Also a page that was not there when the room was closed.
    await cleo.reload();
    await cleo.getByRole('button', { name: 'Open again…' }).click();
    await cleo.getByTestId('moderate-now').click();
    await isOnline(cleo);
    await mia.getByRole('button', { name: 'Connect now' }).click();
    await isOnline(mia);
    await say(mia, 'here again');
    await shown(cleo, 'here again');
  });
});

test('lines that wait when their author is banned stay unsent when the ban ends, and are edited, discarded or sent', async () => {
  const room = newPrivateRoom();
  const cleo = await enter(`/r/${room}`, 'Cleo');
  const bob = await enter(`/r/${room}`, 'Bob', { hasClock: true });
  await chosen(cleo, 'Bob');
  await bob.context().setOffline(true);
  await inState(bob, 'offline');
  for (const text of ['rude', 'ruder', 'sorry']) await say(bob, text);
  const waiting = bob.getByTestId('outbox-line');
  await becomes('three lines', async () => (await waiting.count()) === 3);
  await cleo.getByTestId('ban').click();
  await finish(cleo, 'be kind');

  await bob.context().setOffline(false);
  await inState(bob, 'blocked');
  const isHeld = () =>
    becomes(
      'three unsent lines',
      async () =>
        (await waiting.evaluateAll((all) => all.map((line) => line.dataset.state))).join() ===
        'refused,refused,refused',
    );
  await isHeld();
  await bob.reload();
  await inState(bob, 'blocked');
  await isHeld();
  expect(await bob.getByTestId('try-again').count()).toBe(0);

  await endBans(room, stack());
  // By its own clock the page tries again when the five minutes are over.
  await bob.clock.fastForward(6 * 60_000);
  await isOnline(bob);
  await say(cleo, 'welcome back');
  await shown(bob, 'welcome back');
  await isHeld();
  expect(await textsOf(cleo)).toEqual(['welcome back']);

  await waiting.nth(0).getByTestId('edit-line').click();
  await say(bob, 'kind');
  await shown(cleo, 'kind');
  await waiting.filter({ hasText: 'ruder' }).getByTestId('discard').click();
  await waiting.filter({ hasText: 'sorry' }).getByTestId('try-again').click();
  await shown(cleo, 'sorry');
  await becomes('nothing left', async () => (await waiting.count()) === 0);
  expect(await textsOf(cleo)).toEqual(['welcome back', 'kind', 'sorry']);
});

test('others see who created the room, and nothing that they could not do', async () => {
  const room = newPrivateRoom();
  const cleo = await enter(`/r/${room}`, 'Cleo');
  const bob = await enter(`/r/${room}`, 'Bob');
  await say(cleo, 'welcome');
  await menuOf(bob, 'welcome');
  expect(await bob.getByRole('menuitem').allTextContents()).toEqual([
    'Reply',
    'Copy text',
    'Copy link',
  ]);
  await bob.keyboard.press('Escape');
  await becomes('the creator marked', async () =>
    (await bob.getByTestId('roster').locator('li').allTextContents()).some((person) =>
      /Cleo.*creator/.test(person),
    ),
  );
  await chosen(bob, 'Cleo');
  expect(await bob.getByTestId('ban').count()).toBe(0);
  await bob.keyboard.press('Escape');
  await openRoomMenu(bob);
  expect(await bob.getByTestId('room-menu').locator('button').count()).toBe(2);
  expect(await bob.getByTestId('close-room').count()).toBe(0);
  // The creator is offered no ban of oneself.
  await menuOf(cleo, 'welcome');
  expect(await cleo.getByTestId('action-ban').count()).toBe(0);
});

test('a line that a program published is removed, also where the room is a log', async () => {
  const room = newPrivateRoom();
  const cleo = await enter(`/r/${room}`, 'Cleo');
  await publish(
    room,
    ['a', 'b', 'c', 'd', 'e', 'a secret'].map((text) => `line ${text}`),
  );
  await cleo.locator('[data-lines]').waitFor();
  await menuOf(cleo, 'line a secret');
  expect(await cleo.getByTestId('action-ban').count()).toBe(0);
  await cleo.getByTestId('action-remove-any').click();
  await finish(cleo, '');
  expect(await read(cleo.getByTestId('removed'))).toBe('A moderator removed this message.');
});

test('all of it by keyboard, and the focus is never lost', async () => {
  const room = newPrivateRoom();
  const cleo = await enter(`/r/${room}`, 'Cleo');
  const bob = await enter(`/r/${room}`, 'Bob');
  await say(bob, 'rude');
  await shown(cleo, 'rude');
  const press = async (...keys: readonly string[]) => {
    for (const key of keys) await cleo.keyboard.press(key);
  };
  const choose = async (action: string) => {
    await cleo.getByTestId('message-menu').waitFor();
    for (let n = 0; n < 20; n += 1) {
      await press('ArrowUp');
      if ((await cleo.locator(`[data-testid=${action}]:focus`).count()) === 1) break;
    }
    await press('Enter');
    await cleo.getByTestId('dialog').waitFor();
  };
  const hasFocus = async (place = '') => (await cleo.locator(`${place} :focus`).count()) === 1;
  const openMenu = async () => {
    await cleo.getByTestId('log').focus();
    // The line, and its third button.
    await press('ArrowUp', 'Tab', 'Tab', 'Tab', 'Enter');
  };
  await openMenu();
  await choose('action-remove-any');
  expect(await read(cleo.locator('#dialog-title'))).toBe('Remove the message of Bob');
  // The dialog keeps the focus, and Escape gives up.
  await press('Shift+Tab', 'Shift+Tab', 'Shift+Tab', 'Tab');
  expect(await hasFocus('.dialog')).toBe(true);
  await press('Escape');
  await cleo.getByTestId('dialog').waitFor({ state: 'detached' });
  await becomes('the focus on the line', () => hasFocus('.line'));
  await press('Enter');
  await choose('action-remove-any');
  await cleo.keyboard.type('be kind');
  await press('Enter');
  await shown(cleo, 'A moderator removed this message: be kind.');
  await cleo.getByTestId('dialog').waitFor({ state: 'detached' });
  await becomes('a place for the focus', () => hasFocus());

  await cleo.getByTestId('roster').getByRole('button', { name: 'Bob' }).focus();
  await press('Enter');
  await cleo.getByTestId('ban').waitFor();
  await press('End', 'Enter');
  await cleo.getByTestId('dialog').waitFor();
  await press('ArrowDown', 'Tab');
  await cleo.keyboard.type('be kind');
  await press('Enter');
  await inState(bob, 'blocked');
  await becomes('a place for the focus', () => hasFocus());
});

test('a deed that fails says so in its dialog, which stays open', async () => {
  const room = newPrivateRoom();
  const cleo = await enter(`/r/${room}`, 'Cleo');
  // By keyboard alone: the last item of the menu.
  await cleo.getByTestId('room').focus();
  await cleo.keyboard.press('Enter');
  await cleo.getByTestId('room-menu').waitFor();
  await cleo.keyboard.press('End');
  await cleo.keyboard.press('Enter');
  await finish(cleo, '');
  await cleo.route('**/open', (route) => route.abort());
  await cleo.getByRole('button', { name: 'Open again…' }).click();
  await cleo.getByTestId('moderate-now').click();
  const complaint = cleo.getByTestId('dialog').getByRole('alert');
  await complaint.filter({ hasText: 'no answer came' }).waitFor();
  await cleo.unroute('**/open');
  await cleo.getByTestId('moderate-now').click();
  await isOnline(cleo);
  await cleo.getByTestId('dialog').waitFor({ state: 'detached' });
});
