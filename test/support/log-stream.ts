// A log streamed into a room by the `publish` command, as a user runs it, and people who watch it by `tail`.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ChatMessage } from '../../functions/protocol.ts';
import { openNetwork } from '../../local/client/api/network.ts';
import { systemClock } from '../../local/client/system-clock.ts';
import { followRoom } from '../../local/client/tail/tail.ts';
import { ROOT } from '../../local/root.ts';
import { eventually } from './eventually.ts';
import type { TestStack } from './stack.ts';

export interface Streamed {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: number;
  /** For each watcher: the number of lines that it showed in order, and the first line out of order. */
  readonly watched: readonly { readonly count: number; readonly wrong: string | undefined }[];
}

export interface StreamOptions {
  readonly room: string;
  readonly lines: number;
  readonly watchers: number;
  /** Events during the stream: the line number, and the action. */
  readonly disturb?: readonly { readonly at: number; readonly by: () => Promise<void> }[];
}

export async function streamLog(stack: TestStack, options: StreamOptions): Promise<Streamed> {
  const { room, lines, disturb = [] } = options;
  const watchers = Array.from({ length: options.watchers }, (_, n) => watch(stack, room, `W${n}`));
  const seqNow = async () => (await stack.readHead(room).catch(() => undefined))?.seq ?? 0;
  const child = publishInto(stack, room);
  try {
    if (watchers.length > 0) {
      const isFull = async () => (await stack.readHead(room)).online === watchers.length;
      await eventually(() => isFull().catch(() => false), 'every watcher to be there', 60_000);
    }
    const startedAt = performance.now();
    const written = child.write(lines);
    for (const { at, by } of disturb) {
      await eventually(
        async () => (await seqNow()) >= at || child.hasEnded(),
        `line ${at}`,
        300_000,
      );
      await by();
    }
    await written;
    const exitCode = await child.ended;
    const tookMs = performance.now() - startedAt;
    const isDone = ({ state }: Watcher) => state.count >= lines || state.wrong !== undefined;
    if (exitCode === 0) {
      await eventually(() => watchers.every(isDone), 'every watcher to have all lines', 120_000);
    }
    return { exitCode, ...child.said, tookMs, watched: watchers.map(({ state }) => state) };
  } finally {
    child.kill();
    await Promise.all(watchers.map((watcher) => watcher.stop()));
  }
}

function lineOf(n: number): string {
  return `2026-11-23T10:00:00Z INFO step ${n} is done, and all is well 好`;
}

function publishInto(stack: TestStack, room: string) {
  const command = join(ROOT, 'local', 'client', 'index.js');
  const child = spawn(process.execPath, [command, 'publish', '--room', room, '--name', 'ci'], {
    env: { ...process.env, CHAT_URL: stack.url, CHAT_KEY: stack.functionKey },
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  // The exit code shows whether the command gave up.
  child.stdin.on('error', () => {});
  const ended = once(child, 'close').then(([code]) => Number(code));
  return {
    said,
    ended,
    hasEnded: () => child.exitCode !== null,
    kill: () => child.kill('SIGKILL'),
    write: async (lines: number) => {
      for (let n = 1; n <= lines && child.stdin.writable; n += 1) {
        const isFull = !child.stdin.write(`${lineOf(n)}\n`);
        if (isFull) await Promise.race([once(child.stdin, 'drain'), ended]);
      }
      child.stdin.end();
    },
  };
}

interface Watcher {
  readonly state: { count: number; wrong: string | undefined };
  stop(): Promise<void>;
}

function watch(stack: TestStack, room: string, name: string): Watcher {
  const end = new AbortController();
  const state: Watcher['state'] = { count: 0, wrong: undefined };
  const values = {
    url: stack.url,
    room,
    name,
    lines: 0,
    create: true,
    json: false,
    token: undefined,
    'retry-for': undefined,
  };
  const context = {
    clock: systemClock,
    random: Math.random,
    report: () => {},
    network: () => openNetwork({}),
  };
  const show = async ({ seq, text }: ChatMessage) => {
    const isNext = seq === state.count + 1 && text === lineOf(seq);
    if (isNext) state.count += 1;
    else state.wrong ??= `${seq} after ${state.count}: ${text.slice(0, 60)}`;
  };
  const watching = followRoom(values, context, show, end.signal).catch((error) => {
    state.wrong ??= String(error);
  });
  return {
    state,
    stop: async () => {
      end.abort();
      await watching;
    },
  };
}
