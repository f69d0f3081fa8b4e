// The installed page: what an installer reads, and opening without a network.

import { expect, test } from '@jest/globals';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { serveBelow } from '../support/path-prefix.ts';
import { newRoom } from '../support/shared-stack.ts';
import { becomes, isOnline, PHONE, people, read, say, shown, textsOf } from './page-room.ts';

const { stack, enter } = people();

const INSTALLED: BrowserContextOptions = { serviceWorkers: 'allow', viewport: PHONE };

/** Until the page's files are kept on the device, and the worker answers for them. */
const installed = (page: Page) =>
  page.evaluate(`navigator.serviceWorker.ready.then(() => undefined)`);
const offline = (page: Page) =>
  page.locator('[data-testid=connection-state][data-state=offline]').waitFor();

test('the manifest is served as one, and its icons are as large as it says', async () => {
  const { url } = stack();
  const answer = await fetch(`${url}/manifest.webmanifest`);
  expect(answer.headers.get('content-type')).toBe('application/manifest+json');
  const manifest = (await answer.json()) as {
    readonly name: string;
    readonly display: string;
    readonly start_url: string;
    readonly icons: readonly { readonly src: string; readonly sizes: string }[];
  };
  expect(manifest).toMatchObject({ display: 'standalone', start_url: './' });
  expect(manifest.icons.map(({ sizes }) => sizes)).toEqual(
    expect.arrayContaining(['192x192', '512x512']),
  );
  for (const { src, sizes } of manifest.icons) {
    const icon = await fetch(new URL(src, `${url}/`));
    expect(icon.status).toBe(200);
    if (sizes === 'any') continue;
    const png = Buffer.from(await icon.arrayBuffer());
    // A PNG's header: width and height at 16 and 20, big-endian.
    expect(`${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`).toBe(sizes);
  }
});

test('Chromium finds nothing that keeps the page from being installed', async () => {
  const page = await enter('/', 'Ada', INSTALLED);
  await installed(page);
  const devtools = await page.context().newCDPSession(page);
  const { errors } = await devtools.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
  // Windows driven by tests are in no profile that could install anything.
  expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);
});

test('opens without a network, says so, and goes on when it is back', async () => {
  const path = `/r/${newRoom('train')}`;
  const page = await enter(path, 'Ada', INSTALLED);
  await say(page, 'at the station');
  await shown(page, 'at the station');
  await installed(page);
  await page.context().setOffline(true);
  await page.reload();
  await offline(page);
  expect(await read(page.getByTestId('log'))).toContain('You are offline. You can look around');
  await say(page, 'in the tunnel');
  await page.getByTestId('outbox-line').waitFor();
  const another = newRoom('another');
  await page.goto(`${stack().url}/r/${another}`);
  await offline(page);
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain(another);
  // A part of the page that was never used is kept too.
  await page.getByTestId('online').click();
  await page.locator('#side').getByTestId('qr').click();
  await page.locator('#side').getByTestId('qr-code').waitFor();
  await page.goto(`${stack().url}${path}`);
  await page.context().setOffline(false);
  await isOnline(page);
  await shown(page, 'in the tunnel');
  expect(await textsOf(page)).toEqual(['at the station', 'in the tunnel']);
});

test('a network that neither answers nor fails does not keep the page from opening', async () => {
  const page = await enter(`/r/${newRoom('slow')}`, 'Ada', INSTALLED);
  await installed(page);
  let unanswered = 0;
  await page.context().route('**/*', () => {
    unanswered += 1;
    return new Promise(() => {});
  });
  const startedAt = Date.now();
  await page.reload({ waitUntil: 'commit' });
  await page.getByTestId('composer').waitFor();
  // Much more than it takes, because other tests run beside it.
  expect(Date.now() - startedAt).toBeLessThan(15_000);
  expect(unanswered).toBeGreaterThan(2);
  expect(await page.getByTestId('connection-state').getAttribute('data-state')).not.toBe('online');
  await page.context().unrouteAll();
});

test('P13: opens while the server answers 503, with what it has kept', async () => {
  const page = await enter(`/r/${newRoom('deploying')}`, 'Ada', INSTALLED);
  await installed(page);
  await page.context().route('**/*', (route) =>
    route.fulfill({
      status: 503,
      contentType: 'text/html',
      body: '<h1>Function host is not running.</h1>',
    }),
  );
  await page.reload();
  await page.getByTestId('composer').waitFor();
  await page.context().unrouteAll();
  await isOnline(page);
});

test('old copies go when the page has changed', async () => {
  const page = await enter(`/r/${newRoom('update')}`, 'Ada', INSTALLED);
  await installed(page);
  await page.evaluate(`caches.open('shell of yesterday')`);
  const names = () => page.evaluate('caches.keys()');
  await page.evaluate(`navigator.serviceWorker.getRegistration().then((it) => it.unregister())`);
  await page.reload();
  await installed(page);
  await becomes('one copy', async () => ((await names()) as string[]).length === 1);
});

test('H11: works below a path of its origin, and opens there without a network', async () => {
  const proxy = await serveBelow('/chat', stack().url);
  try {
    const room = newRoom('below');
    const page = await enter(`${proxy.url}/r/${room}`, 'Ada', INSTALLED);
    const link = page.getByTestId('log').getByTestId('invite').getByRole('textbox');
    expect(await link.inputValue()).toBe(`${proxy.url}/r/${room}`);
    await say(page, 'from below');
    await shown(page, 'from below');
    const scope = `navigator.serviceWorker.ready.then((it) => it.scope)`;
    expect(await page.evaluate(scope)).toBe(`${proxy.url}/`);
    await page.context().setOffline(true);
    for (const path of ['/', `/r/${newRoom('other')}`, `/r/${room}/`]) {
      await page.goto(`${proxy.url}${path}`);
      await offline(page);
    }
    await page.context().setOffline(false);
    await isOnline(page);
    await shown(page, 'from below');
    expect(proxy.strayed.filter((path) => path !== '/favicon.ico')).toEqual([]);
  } finally {
    await proxy.stop();
  }
});
