// The header, which leaves room for the name of the room and stays as it is while something opens. Menus. Rings around the focus.

import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { looks, picture } from './page-look.ts';
import { chosen, menuOf, newPrivateRoom } from './page-moderating.ts';
import {
  becomes,
  closePanel,
  DEVICES,
  isOnline,
  openPanel,
  openRoomMenu,
  PHONE,
  people,
  say,
} from './page-room.ts';

const { enter } = people();
const look = looks();

/** Where the header and what is in it stand, in CSS pixels. */
const placesOf = (page: Page) =>
  page.locator('.head').evaluate((head) =>
    [head, ...head.querySelectorAll('button')].map((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return [element.className, x, y, width, height].join();
    }),
  );

const focused = (page: Page) => page.evaluate<string>('document.activeElement.dataset.testid');
const hasRing = (page: Page) =>
  page.evaluate<boolean>(`getComputedStyle(document.activeElement).outlineStyle !== 'none'`);

describe.each(DEVICES)('on %s', (device, viewport) => {
  const isPhone = viewport === PHONE;

  test('the header has room for the name of the room, and stays where it is while panels and search open', async () => {
    const page = await enter('/r/weekly-planning', 'Ada', { viewport });
    // With all that a second visit brings.
    await page.reload();
    await isOnline(page);
    const [more] = isPhone ? [page.getByTestId('menu')] : [page.getByTestId('bell')];
    await more.waitFor();
    const name = page.locator('.room button > span');
    expect(await name.evaluate((text) => text.scrollWidth - text.clientWidth)).toBe(0);
    expect(await page.getByTestId('bell').count()).toBe(isPhone ? 0 : 1);
    const before = await placesOf(page);

    await page.getByTestId('search').click();
    await page.getByTestId('search-field').waitFor();
    expect(await placesOf(page)).toEqual(before);
    await picture(page, `header-search-${viewport.width}`);
    // What was said has its place beside the search, or is out of reach below it.
    expect(await page.locator('.conversation').evaluate((main) => main.inert)).toBe(isPhone);
    await openRoomMenu(page);
    await page.keyboard.press('Escape');
    await page.getByTestId('search').click();
    await page.getByTestId('search-panel').waitFor({ state: 'detached' });
    await page.getByTestId('online').click();
    await page.locator('#side').waitFor({ state: isPhone ? 'visible' : 'hidden' });
    expect(await placesOf(page)).toEqual(before);
    if (!isPhone) return;
    await closePanel(page);
    // The choices of the bell are in the menu of the room.
    await openRoomMenu(page);
    expect(await page.getByRole('menuitemradio').allTextContents()).toHaveLength(3);
    expect(await look(page, `header-menu-${device}`)).toEqual([]);
    await page.getByTestId('level-none').click();
    await becomes('the focus on the name', async () => (await focused(page)) === 'room');
    await openRoomMenu(page);
    expect(await page.getByTestId('level-none').getAttribute('aria-checked')).toBe('true');
  });

  test('all menus look and behave alike', async () => {
    const room = newPrivateRoom();
    const page = await enter(`/r/${room}`, 'Cleo', { viewport });
    const bob = await enter(`/r/${room}`, 'Bob');
    await say(bob, 'hello');
    await page.reload();
    await isOnline(page);
    /** What the open menu looks like, after its keys were tried. */
    const tried = async (name: string) => {
      const menu = page.getByRole('menu');
      const items = menu.locator('[role^=menuitem]');
      const isAt = async (index: number) =>
        expect(await items.nth(index).evaluate((item) => item.matches(':focus'))).toBe(true);
      const count = await items.count();
      await page.keyboard.press('End');
      await isAt(count - 1);
      await page.keyboard.press('ArrowDown');
      await isAt(0);
      await page.keyboard.press('ArrowDown');
      await isAt(1);
      await page.keyboard.press('Home');
      await isAt(0);
      expect(await look(page, `menu-${name}-${viewport.width}`)).toEqual([]);
      const style = await items.first().evaluate((item) => {
        const { getComputedStyle } = item.ownerDocument.defaultView;
        const box = item.closest('.menu-box');
        const { fontSize, padding: inner, minHeight, borderRadius } = getComputedStyle(item);
        const { padding, backgroundColor, boxShadow, borderColor } = getComputedStyle(box);
        const { left, top, right, bottom } = box.getBoundingClientRect();
        const { innerWidth, innerHeight } = item.ownerDocument.defaultView;
        return {
          isInSight: left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight,
          looks: [
            fontSize,
            inner,
            minHeight,
            borderRadius,
            padding,
            backgroundColor,
            boxShadow,
            borderColor,
          ],
        };
      });
      expect(style.isInSight).toBe(true);
      await page.keyboard.press('Escape');
      await menu.waitFor({ state: 'detached' });
      return style.looks;
    };
    await openRoomMenu(page);
    const looksSo = await tried('room');
    expect(await focused(page)).toBe('room');
    await menuOf(page, 'hello');
    expect(await tried('message')).toEqual(looksSo);
    // The buttons of a line are hidden at first on a narrow screen.
    expect(await focused(page)).toBe(isPhone ? 'message' : 'more');
    await chosen(page, 'Bob');
    expect(await tried('person')).toEqual(looksSo);
    expect(await page.evaluate('document.activeElement.className')).toBe('person');
    await closePanel(page);
    if (isPhone) return;
    await page.getByTestId('bell').click();
    expect(await tried('bell')).toEqual(looksSo);
    expect(await focused(page)).toBe('bell');
  });
});

test('what has the focus has a ring for a keyboard, and none after a touch', async () => {
  const page = await enter(`/r/${newPrivateRoom()}`, 'Cleo', {
    viewport: PHONE,
    hasTouch: true,
    isMobile: true,
  });
  const tapped = async (testId: string) => {
    await page.getByTestId(testId).tap();
    await page.evaluate('new Promise(requestAnimationFrame)');
  };
  await say(page, 'hello');
  // The page moves the focus into what opens, and back.
  await tapped('room');
  await page.getByTestId('room-menu').waitFor();
  expect([await focused(page), await hasRing(page)]).toEqual(['go-to-date', false]);
  await page.locator('.menu-shade').tap({ position: { x: 5, y: 5 } });
  await page.getByTestId('room-menu').waitFor({ state: 'detached' });
  expect([await focused(page), await hasRing(page)]).toEqual(['room', false]);
  await tapped('search');
  await page.getByTestId('search-field').waitFor();
  await tapped('search-close');
  await becomes('the focus on the search', async () => (await focused(page)) === 'search');
  expect(await hasRing(page)).toBe(false);
  await openPanel(page, 'rooms');
  expect(await hasRing(page)).toBe(false);
  await tapped('add-room');
  await page.getByTestId('dialog').waitFor();
  await page.locator('.dialog-close').tap();
  await becomes('the focus back', async () => (await focused(page)) === 'add-room');
  expect(await hasRing(page)).toBe(false);
  // A keyboard has them all.
  await page.keyboard.press('Tab');
  expect(await hasRing(page)).toBe(true);
  await page.keyboard.press('Escape');
  await becomes('the focus on the menu', async () => (await focused(page)) === 'menu');
  expect(await hasRing(page)).toBe(true);
});
