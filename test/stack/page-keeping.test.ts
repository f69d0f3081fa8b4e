// Pages that tests leave to each other: what the next test finds.

import { beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { sharedBrowser } from '../support/browser.ts';
import { type SharedStack, sharedStack } from '../support/shared-stack.ts';
import { type KeptPages, keepPages } from './page-keeping.ts';
import { DESKTOP, PHONE } from './page-room.ts';

let stack: SharedStack;
let browser: Browser;
let pages: KeptPages;
beforeAll(async () => {
  [stack, browser] = await Promise.all([sharedStack(), sharedBrowser()]);
});
beforeEach(async () => {
  pages = keepPages(
    () => browser,
    async (options) => (await browser.newContext(options)).newPage(),
    () => `${stack.url}/favicon.svg`,
  );
});

const open = async () => {
  const page = await pages.take({ viewport: DESKTOP });
  await page.goto(`${stack.url}/favicon.svg`);
  return page;
};

test('a page that is left is as new for who takes it next, on any screen', async () => {
  const page = await open();
  const context = page.context();
  await page.evaluate(`localStorage.setItem('a', '1'); sessionStorage.setItem('a', '1')`);
  await context.addCookies([{ name: 'a', value: '1', url: stack.url }]);
  await page.route('**/favicon.svg', (route) => route.abort());
  await page.emulateMedia({ colorScheme: 'dark', forcedColors: 'active', media: 'print' });
  await context.newPage();
  await context.setOffline(true);
  await pages.leave();

  expect(await pages.take({ viewport: PHONE })).toBe(page);
  expect(page.viewportSize()).toEqual(PHONE);
  expect(context.pages()).toEqual([page]);
  expect(await context.cookies()).toEqual([]);
  expect((await page.goto(`${stack.url}/favicon.svg`))?.ok()).toBe(true);
  expect(await page.evaluate('localStorage.length + sessionStorage.length')).toBe(0);
  const looks = ['print', '(prefers-color-scheme: dark)', '(forced-colors: active)'];
  for (const look of looks) {
    expect([look, await page.evaluate(`matchMedia('${look}').matches`)]).toEqual([look, false]);
  }
  await pages.leave();
  await pages.closeIdle();
  expect(browser.contexts()).toEqual([]);
});

test.each<[string, (page: Page) => Promise<unknown>]>([
  ['has a clock of the test', (page) => page.clock.install()],
  ['has its WebSockets routed', (page) => page.routeWebSocket(/client/, () => {})],
  ['is under the hand of the DevTools', (page) => page.context().newCDPSession(page)],
  ['has got a permission', (page) => page.context().grantPermissions(['clipboard-read'])],
  ['is elsewhere', (page) => page.goto('about:blank')],
  ['is closed', (page) => page.close()],
])('a page that %s is left to nobody', async (_, use) => {
  const page = await open();
  await use(page);
  await pages.leave();
  expect(browser.contexts()).toEqual([]);
});

test('who wants other options gets another page, and nobody gets one that is in use', async () => {
  const page = await open();
  expect(await open()).not.toBe(page);
  await pages.leave();
  const other = await pages.take({ viewport: DESKTOP, locale: 'zh-CN' });
  expect(browser.contexts()).toHaveLength(3);
  expect(other.context()).not.toBe(page.context());
  await pages.leave();
  await pages.closeIdle();
});
