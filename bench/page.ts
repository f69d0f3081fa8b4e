// Size and responsiveness of the page in a real Chromium: bytes, first paint, and the delay of a key press and the longest
// task while 50 messages a second arrive in a room with 5,000 loaded messages.
//
//   npm run bench -- page [--seconds 20]
//   npm run bench -- page --base COMMIT [--turns 5]
//
// With a base it makes first visits to the package before and to this one in turns, and prints the ratios and nothing else.
// Bytes hold on a busy machine. Times are medians, and hold on a quiet one only.

import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { build, type Output } from '../local/build/build.ts';
import { collect } from '../local/build/package.ts';
import { type Stack, startStack } from '../local/stack/stack.ts';
import { loadAll, TRACED, tasksIn } from '../test/stack/page-trace.ts';
import { launchBrowser } from '../test/support/browser.ts';
import { buildBase } from './base-build.ts';
import { median } from './median.ts';
import { readOptions } from './options.ts';
import { type FirstVisit, HERE, PHONE, visitFirst } from './page/first-visit.ts';

const HISTORY = 5_000;
const PER_SECOND = 50;
const ROOM = 'bench';
const KEY = 'bench';
const values = readOptions({
  seconds: { type: 'string', default: '20' },
  base: { type: 'string' },
  turns: { type: 'string', default: '5' },
});
const seconds = Number(values.seconds);

interface Row {
  readonly [column: string]: string | number;
}

/** Bytes that a first visit loads, by part: of the files that the HTML names. As Brotli they are what the package sends. */
function measureBytes(): readonly Row[] {
  const read = (path: string) => ({ path, bytes: readFileSync(`dist/web/${path}`) });
  const html = read('index.html');
  const links =
    html.bytes.toString().match(/(?<=(?:src|rel="(?:stylesheet|modulepreload)" href)=")[^"]+/g) ??
    [];
  const files = [html, ...links.map(read)];
  const later = readdirSync('dist/web').flatMap((path) =>
    path === 'service-worker.js' || /^chunk-(?:entra|qr-code)/.test(path) ? [read(path)] : [],
  );
  const sum = (name: string, chosen: readonly (typeof html)[]): Row => {
    const total = (size: (bytes: Buffer) => number) =>
      chosen.reduce((bytes, file) => bytes + size(file.bytes), 0);
    return {
      part: name,
      raw: total((file) => file.length),
      gzip: total((file) => gzipSync(file, { level: 9 }).length),
      brotli: total((file) => brotliCompressSync(file).length),
    };
  };
  const isScript = ({ path }: typeof html) => path.endsWith('.js');
  const isClient = ({ path }: typeof html) => path.startsWith('chunk-hub');
  const named = (start: string) => later.filter(({ path }) => path.startsWith(start));
  return [
    sum(
      'page: own code, Preact, English',
      files.filter((file) => isScript(file) && !isClient(file)),
    ),
    sum(
      'styles',
      files.filter(({ path }) => path.endsWith('.css')),
    ),
    sum('SignalR client', files.filter(isClient)),
    sum('all of a first visit', files),
    sum('QR code, when wanted', named('chunk-qr-code')),
    sum('sign-in, where required', named('chunk-entra')),
    sum('service worker', named('service-worker')),
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

/** A line of a person: a published one would load what is for logs. */
async function say(browser: Browser, stack: Stack, text: string): Promise<void> {
  const context = await browser.newContext();
  await context.addInitScript(`localStorage.setItem('chat.name', 'Bob')`);
  const page = await context.newPage();
  await page.goto(`${stack.url}/r/${ROOM}`);
  await page.getByTestId('composer').fill(text);
  await page.keyboard.press('Enter');
  await page.getByTestId('message').first().waitFor();
  await context.close();
}

/** First paint of a first visit and time until the room is connected, on a near and on a distant network. */
async function measurePaint(browser: Browser, stack: Stack): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const network of [HERE, PHONE]) {
    const visit = await visitFirst(browser, `${stack.url}/r/${ROOM}`, network);
    rows.push({
      network: network.network,
      'first paint, ms': Math.round(visit.paintMs),
      'connected, with history, ms': Math.round(visit.connectedMs),
    });
  }
  return rows;
}

/** First visits to both builds in turns, so a busy moment of the machine affects both. */
async function compare(commit: string, turns: number): Promise<void> {
  const base = await buildBase(commit);
  const then = {
    ...(await base.load<{ readonly startStack: typeof startStack }>('local/stack/stack.ts')),
    ...(await base.load<{ readonly collect: typeof collect }>('local/build/package.ts')),
  };
  const stacks: Stack[] = [];
  const folders: string[] = [];
  const browser = await launchBrowser();
  try {
    for (const build of [then, { startStack, collect }]) {
      // A package serves the page in a smaller form than a folder of plain files.
      const appDir = await unpack(await build.collect());
      folders.push(appDir);
      const stack = await build.startStack({ functionKey: KEY, appDir });
      stacks.push(stack);
      await say(browser, stack, 'so it was said, 如是我闻');
    }
    const visits: FirstVisit[][] = stacks.map(() => []);
    // One more: the first visit to each warms the machine up.
    for (let turn = 0; turn <= turns; turn += 1) {
      for (const [index, { url }] of stacks.entries()) {
        const visit = await visitFirst(browser, `${url}/r/${ROOM}`, PHONE);
        if (turn > 0) visits[index]?.push(visit);
      }
    }
    const [before = [], now = []] = visits;
    console.log(`First visits on a ${PHONE.network}, medians of ${turns} in turns`);
    console.table(
      (['bytes', 'paintMs', 'connectedMs'] as const).map((what) => {
        const [old, young] = [before, now].map((all) =>
          Math.round(median(all.map((visit) => visit[what]))),
        );
        return { what, before: old, now: young, ratio: round2((young ?? 0) / (old ?? 0)) };
      }),
    );
  } finally {
    await browser.close();
    for (const stack of stacks) await stack.stop();
    for (const folder of folders) await rm(folder, { recursive: true });
    base.remove();
  }
}

/** The package in a temporary folder, as Azure runs it. */
async function unpack(files: Output): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'chat-package-'));
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  return folder;
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

const round2 = (ratio: number) => Math.round(ratio * 100) / 100;

async function measure(): Promise<void> {
  console.table(measureBytes());
  const stack = await startStack({ functionKey: KEY });
  const browser = await launchBrowser();
  try {
    const texts = Array.from(
      { length: HISTORY },
      (_, n) => `history ${n}: so it was said, 如是我闻`,
    );
    for (let first = 0; first < HISTORY; first += 500) {
      await publish(stack, texts.slice(first, first + 500));
    }
    console.table(await measurePaint(browser, stack));
    console.table(await measureUnderLoad(browser, stack));
  } finally {
    await browser.close();
    await stack.stop();
  }
}

await build({ forProduction: true });
if (values.base === undefined) await measure();
else await compare(values.base, Number(values.turns));
