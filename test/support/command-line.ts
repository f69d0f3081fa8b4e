// The command line in this process, with the test's network and clock, and its recorded output.

import type { Fetch, FetchAnswer, FetchInit } from '../../local/client/api/fetch.ts';
import type { CommandContext } from '../../local/client/context.ts';
import { runCommandLine } from '../../local/client/main.ts';
import { openOutput } from '../../local/client/terminal/output.ts';
import { NO_STATUS, type StatusLine } from '../../local/client/terminal/progress.ts';
import { Clock, runUntil } from './clock.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  /** The lines for people, beside the output. */
  readonly stderr: readonly string[];
}

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Standard input, in chunks. */
  readonly input?: AsyncIterable<Uint8Array>;
  readonly inputBytes?: number;
  readonly status?: StatusLine;
  readonly clock?: Clock;
  /** Receives the output. Throws if it cannot be written. */
  readonly write?: (text: string) => void;
  readonly hasColours?: boolean;
  readonly runId?: string;
  readonly interrupts?: CommandContext['interrupts'];
}

export async function runInProcess(
  line: string | readonly string[],
  fetch: Fetch,
  options: RunOptions = {},
): Promise<Ran> {
  const { environment = {}, clock = new Clock(), hasColours = false, runId = 'run' } = options;
  const stderr: string[] = [];
  let stdout = '';
  const never = new AbortController().signal;
  const context: CommandContext = {
    input: options.input ?? inputOf(),
    inputBytes: options.inputBytes,
    isTyped: false,
    output: openOutput(
      {
        write: async (bytes) => {
          const text = Buffer.from(bytes).toString();
          options.write?.(text);
          stdout += text;
        },
      },
      hasColours,
    ),
    report: (sentence) => void stderr.push(sentence),
    status: options.status ?? NO_STATUS,
    network: async () => ({ fetch, WebSocket: undefined }),
    clock,
    random: () => 1,
    newRunId: () => runId,
    interrupts: options.interrupts ?? { first: never, second: never },
  };
  const args = typeof line === 'string' ? line.split(' ') : line;
  const started = runCommandLine(args, { environment, version: async () => '1.2.3' }, context);
  const code = await runUntil(clock, started);
  return { code, stdout, stderr };
}

export async function* inputOf(...chunks: readonly (string | Uint8Array)[]) {
  for (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}

export interface AnswerOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** The body ends early, after this part of it. */
  readonly cutAt?: number;
}

export function answer(
  status: number,
  body = '',
  { headers = {}, cutAt }: AnswerOptions = {},
): FetchAnswer {
  const bytes = Buffer.from(body);
  return {
    status,
    headers: new Headers(headers),
    body: (async function* () {
      yield bytes.subarray(0, cutAt);
      if (cutAt !== undefined)
        throw new TypeError('terminated', { cause: new Error('other side closed') });
    })(),
  };
}

/** The headers of every answer of the chat. */
export const OF_THE_CHAT = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/** An error of Node's fetch, with the reason in its cause. */
export function networkError(code: string): Error {
  return new TypeError('fetch failed', {
    cause: Object.assign(new Error(`connect ${code}`), { code }),
  });
}

/** Gives every request the same answer, and records the requests. */
export function always(what: () => FetchAnswer): Fetch & { readonly calls: [URL, FetchInit][] } {
  const calls: [URL, FetchInit][] = [];
  const fetch = async (url: URL, init: FetchInit) => {
    calls.push([url, init]);
    return what();
  };
  return Object.assign(fetch, { calls });
}

/** A command line for each command that talks to a chat. `publish` and `import` read standard input. */
export const EVERY_COMMAND = [
  'publish',
  'tail',
  'search words',
  'rooms',
  'members',
  'disconnect c1',
  'ban c1',
  'delete 7',
  'close',
  'open',
  'export',
  'export --all',
  'import',
  'erase --yes',
  'health',
] as const;

/** Their names. */
export const COMMAND_NAMES = [...new Set(EVERY_COMMAND.map((line) => line.split(' ')[0] ?? ''))];
