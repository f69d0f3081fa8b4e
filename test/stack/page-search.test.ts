// The search of a room: beside the chat or over it, its results, its keys, and what it says when it cannot search.

import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { newRoom } from '../support/shared-stack.ts';
import { looks } from './page-look.ts';
import { becomes, DESKTOP, DEVICES, PHONE, people, say, shown } from './page-room.ts';

const { enter, publish } = people();
const look = looks();

const panel = (page: Page) => page.getByTestId('search-panel');
const field = (page: Page) => page.getByTestId('search-field');
const hits = (page: Page) => page.getByTestId('hit');
const seqs = (page: Page) =>
  hits(page).evaluateAll((all) => all.map((hit) => Number(hit.getAttribute('data-seq'))));
const says = (page: Page, text: string) =>
  becomes(`the search to say ${text}`, async () =>
    ((await page.getByTestId('search-status').textContent()) ?? '').includes(text),
  );

async function searchFor(page: Page, query: string): Promise<void> {
  await page.getByTestId('search').click();
  await field(page).fill(query);
}

const boxOf = async (page: Page, selector: string) => {
  const box = await page.locator(selector).boundingBox();
  return box ?? { x: Number.NaN, y: Number.NaN, width: Number.NaN, height: Number.NaN };
};

/** The line in the log is on the screen, and has the focus or a mark. */
const isAt = (page: Page, seq: number) =>
  becomes(`message ${seq} in sight`, async () => {
    const line = page.locator(`.line[data-seq="${seq}"]`);
    if ((await line.count()) === 0) return false;
    const box = await line.boundingBox();
    return box !== null && box.y >= 0 && box.y + box.height <= (page.viewportSize()?.height ?? 0);
  });

const LINES = [
  'We deploy the new version tomorrow',
  '我们明天部署新版本',
  `A long line about nothing in particular, ${'and on it goes, '.repeat(12)}until the DEPLOYMENT is named.`,
  'Lunch?',
];

describe.each(DEVICES)('on %s', (_, viewport) => {
  const isPhone = viewport === PHONE;

  test('finds what has all words, newest first, with the matches marked, and goes to it', async () => {
    const room = newRoom('search');
    await publish(
      room,
      ['needle', ...Array.from({ length: 240 }, (_, n) => `straw ${n}`)],
      'Robot',
    );
    const page = await enter(`/r/${room}`, 'Ada', { viewport, locale: 'en-GB' });
    for (const line of LINES) {
      await say(page, line);
      await shown(page, line.slice(0, 20));
    }
    await searchFor(page, 'deploy');
    await says(page, '2 found.');
    expect(await seqs(page)).toEqual([244, 242]);
    expect(await hits(page).locator('mark').allTextContents()).toEqual(['DEPLOY', 'deploy']);
    expect(await hits(page).first().textContent()).toMatch(
      /^Ada.*\d\d:\d\d….*DEPLOYMENT is named\.$/,
    );
    expect((await page.locator('.hit-day').allTextContents()).join()).toMatch(/today/i);
    const box = await boxOf(page, '.search');
    const head = await boxOf(page, '.head');
    expect(box.y).toBe(head.height);
    expect(box.y + box.height).toBe(viewport.height);
    if (isPhone) expect([box.x, box.width]).toEqual([0, PHONE.width]);
    else {
      const log = await boxOf(page, '.log');
      expect(log.x + log.width).toBeLessThanOrEqual(box.x + 1);
      expect(log.width).toBeGreaterThan(DESKTOP.width / 2);
    }

    // A message that the page has not loaded.
    await field(page).fill('ROBOT needle');
    await says(page, '1 found.');
    await hits(page).first().click();
    await isAt(page, 1);
    if (isPhone) await panel(page).waitFor({ state: 'detached' });
    else expect(await panel(page).count()).toBe(1);
  });

  test('by keyboard alone: opens, searches, goes through the results, to a message, and closes', async () => {
    const room = newRoom('search-keys');
    const page = await enter(`/r/${room}`, 'Ada', { viewport });
    for (const line of LINES) {
      await say(page, line);
      await shown(page, line.slice(0, 20));
    }
    await page.getByTestId('composer').focus();
    await page.keyboard.press('Control+Shift+F');
    await field(page).waitFor();
    await page.keyboard.type('部署');
    await page.keyboard.press('Enter');
    await says(page, '1 found.');
    await field(page).fill('ada');
    await says(page, '4 found.');
    const hasFocus = (seq: number) =>
      page.locator(`[data-testid=hit][data-seq="${seq}"]:focus`).waitFor();
    await page.keyboard.press('ArrowDown');
    await hasFocus(4);
    await page.keyboard.press('ArrowDown');
    await hasFocus(3);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await page.locator('[data-testid=search-field]:focus').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await isAt(page, 3);
    if (isPhone) await panel(page).waitFor({ state: 'detached' });
    else {
      await page.keyboard.press('Control+Shift+F');
      await panel(page).waitFor({ state: 'detached' });
    }
    await page.getByTestId('search').focus();
    await page.keyboard.press('Enter');
    await field(page).waitFor();
    await page.keyboard.press('Escape');
    await panel(page).waitFor({ state: 'detached' });
    await page.locator('[data-testid=search]:focus').waitFor();
  });
});

/** Answers each search of the page. */
async function answerWith(page: Page, answer: (before: string | null) => object | undefined) {
  const asked: (string | null)[] = [];
  await page.route('**/search?*', async (route) => {
    const before = new URL(route.request().url()).searchParams.get('before');
    asked.push(before);
    const body = answer(before);
    if (body === undefined) return;
    const status = 'error' in body ? 429 : 200;
    await route.fulfill({ status, contentType: 'application/json', body: JSON.stringify(body) });
  });
  return asked;
}

const MARCH_12 = Date.UTC(2026, 2, 12, 12);
const rest = { room: 'r', revision: 1, first: 1, seq: 90_000, online: 1, messages: [] };

test('says how far it has come, pauses after 10,000 messages, and searches further', async () => {
  const page = await enter(`/r/${newRoom('far')}`, 'Ada', { locale: 'en-GB' });
  const asked = await answerWith(page, (before) => {
    const next = Number(before ?? 90_001) - 1_000;
    return { ...rest, searchedTo: MARCH_12, before: next };
  });
  await searchFor(page, 'needle');
  await says(page, 'Nothing found, back to Thursday, 12 March 2026.');
  expect(asked).toHaveLength(10);
  expect(await look(page, 'search-paused')).toEqual([]);
  await page.getByTestId('search-further').click();
  await becomes('twenty calls', async () => asked.length === 20);
  expect(asked.slice(9, 11)).toEqual(['81001', '80001']);
});

test('waits while too much is searched, and stops when the query changes or the panel closes', async () => {
  const page = await enter(`/r/${newRoom('stops')}`, 'Ada', { hasClock: true });
  const aborted: string[] = [];
  page.on('requestfailed', (request) => void aborted.push(new URL(request.url()).search));
  let isBusy = true;
  const asked = await answerWith(page, () => {
    const error = { code: 'too_many_searches', message: 'unable to search; too much.' };
    return isBusy ? { error } : undefined;
  });
  await page.getByTestId('search').click();
  await field(page).fill('one');
  await field(page).press('Enter');
  await becomes('a call', async () => asked.length === 1);
  await says(page, 'Searching…');
  isBusy = false;
  await page.clock.fastForward(1_000);
  await becomes('a second call', async () => asked.length === 2);
  await field(page).fill('two');
  await becomes('its end', async () => aborted.includes('?q=one'));
  await field(page).press('Enter');
  await becomes('a third call', async () => asked.length === 3);
  await page.getByTestId('search-close').click();
  await becomes('its end', async () => aborted.includes('?q=two'));
});

test('says that it failed and tries again, and goes on by itself when the network is back', async () => {
  const page = await enter(`/r/${newRoom('fails')}`, 'Ada');
  await say(page, 'needle');
  await shown(page, 'needle');
  let isOut = true;
  await page.route('**/search?*', (route) => (isOut ? route.abort() : route.continue()));
  await searchFor(page, 'needle');
  await says(page, 'Unable to search; no answer came. Try again.');
  expect(await look(page, 'search-failed')).toEqual([]);
  isOut = false;
  await page.getByTestId('search-further').click();
  await says(page, '1 found.');
  await page.context().setOffline(true);
  await field(page).fill('needl');
  await says(page, 'You are offline.');
  expect(await look(page, 'search-offline')).toEqual([]);
  await page.context().setOffline(false);
  await says(page, '1 found.');
});

test('a tablet has it over the right side of the chat, and a click beside it closes it', async () => {
  const viewport = { width: 820, height: 1_180 };
  const page = await enter(`/r/${newRoom('tablet')}`, 'Ada', { viewport });
  await page.getByTestId('search').click();
  await field(page).waitFor();
  const { x, width } = await boxOf(page, '.search');
  expect(x + width).toBe(viewport.width);
  expect(width).toBeLessThan(viewport.width / 2);
  await page.mouse.click(100, 400);
  await panel(page).waitFor({ state: 'detached' });
});
