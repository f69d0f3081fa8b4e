// One build publishes a log into a room that people watch and others chat in. Its tables are on disk, as with `npm start`.

import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../../local/root.ts';
import type { startStack } from '../../local/stack/stack.ts';
import { send, startTalkers } from '../load/order.ts';
import { peakBytesOf, usageOf } from '../service/usage.ts';
import type { Arrived } from './arrivals.ts';
import type { WatchersOrder } from './watchers.ts';

/** Those who watch. */
export const PEOPLE = 20;

export interface Published {
  readonly lines: number;
  /** From the start of the command until all watchers have all lines. */
  readonly tookMs: number;
  readonly arrived: Arrived;
  /** The longest time until its acknowledgement of a message of those who chat: before the log, and during it. */
  readonly quietMs: number;
  readonly pauseMs: number;
  /** Memory of the process of storage: before the log, and the most until the end of it. */
  readonly memoryBefore: number;
  readonly memoryPeak: number;
  /** Of the files of storage at the end. */
  readonly dataBytes: number;
}

const WATCHERS = fileURLToPath(new URL('./watchers.ts', import.meta.url));
/** The same command for each build, so that only what it publishes to differs. */
const COMMAND = join(ROOT, 'local', 'client', 'index.js');
const ROOM = 'build';
/** Each says a line once a second, so there is one each quarter of a second. */
const CHATTING = 4;
const QUIET_MS = 5_000;
const WARM_UP_LINES = 2_000;
/** Above the numbers of those who chat. */
const FIRST = 1_000_000;

export async function publishWatched(start: typeof startStack, lines: number): Promise<Published> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-publish-'));
  try {
    const measured = await measure(start, folder, lines);
    // Storage has saved them at its end.
    const files = readdirSync(folder).map((name) => statSync(join(folder, name)));
    return { ...measured, dataBytes: files.reduce((sum, { size }) => sum + size, 0) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measure(
  start: typeof startStack,
  dataDir: string,
  lines: number,
): Promise<Omit<Published, 'dataBytes'>> {
  const stack = await start({ dataDir });
  const watchers = fork(WATCHERS, [], { execArgv: ['--import', 'tsx'] });
  const order = <Answer>(what: WatchersOrder) => send<Answer, WatchersOrder>(watchers, what);
  const talkers = startTalkers();
  try {
    const { url } = stack;
    const storage = stack.children.find(({ name }) => name === 'azurite')?.pid ?? 0;
    // V8 compiles the hot paths.
    await publish(url, 'warm-up', WARM_UP_LINES);
    await order({ kind: 'watch', url, room: ROOM, people: PEOPLE, first: FIRST, lines });
    await talkers.enter(url, ROOM, CHATTING);
    const [, quiet] = await talkers.talkDuring(() => sleep(QUIET_MS));
    const memoryBefore = usageOf(storage).residentKib * 1_024;
    const startedAt = performance.now();
    const [[arrived, tookMs], during] = await talkers.talkDuring(async () => {
      await publish(url, ROOM, lines);
      return [await order<Arrived>({ kind: 'report' }), performance.now() - startedAt] as const;
    });
    const memoryPeak = peakBytesOf(storage);
    await talkers.leave();
    const [quietMs, pauseMs] = [Math.max(...quiet), Math.max(...during)];
    return { lines, tookMs, arrived, quietMs, pauseMs, memoryBefore, memoryPeak };
  } finally {
    watchers.kill('SIGKILL');
    talkers.kill();
    await stack.stop();
  }
}

async function publish(url: string, room: string, lines: number): Promise<void> {
  const args = [COMMAND, 'publish', '--room', room, '--name', 'ci', '--quiet'];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, CHAT_URL: url },
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const ended = once(child, 'close');
  // The exit code shows whether the command gave up.
  await pipeline(Readable.from(linesOf(lines)), child.stdin).catch(() => {});
  const [code] = await ended;
  if (code !== 0) {
    throw new Error(`unable to measure; publish ended with code ${code}. Run it alone.`);
  }
}

function* linesOf(count: number): Generator<string> {
  for (let n = FIRST; n < FIRST + count; n += 1) {
    yield `2026-11-23T10:00:00Z INFO step #${n}# is done, and all is well\n`;
  }
}
