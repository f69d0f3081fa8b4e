// Where a room opens for a person who comes back, what counts as read, and the bar over unread messages.

import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { picture } from './page-look.ts';
import { bar, comesBack, readTo, roomOf } from './page-returning.ts';
import { becomes, belowSight, DEVICES, PHONE, people, read, say, shown } from './page-room.ts';

const chat = people();
const { enter, client } = chat;

const lineOf = (page: Page, seq: number) => page.locator(`.log [data-seq="${seq}"]`);

/** The top of a line, from that of the log, and the height of the log, in CSS pixels. */
const placeOf = async (page: Page, seq: number) => {
  const { log, line } = await lineOf(page, seq).evaluate((element) => ({
    log: element.closest('.log').getBoundingClientRect().toJSON(),
    line: element.getBoundingClientRect().toJSON(),
  }));
  return { top: line.y - log.y, height: log.height, y: line.y };
};

describe.each(DEVICES)('on %s, a room that somebody comes back to', (device, viewport) => {
  const options = { viewport, hasTouch: viewport === PHONE };

  test('opens at the first unread line, says how much is new since when, and counts what has been in sight', async () => {
    const room = await roomOf(chat, 160);
    const page = await comesBack(chat, room, 100, options);
    await bar(page).waitFor();
    expect(await page.getByTestId('unread-since').textContent()).toMatch(/^60 new since .*\d:\d\d/);
    const opened = await placeOf(page, 101);
    expect(opened.top).toBeGreaterThan(0);
    expect(opened.top).toBeLessThan(opened.height / 3);
    const mark = await page.getByTestId('new-from-here').boundingBox();
    const barBox = await bar(page).boundingBox();
    expect(mark?.y).toBeGreaterThanOrEqual((barBox?.y ?? 0) + (barBox?.height ?? 0) - 1);
    expect(mark?.y).toBeLessThan(opened.y);
    await picture(page, `unread-${device.replace(/\W/g, '')}`);

    // The first screen is read, and no more.
    await becomes('read a screen', async () => ((await readTo(page, room)) ?? 0) > 101);
    const first = (await readTo(page, room)) ?? 0;
    expect(first).toBeLessThan(150);
    expect((await placeOf(page, first)).top).toBeLessThan(opened.height);
    const title = `(${160 - first}) ${room} · chat`;
    await becomes('the title', async () => (await page.title()) === title);

    // News does not move the reader.
    const bob = await client(room, 'Bob');
    await bob.send('and one more', 'more');
    await becomes('61', async () => /^61 /.test(await read(page.getByTestId('unread-since'))));
    expect(Math.abs((await placeOf(page, 101)).y - opened.y)).toBeLessThanOrEqual(1);

    // Reading on moves the place, which survives a reload.
    await page.getByTestId('log').evaluate((log) => {
      log.scrollTop += log.clientHeight / 2;
    });
    await becomes('read on', async () => ((await readTo(page, room)) ?? 0) > first);
    let second = 0;
    await becomes('all in sight read', async () => {
      const before = second;
      second = (await readTo(page, room)) ?? 0;
      if (second !== before) await page.waitForTimeout(400);
      return second === before;
    });
    await page.reload();
    await page.getByTestId('message').first().waitFor();
    const again = await placeOf(page, second + 1);
    expect(again.top).toBeGreaterThan(0);
    expect(again.top).toBeLessThan(again.height / 3);
    expect(await page.getByTestId('new-from-here').count()).toBe(1);

    await page.getByTestId('mark-read').click();
    await becomes('the end', async () => (await belowSight(page)) < 33);
    await bar(page).waitFor({ state: 'detached' });
    expect(await page.title()).toBe(`${room} · chat`);
    expect(await readTo(page, room)).toBe(161);
    await page.reload();
    await shown(page, 'and one more');
    expect(await belowSight(page)).toBeLessThan(33);
    expect(await bar(page).count()).toBe(0);
  });

  test('leads a reader who is elsewhere to the first unread line', async () => {
    const room = await roomOf(chat, 160);
    const page = await comesBack(chat, room, 100, options);
    await bar(page).waitFor();
    await becomes('read a screen', async () => ((await readTo(page, room)) ?? 0) > 101);
    await page.getByTestId('log').evaluate((log) => {
      log.scrollTop -= 3 * log.clientHeight;
    });
    const toFirst = page.getByTestId('to-first-unread');
    await toFirst.waitFor();
    expect(await bar(page).getAttribute('data-where')).toBe('below');
    // One row, also in English on a phone, where the way to the first is an arrow.
    const boxes = await Promise.all([
      toFirst.boundingBox(),
      page.getByTestId('mark-read').boundingBox(),
    ]);
    expect(boxes[0]?.y).toBe(boxes[1]?.y);
    expect(boxes[0]?.height).toBe(boxes[1]?.height);
    const height = (await bar(page).boundingBox())?.height ?? Number.NaN;
    expect(height).toBeLessThan(1.5 * (boxes[0]?.height ?? 0));
    expect(await toFirst.getAttribute('aria-label')).toBe('Go to the first');
    const last = (await readTo(page, room)) ?? 0;
    await toFirst.click();
    await becomes('there', async () => {
      const { top, height } = await placeOf(page, last + 1);
      return top > 0 && top < height / 3;
    });
    await toFirst.waitFor({ state: 'detached' });
  });
});

test('a first visit, and one with nothing unread, open at the end without a bar', async () => {
  const room = await roomOf(chat, 160);
  const page = await enter(`/r/${room}`, 'Ada');
  await shown(page, 'line 160 of the talk');
  await becomes('read', async () => (await readTo(page, room)) === 160);
  expect(await belowSight(page)).toBeLessThan(33);
  await page.reload();
  await shown(page, 'line 160 of the talk');
  expect(await belowSight(page)).toBeLessThan(33);
  expect(await bar(page).count()).toBe(0);
});

test('a few unread lines that fit on the screen are read at once, below their mark', async () => {
  const room = await roomOf(chat, 60);
  const page = await comesBack(chat, room, 57);
  await becomes('read', async () => (await readTo(page, room)) === 60);
  expect(await belowSight(page)).toBeLessThan(33);
  expect(await page.getByTestId('new-from-here').count()).toBe(1);
  await becomes('no bar', async () => (await bar(page).count()) === 0);
});

test('exactly one unread line opens the room there, and none is lost', async () => {
  const room = await roomOf(chat, 60);
  const page = await comesBack(chat, room, 59);
  await page.getByTestId('new-from-here').waitFor();
  const mark = await page.getByTestId('new-from-here').boundingBox();
  expect(mark?.y).toBeLessThan((await placeOf(page, 60)).y);
  expect(mark?.y).toBeGreaterThan((await placeOf(page, 59)).y);
});

test('a person with far more unread chooses: the end is shown, nothing counts as read, and one click leads to the first', async () => {
  const room = await roomOf(chat, 900);
  const asked: string[] = [];
  const page = await comesBack(chat, room, 20);
  page.on('request', (request) => {
    if (/\/messages\?/.test(request.url())) asked.push(request.url());
  });
  await bar(page).waitFor();
  expect(await page.getByTestId('unread-since').textContent()).toBe('50+ new');
  expect(await belowSight(page)).toBeLessThan(33);
  await page.waitForTimeout(500);
  expect(await readTo(page, room)).toBe(20);
  await page.reload();
  await bar(page).waitFor();
  asked.length = 0;
  await page.getByTestId('to-first-unread').click();
  await becomes('there', async () => {
    if ((await lineOf(page, 21).count()) === 0) return false;
    const { top, height } = await placeOf(page, 21);
    return top > 0 && top < height / 3;
  });
  expect(asked.length).toBeLessThanOrEqual(6);
  await becomes('counts', async () =>
    /880 new since/.test(await read(page.getByTestId('unread-since'))),
  );
  await becomes('reads', async () => ((await readTo(page, room)) ?? 0) > 20);
  expect(await readTo(page, room)).toBeLessThan(100);
});

test('a page without the focus, or out of sight, reads nothing', async () => {
  const room = await roomOf(chat, 160);
  const script = `document.hasFocus = () => window.isLooking === true;`;
  const page = await comesBack(chat, room, 100, { script });
  await bar(page).waitFor();
  await page.getByTestId('log').evaluate((log) => {
    log.scrollTop += log.clientHeight;
  });
  await page.waitForTimeout(600);
  expect(await readTo(page, room)).toBe(100);
  expect(await page.title()).toBe(`(60) ${room} · chat`);
  await page.evaluate(`window.isLooking = true; window.dispatchEvent(new Event('focus'))`);
  await becomes('read', async () => ((await readTo(page, room)) ?? 0) > 101);
});

test('by keyboard alone: Tab reaches the bar, Escape marks read, and a reply keeps its own Escape', async () => {
  const room = await roomOf(chat, 160);
  const page = await comesBack(chat, room, 100);
  await bar(page).waitFor();
  await page.getByTestId('log').focus();
  await page.keyboard.press('Shift+Tab');
  const focused = () => page.evaluate('document.activeElement?.dataset.testid');
  expect(await focused()).toBe('mark-read');
  await page.getByTestId('log').focus();
  await page.keyboard.press('ArrowUp');
  const line = page.locator('.line:focus-within');
  await line.getByRole('button', { name: /^Reply/ }).click();
  await page.getByTestId('reply-bar').waitFor();
  await page.keyboard.press('Escape');
  await page.getByTestId('reply-bar').waitFor({ state: 'detached' });
  expect(await bar(page).count()).toBe(1);
  await page.keyboard.press('Escape');
  await bar(page).waitFor({ state: 'detached' });
  expect(await readTo(page, room)).toBe(160);
  expect(await belowSight(page)).toBeLessThan(33);
  expect(await focused()).toBe('composer');
});

test('saying something marks all read', async () => {
  const room = await roomOf(chat, 160);
  const page = await comesBack(chat, room, 100);
  await bar(page).waitFor();
  await say(page, 'back again');
  await shown(page, 'back again');
  await becomes('read', async () => (await readTo(page, room)) === 161);
  await bar(page).waitFor({ state: 'detached' });
});
