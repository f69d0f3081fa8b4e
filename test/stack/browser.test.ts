// Two people in two real browsers.

import { mkdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { type Network, openNetwork } from '../support/network.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';

jest.setTimeout(120_000);

const SCREENSHOTS = 'test-results/two-pages';
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 360, height: 740 };

let stack: TestStack;
let browser: Browser;
let network: Network;
const complaints: string[] = [];
beforeAll(async () => {
  [stack, browser, network] = await Promise.all([startTestStack(), launchBrowser(), openNetwork()]);
  await mkdir(SCREENSHOTS, { recursive: true });
});
afterAll(async () => {
  await browser?.close();
  await network?.stop();
  await stack?.stop();
});

async function enter(path: string, name: string, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(`${name}: ${error}`));
  page.on('dialog', (dialog) => complaints.push(`${name}: dialog ${dialog.message()}`));
  await page.goto(`${stack.url}${path}`);
  await page.getByTestId('name-input').fill(name);
  await page.getByTestId('join').click();
  return page;
}

async function say(page: Page, text: string): Promise<void> {
  await page.getByTestId('composer').fill(text);
  await page.getByTestId('composer').press('Enter');
}

const textsOf = (page: Page) => page.getByTestId('message-text').allTextContents();
const onlineAt = (page: Page) => page.getByTestId('online').getAttribute('data-online');
const shows = (page: Page, count: number) =>
  eventually(async () => (await textsOf(page)).length === count, `${count} messages`);
const isOnline = (page: Page, count: number) =>
  eventually(async () => (await onlineAt(page)) === String(count), `${count} online`);

async function linesOf(page: Page) {
  return page
    .getByTestId('message')
    .evaluateAll((lines) => lines.map((line) => line.getAttribute('data-seq')));
}

describe('two pages', () => {
  const room = '/r/%E5%A4%A7%E5%8E%85';
  const fromAda = [
    '你好，世界',
    '👩‍👩‍👧 👋🏽 🇺🇳',
    '<script>alert("x")</script><img src=x onerror=alert(1)>',
    'مرحبا بالعالم',
    '四千'.repeat(2_000),
  ];
  const fromBob = ['hello', 'שלום עולם', 'a\tb  c', '&lt;b&gt; & "quotes"', 'ok 😀'];
  let ada: Page;
  let bob: Page;

  test('count each other as they come', async () => {
    ada = await enter(room, '阿达', { viewport: DESKTOP, proxy: network.proxy });
    await isOnline(ada, 1);
    bob = await enter(room, 'Bob', { viewport: PHONE });
    await isOnline(ada, 2);
    await isOnline(bob, 2);
  });

  test('show the same ten messages in the same order, as text', async () => {
    for (const [n, text] of fromAda.entries()) {
      await Promise.all([say(ada, text), say(bob, fromBob[n] ?? '')]);
    }
    await shows(ada, 10);
    await shows(bob, 10);
    const texts = await textsOf(ada);
    expect(await textsOf(bob)).toEqual(texts);
    expect([...texts].sort()).toEqual([...fromAda, ...fromBob].sort());
    expect(texts.filter((text) => fromAda.includes(text))).toEqual(fromAda);
    expect(texts.filter((text) => fromBob.includes(text))).toEqual(fromBob);
    expect(await linesOf(bob)).toEqual(Array.from({ length: 10 }, (_, n) => String(n + 1)));
    expect(complaints).toEqual([]);
  });

  test('mark each line with its direction, author and time', async () => {
    const lines = async (page: Page, direction: string) =>
      page.locator(`[data-testid=message][data-direction=${direction}]`).allInnerTexts();
    expect(await lines(ada, 'sent')).toHaveLength(5);
    for (const line of await lines(ada, 'sent'))
      expect(line).toMatch(/阿达[\s\S]*发送↑[\s\S]*\d\d?:\d\d/);
    for (const line of await lines(ada, 'received')) expect(line).toMatch(/Bob[\s\S]*接收↓/);
    expect(await lines(bob, 'received')).toHaveLength(5);
    await ada.screenshot({ path: `${SCREENSHOTS}/ada.png` });
    await bob.screenshot({ path: `${SCREENSHOTS}/bob.png` });
  });

  test('show the history again after a reload', async () => {
    const before = await textsOf(ada);
    await ada.reload();
    await shows(ada, 10);
    expect(await textsOf(ada)).toEqual(before);
    await isOnline(ada, 2);
  });

  test('lose and double nothing when one is cut off for five seconds', async () => {
    const end = Date.now() + 5_000;
    network.cut();
    await say(ada, 'from the tunnel');
    let sent = 0;
    while (Date.now() < end) {
      sent += 1;
      await say(bob, `while you were away ${sent}`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    expect(await ada.getByTestId('outbox-line').allInnerTexts()).toHaveLength(1);
    await ada.screenshot({ path: `${SCREENSHOTS}/ada-cut-off.png` });
    network.restore();
    const total = 10 + sent + 1;
    await shows(ada, total);
    await shows(bob, total);
    const texts = await textsOf(ada);
    expect(await textsOf(bob)).toEqual(texts);
    expect(new Set(texts).size).toBe(total);
    expect(await linesOf(ada)).toEqual(Array.from({ length: total }, (_, n) => String(n + 1)));
    expect(await ada.getByTestId('outbox-line').count()).toBe(0);
    await isOnline(ada, 2);
    await isOnline(bob, 2);
  });

  test('are one again when the other has gone', async () => {
    await bob.context().close();
    await isOnline(ada, 1);
    expect(complaints).toEqual([]);
  });
});
