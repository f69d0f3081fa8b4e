// Size and responsiveness of the page in a real Chromium: bytes, first paint, and the delay of a key press and the longest
// task while 50 messages a second arrive in a room with 5,000 loaded messages.
//
//   npm run bench -- page [seconds]

import { readdirSync, readFileSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { build } from '../local/build/build.ts';
import { type Stack, startStack } from '../local/stack/stack.ts';
import { loadAll, TRACED, tasksIn } from '../test/stack/page-trace.ts';
import { launchBrowser } from '../test/support/browser.ts';

const HISTORY = 5_000;
const PER_SECOND = 50;
const ROOM = 'bench';
const KEY = 'bench';
const seconds = Number(process.argv[2] ?? 20);

interface Row {
  readonly [column: string]: string | number;
}

/** Bytes that a first visit loads, by part. Sign-in, QR codes and the service worker load later. */
function measureBytes(): readonly Row[] {
  const files = readdirSync('dist/web', { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(?:js|css|html)$/.test(path))
    .map((path) => ({ path, bytes: readFileSync(`dist/web/${path}`) }));
  const isLater = (path: string) =>
    /^(?:chunk-(?:entra|qr-code|BrowserPerf)|service-worker)/.test(path);
  const isClient = (path: string) => path.startsWith('chunk-hub');
  const sum = (name: string, isWanted: (path: string) => boolean): Row => {
    const chosen = files.filter(({ path }) => isWanted(path)).map(({ bytes }) => bytes);
    const total = (size: (bytes: Buffer) => number) =>
      chosen.reduce((bytes, file) => bytes + size(file), 0);
    return {
      part: name,
      raw: total((file) => file.length),
      gzip: total((file) => gzipSync(file, { level: 9 }).length),
      brotli: total((file) => brotliCompressSync(file).length),
    };
  };
  const isOwn = (path: string) => !isLater(path) && !isClient(path);
  return [
    sum('page: own code, Preact, two languages', (path) => isOwn(path) && path.endsWith('.js')),
    sum('styles', (path) => path.endsWith('.css')),
    sum('SignalR client', isClient),
    sum('all of a first visit', (path) => !isLater(path)),
    sum('QR code, when wanted', (path) => path.startsWith('chunk-qr-code')),
    sum('sign-in, where required', (path) => path.startsWith('chunk-entra')),
    sum('service worker', (path) => path === 'service-worker.js'),
  ];
}

async function publish(stack: Stack, texts: readonly string[]): Promise<void> {
  const answer = await fetch(`${stack.url}/api/rooms/${ROOM}/messages`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain', 'x-functions-key': KEY },
    body: texts.join('\n'),
  });
  if (!answer.ok) throw new Error(`unable to publish; the answer is ${answer.status}.`);
}

/** First paint of a first visit and time until the room is connected, on a near and on a distant network. */
async function measurePaint(browser: Browser, stack: Stack): Promise<readonly Row[]> {
  const networks = [
    { network: 'this machine', latency: 0, kbits: 0, slowdown: 1 },
    {
      network: 'phone: 1.6 Mbit/s, 150 ms, a quarter of the speed',
      latency: 150,
      kbits: 1_600,
      slowdown: 4,
    },
  ];
  const rows: Row[] = [];
  for (const { network, latency, kbits, slowdown } of networks) {
    const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
    await context.addInitScript(`localStorage.setItem('chat.name', 'Ada')`);
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    if (kbits > 0) {
      const throughput = (kbits * 1_000) / 8;
      await devtools.send('Network.emulateNetworkConditions', {
        offline: false,
        latency,
        downloadThroughput: throughput,
        uploadThroughput: throughput,
      });
      await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
    }
    await page.goto(`${stack.url}/r/${ROOM}`);
    await page.locator('[data-state=online]').first().waitFor({ state: 'attached' });
    await page.getByTestId('message').first().waitFor();
    const [paint, connected] = (await page.evaluate(
      `[performance.getEntriesByName('first-contentful-paint')[0].startTime, performance.now()]`,
    )) as [number, number];
    rows.push({
      network,
      'first paint, ms': Math.round(paint),
      'connected, with history, ms': Math.round(connected),
    });
    await context.close();
  }
  return rows;
}

/** Presses keys during the whole measurement, so there are delays to measure. */
const WATCH = `
  window.delays = []; window.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { name, processingStart, startTime, duration } of list.getEntries())
      if (name === 'keydown') window.delays.push([processingStart - startTime, duration]);
  }).observe({ type: 'event', durationThreshold: 16 });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.longTasks.push(duration);
  }).observe({ type: 'longtask' });
`;

async function measureUnderLoad(browser: Browser, stack: Stack): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const reads of ['at the end', 'further up'] as const) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    await context.addInitScript(`localStorage.setItem('chat.name', 'Ada')`);
    const page = await context.newPage();
    await page.goto(`${stack.url}/r/${ROOM}`);
    await page.getByTestId('message').first().waitFor();
    await loadAll(page);
    if (reads === 'further up') {
      await page.getByTestId('log').hover();
      await page.mouse.wheel(0, -3_000);
    }
    await page.getByTestId('composer').focus();
    await page.evaluate(WATCH);
    const devtools = await context.newCDPSession(page);
    await settle(devtools);
    await browser.startTracing(page, { categories: [...TRACED] });
    const shownBefore = await lastSeq(stack);
    await Promise.all([flood(stack), type(page)]);
    const tasks = tasksIn(await browser.stopTracing());
    const arrived = (await lastSeq(stack)) - shownBefore;
    const { delays, longTasks } = (await page.evaluate('({ delays, longTasks })')) as {
      readonly delays: readonly [number, number][];
      readonly longTasks: readonly number[];
    };
    rows.push({
      reads,
      'messages/s': Math.round(arrived / seconds),
      'lines in the page': await page.getByTestId('message').count(),
      'key to handler, worst, ms': worst(delays.map(([delay]) => delay)),
      'key to next paint, worst, ms': worst(delays.map(([, duration]) => duration)),
      'tasks over 50 ms': longTasks.length,
      'longest task, ms': round(tasks.wall[0] ?? 0),
      'of processor': round(tasks.processor[0] ?? 0),
      'p99 of tasks over 1 ms, of processor': round(
        percentile99(tasks.processor.filter((ms) => ms > 1)),
      ),
    });
    await context.close();
  }
  return rows;
}

/** Collects the garbage of loading first, so the trace shows only the work for messages. */
async function settle(devtools: CDPSession): Promise<void> {
  await devtools.send('HeapProfiler.collectGarbage');
  await new Promise((resolve) => setTimeout(resolve, 1_500));
}

async function lastSeq(stack: Stack): Promise<number> {
  const answer = await fetch(`${stack.url}/api/rooms/${ROOM}/messages?limit=1`);
  return ((await answer.json()) as { readonly seq: number }).seq;
}

async function flood(stack: Stack): Promise<void> {
  const startedAt = performance.now();
  const pending: Promise<void>[] = [];
  for (let n = 0; n < PER_SECOND * seconds; n += 1) {
    const due = startedAt + (n * 1_000) / PER_SECOND - performance.now();
    if (due > 0) await new Promise((resolve) => setTimeout(resolve, due));
    pending.push(publish(stack, [`message ${n} with \`code\`, https://example.com/${n} and 文字`]));
  }
  await Promise.all(pending);
}

async function type(page: Page): Promise<void> {
  const end = performance.now() + seconds * 1_000;
  while (performance.now() < end) {
    await page.keyboard.press('x');
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

const round = (ms: number) => Math.round(ms * 10) / 10;
const worst = (values: readonly number[]) => round(Math.max(0, ...values));
const percentile99 = (descending: readonly number[]) =>
  descending[Math.floor(descending.length / 100)] ?? 0;

await build();
console.table(measureBytes());
const stack = await startStack({ functionKey: KEY });
const browser = await launchBrowser();
try {
  const texts = Array.from({ length: HISTORY }, (_, n) => `history ${n}: so it was said, 如是我闻`);
  for (let first = 0; first < HISTORY; first += 500) {
    await publish(stack, texts.slice(first, first + 500));
  }
  console.table(await measurePaint(browser, stack));
  console.table(await measureUnderLoad(browser, stack));
} finally {
  await browser.close();
  await stack.stop();
}
