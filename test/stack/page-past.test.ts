// Going to a message and back: by a reply, by a link.

import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { newRoom } from '../support/shared-stack.ts';
import { becomes, belowSight, DEVICES, join, people, read, shown } from './page-room.ts';

const { stack, come, enter, publish } = people();

const lineOf = (page: Page, seq: number) => page.getByTestId('log').locator(`[data-seq="${seq}"]`);
const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => `line ${index + 1}`);

/** That the line has the focus, the mark of a jump, and is in sight. */
async function isReached(page: Page, seq: number): Promise<void> {
  await lineOf(page, seq).and(page.locator('[data-reached]')).waitFor();
  expect(await page.evaluate('document.activeElement.dataset.seq')).toBe(`${seq}`);
  await becomes(`message ${seq} is in sight`, async () => {
    const [log, line] = await Promise.all([
      page.getByTestId('log').boundingBox(),
      lineOf(page, seq).boundingBox(),
    ]);
    if (!log || !line) return false;
    return line.y >= log.y && line.y + line.height <= log.y + log.height;
  });
}

describe.each(DEVICES)('on %s', (_, viewport) => {
  test('a link to a message opens the room at it, and the address becomes that of the room', async () => {
    const room = newRoom('茶');
    await publish(room, numbered(150), 'Ada');
    const page = await come(`/r/${encodeURIComponent(room)}/120`, { viewport });
    await join(page, 'Bob');
    await isReached(page, 120);
    expect(decodeURIComponent(page.url())).toBe(`${stack().url}/r/${room}`);
    expect(await page.getByTestId('jump-back').count()).toBe(0);
    await page.getByTestId('to-end').click();
    await becomes('the log is at its end', async () => (await belowSight(page)) < 2);
    // The page's other addresses still lead where they did.
    await page.reload();
    await shown(page, 'line 150');
  });

  test('a link to a message that is not there says so, and shows the end of the room', async () => {
    const room = newRoom('nowhere');
    await publish(room, ['one', 'two'], 'Ada');
    const page = await come(`/r/${room}/17`, { viewport });
    await join(page, 'Bob');
    expect(await read(page.getByTestId('jump-note').locator('p'))).toMatch(/unable to show/i);
    await shown(page, 'two');
    await page.getByTestId('jump-note').getByRole('button', { name: 'Close' }).click();
    expect(await page.getByTestId('jump-note').locator('p').count()).toBe(0);
  });

  test.each([
    ['the button', (page: Page) => page.getByTestId('jump-back').click()],
    ['Alt+Left', (page: Page) => page.keyboard.press('Alt+ArrowLeft')],
    ['Escape', (page: Page) => page.keyboard.press('Escape')],
  ])('the message that one answers is shown by a click, and %s leads back', async (_key, back) => {
    const room = newRoom('there');
    await publish(room, numbered(150), 'Ada');
    const page = await enter(`/r/${room}`, 'Bob', { viewport });
    // Published lines are drawn anew when their part has loaded.
    await page.getByTestId('log-tools').waitFor();
    await lineOf(page, 105).scrollIntoViewIfNeeded();
    await page.getByTestId('to-end').waitFor();
    await lineOf(page, 105).getByTestId('reply').dispatchEvent('click');
    await page.getByTestId('to-end').click();
    await becomes('the log is at its end', async () => (await belowSight(page)) < 2);
    await page.getByTestId('reply-bar').getByRole('button', { name: 'line 105' }).click();
    await isReached(page, 105);
    await back(page);
    await becomes('the log is at its end', async () => (await belowSight(page)) < 2);
    expect(await page.getByTestId('jump-back').count()).toBe(0);
  });
});
