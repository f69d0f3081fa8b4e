// Who is here, who comes and goes, who is typing.

import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import {
  becomes,
  closePanel,
  DESKTOP,
  DEVICES,
  isOnline,
  openPanel,
  people,
  read,
  say,
  shown,
} from './page-room.ts';

const { stack, enter } = people();

const count = (page: Page, online: number) =>
  becomes(
    `${online} online`,
    async () => (await page.getByTestId('online').getAttribute('data-online')) === `${online}`,
  );
const roster = async (page: Page) =>
  (await page.getByTestId('roster').locator('li').allTextContents()).map((text) => text.trim());
const typing = (page: Page) => page.getByTestId('typing').textContent();

describe.each(DEVICES)('on %s', (_, viewport) => {
  test('one’s own tabs are one person, and their lines are one’s own', async () => {
    const room = `/r/tabs-${viewport.width}`;
    const ada = await enter(room, 'Ada', { viewport });
    const second = await ada.context().newPage();
    await second.goto(`${stack().url}${room}`);
    await isOnline(second);
    await count(ada, 2);
    await openPanel(ada, 'people');
    await becomes('one person twice', async () => /^A?Ada.*×2/.test((await roster(ada)).join('|')));
    expect((await roster(ada)).length).toBe(1);
    await closePanel(ada);
    await say(second, 'from my other tab');
    const line = await shown(ada, 'from my other tab');
    expect(await line.getAttribute('data-direction')).toBe('sent');
    await second.getByTestId('composer').pressSequentially('typing there');
    await second.close();
    await count(ada, 1);
    expect(await typing(ada)).toBe('');
  });

  test('a new name in one tab is the name in all of them', async () => {
    const room = `/r/renamed-${viewport.width}`;
    const ada = await enter(room, 'Ada', { viewport });
    const second = await ada.context().newPage();
    await second.goto(`${stack().url}${room}`);
    await isOnline(second);
    await openPanel(ada, 'rooms');
    await ada.getByTestId('change-name').click();
    await ada.getByTestId('name-input').fill('Ada L.');
    await ada.getByTestId('join').click();
    const bob = await enter(room, 'Bob', { viewport });
    await openPanel(bob, 'people');
    await becomes('the new name, twice', async () =>
      (await roster(bob)).some((person) => /Ada L\.×2/.test(person)),
    );
    await openPanel(second, 'rooms');
    await becomes('the new name beside it', async () =>
      ((await second.getByTestId('own-name').textContent()) ?? '').includes('Ada L.'),
    );
    await second.close();
  });

  test('one’s own name stands below its label, also where it is written from right to left', async () => {
    const page = await enter(`/r/rtl-${viewport.width}`, 'אבי כהן', { viewport });
    await openPanel(page, 'rooms');
    const own = page.getByTestId('own-name');
    // The text, not its box, which may be wider.
    const startOf = (selector: string) =>
      own.locator(selector).evaluate((element) => {
        const range = element.ownerDocument.createRange();
        range.selectNodeContents(element);
        return range.getBoundingClientRect().x;
      });
    expect(Math.abs((await startOf('bdi')) - (await startOf('.hint')))).toBeLessThan(2);
  });

  test('somebody who comes or goes is told for a while, and the roster follows', async () => {
    const room = `/r/comings-${viewport.width}`;
    const ada = await enter(room, 'Ada', { viewport });
    await becomes('the roster', async () => (await roster(ada)).length === 1);
    const bob = await enter(room, 'Bob', { viewport });
    await becomes('that Bob joined', async () => (await typing(ada)) === 'Bob joined');
    await count(ada, 2);
    await becomes('both in the roster', async () => (await roster(ada)).length === 2);
    expect((await roster(ada))[0]).toContain('Ada');
    // Beside the talk it stays; over it, it comes when asked for and goes again.
    const isBeside = viewport === DESKTOP;
    expect(await bob.locator('#side').isVisible()).toBe(isBeside);
    await bob.getByTestId('online').click();
    expect(await bob.locator('#side').isVisible()).toBe(true);
    expect((await roster(bob)).join()).toContain('Ada');
    await bob.keyboard.press('Escape');
    expect(await bob.locator('#side').isVisible()).toBe(isBeside);
    await bob.context().close();
    await becomes('that Bob left', async () => (await typing(ada)) === 'Bob left');
    await count(ada, 1);
    await becomes('one in the roster', async () => (await roster(ada)).length === 1);
    await becomes('nothing to tell', async () => (await typing(ada)) === '');
  });

  test('who is typing is named, several are several', async () => {
    const room = `/r/typing-${viewport.width}`;
    const ada = await enter(room, 'Ada', { viewport });
    const others: Page[] = [];
    for (const name of ['Bob', 'Eve', 'Mia']) others.push(await enter(room, name, { viewport }));
    const [bob, eve, mia] = others;
    await bob?.getByTestId('composer').pressSequentially('x');
    await becomes('Bob typing', async () => (await typing(ada)) === 'Bob is typing…');
    await Promise.all([
      bob?.getByTestId('composer').pressSequentially('x'),
      eve?.getByTestId('composer').pressSequentially('x'),
    ]);
    await becomes('two typing', async () => (await typing(ada)) === 'Bob and Eve are typing…');
    await becomes('silence', async () => (await ada.locator('[data-typing=true]').count()) === 0);
    await Promise.all(
      others.map((page) => page.getByTestId('composer').pressSequentially('xy', { delay: 50 })),
    );
    await becomes('several', async () => (await typing(ada)) === 'Several people are typing…');
    await mia?.getByTestId('composer').fill('done');
    await mia?.getByTestId('composer').press('Enter');
    await shown(ada, 'done');
    await becomes('two again', async () => /Bob|Eve/.test((await typing(ada)) ?? ''));
    expect(await read(ada.getByTestId('typing'))).not.toContain('Mia');
  });
});
