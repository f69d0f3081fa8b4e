// A room of published lines: one surface with a gutter, what its reader can do with it, and what is copied and printed.

import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { newRoom } from '../support/shared-stack.ts';
import { picture } from './page-look.ts';
import {
  becomes,
  belowSight,
  DEVICES,
  enterLog,
  LOG_LINES,
  messageOf,
  PHONE,
  people,
  read,
  say,
  shown,
  textsOf,
} from './page-room.ts';

const { enter, publish, stack } = people();

const boxOf = async (page: Page, selector: string) => {
  const box = await page.locator(selector).first().boundingBox();
  return box ?? { x: Number.NaN, y: Number.NaN, width: Number.NaN, height: Number.NaN };
};

describe.each(DEVICES)('U18: a log on %s', (_, viewport) => {
  test('is one surface over the whole width, with time and level beside each line and its source above', async () => {
    const room = newRoom('log');
    await publish(room, LOG_LINES, 'api');
    const page = await enterLog(enter(`/r/${room}`, 'Ada', { viewport, locale: 'en-GB' }));
    const log = await boxOf(page, '.log');
    const rows = await page.locator('.log-row').evaluateAll((all) =>
      all.map((row) => {
        const { x, y, width, height } = row.getBoundingClientRect();
        return { x, y, width, height };
      }),
    );
    expect(rows).toHaveLength(LOG_LINES.length);
    for (const [index, { x, y, width }] of rows.entries()) {
      expect(Math.abs(x - log.x)).toBeLessThan(1);
      expect(width).toBeGreaterThan(log.width - 20);
      const before = rows[index - 1];
      if (before) expect(Math.abs(y - before.y - before.height)).toBeLessThan(1);
    }
    expect(await read(page.locator('.log-row time').first())).toMatch(/^\d\d:\d\d:\d\d$/);
    const levels = await page.locator('.log-level').allInnerTexts();
    expect(levels).toEqual(
      viewport === PHONE
        ? ['I', 'W', 'E', '', 'D', 'I']
        : ['INFO', 'WARN', 'ERROR', '', 'DEBUG', 'INFO'],
    );
    const gutter = await boxOf(page, '.log-gutter');
    const text = await boxOf(page, '.log-text');
    expect(gutter.x + gutter.width).toBeLessThanOrEqual(text.x);
    expect(text.width).toBeGreaterThan(log.width / 2);
    expect(await read(page.getByTestId('log-sources'))).toBe('From api');
    await publish(room, ['from elsewhere'], 'worker');
    await shown(page, 'from elsewhere');
    expect(await read(page.getByTestId('log-sources'))).toBe('From api, worker');
    expect(await read(page.locator('.log-source').last())).toBe('worker');
    expect(await page.locator('.log-source').first().textContent()).toBe('api');
  });

  test('pauses and follows', async () => {
    const room = newRoom('pause');
    await publish(
      room,
      Array.from({ length: 200 }, (_, n) => `line ${n + 1}`),
    );
    const page = await enterLog(enter(`/r/${room}`, 'Ada', { viewport }));
    const button = page.getByTestId('log-follow');
    expect(await read(button)).toBe('Pause');
    await button.click();
    const before = await boxOf(page, '[data-seq="200"]');
    await publish(room, ['new one', 'new two']);
    await becomes('two new', async () => (await read(button)) === 'Follow, 2 new');
    expect(await messageOf(page, 'new one').count()).toBe(0);
    const { y } = await boxOf(page, '[data-seq="200"]');
    expect(Math.abs(y - before.y)).toBeLessThan(2);
    expect(await page.title()).toMatch(/^\(2\)/);
    await button.click();
    await shown(page, 'new two');
    await becomes('the end', async () => (await belowSight(page)) < 33);
    expect(await page.title()).not.toMatch(/^\(/);
    // Who reads further up follows no more, and the same button leads back.
    await page.getByTestId('log').hover();
    await page.mouse.wheel(0, -1_000);
    await becomes('held', async () => (await read(button)) === 'Follow');
    await button.click();
    await becomes('the end', async () => (await belowSight(page)) < 33);
  });

  test('breaks long lines, or scrolls to the side with the gutter in its place', async () => {
    const room = newRoom('wrap');
    await publish(room, [...LOG_LINES, `long ${'0123456789 '.repeat(60)}end`]);
    const page = await enterLog(enter(`/r/${room}`, 'Ada', { viewport }));
    const log = page.getByTestId('log');
    const overflow = () =>
      log.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
    expect(await overflow()).toBe(0);
    const high = (await boxOf(page, '[data-seq="7"]')).height;
    await page.getByTestId('log-wrap').click();
    await becomes('one line', async () => (await boxOf(page, '[data-seq="7"]')).height < high / 2);
    expect(await overflow()).toBeGreaterThan(1_000);
    const { x } = await boxOf(page, '.log-gutter');
    await log.evaluate((of) => of.scrollTo({ left: 500, behavior: 'instant' }));
    expect(Math.abs((await boxOf(page, '.log-gutter')).x - x)).toBeLessThan(1);
    expect((await boxOf(page, '.log-text')).x).toBeLessThan(0);
    // The page itself scrolls to no side.
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
  });

  test('leaves what people say as a chat', async () => {
    const room = newRoom('mixed');
    await publish(room, LOG_LINES);
    const page = await enterLog(enter(`/r/${room}`, 'Ada', { viewport }));
    await say(page, 'what is **this**?');
    const mine = await shown(page, 'what is');
    expect(await mine.getAttribute('data-direction')).toBe('sent');
    expect(await read(mine.locator('.author'))).toBe('Ada');
    expect(await mine.locator('.log-gutter').count()).toBe(0);
    expect(await page.locator('.log-row').count()).toBe(LOG_LINES.length);
    const log = await boxOf(page, '.log');
    const box = await mine.getByTestId('message-text').boundingBox();
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(log.x + log.width);
  });
});

test('U18: a log is filtered by level and by text, also as lines come', async () => {
  const room = newRoom('filter');
  await publish(room, LOG_LINES);
  const page = await enterLog(enter(`/r/${room}`, 'Ada', { viewport: PHONE }));
  await page.getByTestId('level-error').click();
  await becomes('one', async () => (await textsOf(page)).length === 1);
  expect(await page.getByTestId('gone').count()).toBe(0);
  expect(await read(page.getByTestId('log-count'))).toBe('1 of 6 lines');
  await page.getByTestId('level-warning').click();
  await becomes('two', async () => (await textsOf(page)).length === 2);
  await page.getByTestId('log-filter').fill('REFUSED');
  await becomes('one', async () => (await textsOf(page)).length === 1);
  await publish(room, ['INFO refused, but no error', 'ERROR refused again']);
  await shown(page, 'refused again');
  expect(await textsOf(page)).toHaveLength(2);
  await page.getByTestId('log-filter').fill('');
  for (const level of ['error', 'warning']) await page.getByTestId(`level-${level}`).click();
  await becomes('all', async () => (await textsOf(page)).length === 8);
  expect(await page.getByTestId('log-count').textContent()).toBe('');
});

test('U18: a log shows how many lines each level has, and those of one source', async () => {
  const room = newRoom('counts');
  await publish(room, LOG_LINES, 'api');
  const page = await enterLog(enter(`/r/${room}`, 'Ada'));
  const counts = async () =>
    (await page.locator('.log-chip-count').allTextContents()).map((text) => text.trim());
  await becomes('the counts', async () => `${await counts()}` === '1,1,2,1');
  expect(await page.getByTestId('log-source').count()).toBe(0);
  await publish(room, ['ERROR from elsewhere', 'INFO done'], 'worker');
  await becomes('the new counts', async () => `${await counts()}` === '2,1,3,1');
  await page.getByTestId('log-source').selectOption('worker');
  await becomes('two', async () => (await textsOf(page)).length === 2);
  expect(await read(page.getByTestId('log-count'))).toBe('2 of 8 lines');
  await page.getByTestId('level-error').click();
  await becomes('one', async () => (await textsOf(page)).length === 1);
  // The counts are those of the whole log, also of what is not shown.
  expect(await counts()).toEqual(['2', '1', '3', '1']);
  await page.getByTestId('log-source').selectOption('');
  await becomes('both errors', async () => (await textsOf(page)).length === 2);
});

test('U18: copying from a log takes its lines and nothing else', async () => {
  const room = newRoom('copied');
  await publish(room, LOG_LINES, 'api');
  const page = await enterLog(
    enter(`/r/${room}`, 'Ada', { permissions: ['clipboard-read', 'clipboard-write'] }),
  );
  const plain = [
    'INFO started in 38 ms',
    'WARN queue is long: 120 waiting, which is more than the 100 that it should hold, at https://example.com/queues/1',
    ' ERROR  unable to connect; connection refused (127.0.0.1:5432)',
    '    at connect (db.ts:12:5)',
    'DEBUG retry 1 of 5',
    'INFO ready inverse',
  ];
  const clipboard = () => page.evaluate('navigator.clipboard.readText()');
  await page.getByTestId('log').focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+c');
  expect(await clipboard()).toBe(plain.join('\n'));
  // From the middle of one line to the middle of another.
  await page.evaluate(`{
    const texts = [...document.querySelectorAll('.log-text')];
    getSelection().setBaseAndExtent(texts[3].firstChild, 7, texts[4].firstChild, 5);
  }`);
  await page.keyboard.press('Control+c');
  expect(await clipboard()).toBe('connect (db.ts:12:5)\nDEBUG');
  await page.getByTestId('log-filter').fill('info');
  await becomes('two', async () => (await textsOf(page)).length === 2);
  await page.getByTestId('log-copy').click();
  await becomes('copied', async () => (await read(page.getByTestId('toast'))) === 'Copied');
  expect(await clipboard()).toBe(`${plain[0]}\n${plain[5]}`);
});

test('U18: print keeps times and levels, and leaves out the tools', async () => {
  const room = newRoom('printed');
  await publish(room, LOG_LINES);
  const page = await enterLog(enter(`/r/${room}`, 'Ada'));
  await page.getByTestId('log-wrap').click();
  await page.emulateMedia({ media: 'print' });
  expect(await page.getByTestId('log-tools').isVisible()).toBe(false);
  expect(await page.locator('.log-row .line-side').first().isVisible()).toBe(false);
  const row = page.locator('.log-row').nth(2);
  expect(await row.locator('time').isVisible()).toBe(true);
  expect(await read(row.locator('.log-level'))).toBe('ERROR');
  const ground = row.locator('.log-ground');
  expect(
    await ground.evaluate((of) => {
      const style = of.ownerDocument.defaultView.getComputedStyle(of);
      return style.printColorAdjust ?? style.webkitPrintColorAdjust;
    }),
  ).toBe('exact');
  await picture(page, 'log-print');
});

test('U18: a log works by keyboard alone, and a room of people loads none of it', async () => {
  const asked: string[] = [];
  const room = newRoom('people');
  const page = await enter(`/r/${room}`, 'Ada', { isFirst: true });
  page.on('request', (request) => asked.push(request.url()));
  await say(page, 'hello');
  await shown(page, 'hello');
  expect(asked.filter((url) => /chunk-part|published/.test(url))).toEqual([]);
  const log = newRoom('keys');
  await publish(log, LOG_LINES);
  const reader = await enterLog(
    enter(`/r/${log}`, 'Ada', { permissions: ['clipboard-read', 'clipboard-write'] }),
  );
  await reader.getByTestId('level-error').focus();
  await reader.keyboard.press('Space');
  await becomes('one', async () => (await textsOf(reader)).length === 1);
  for (let n = 0; n < 4; n += 1) await reader.keyboard.press('Tab');
  await reader.keyboard.type('zzz');
  await becomes('none', async () => (await textsOf(reader)).length === 0);
  await reader.keyboard.press('Tab');
  expect(await reader.evaluate('document.activeElement.dataset.testid')).toBe('log');
  await reader.keyboard.press('Shift+Tab');
  await reader.keyboard.press('Control+a');
  await reader.keyboard.press('Delete');
  await becomes('one', async () => (await textsOf(reader)).length === 1);
  // Everybody has the menu of a line, and its link.
  await reader.keyboard.press('Tab');
  await reader.keyboard.press('ArrowUp');
  await reader.keyboard.press('Tab');
  expect(await reader.evaluate('document.activeElement.dataset.testid')).toBe('more');
  await reader.keyboard.press('Enter');
  await reader.getByTestId('message-menu').waitFor();
  expect(await reader.getByRole('menuitem').allTextContents()).toEqual([
    'Reply',
    'Copy text',
    'Copy link',
  ]);
  for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) await reader.keyboard.press(key);
  await becomes('copied', async () => (await read(reader.getByTestId('toast'))) === 'Copied');
  expect(await reader.evaluate('navigator.clipboard.readText()')).toBe(`${stack().url}/r/${log}/3`);
  expect(await reader.evaluate('document.activeElement.dataset.testid')).toBe('more');
});
