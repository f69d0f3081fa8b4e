// The command `serverless-chat`: publishes into a chat, watches it and moderates it over HTTP, from anywhere.

import { randomBytes } from 'node:crypto';
import { fstatSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { onHangUp } from '../hang-up.ts';
import { readTerminal } from '../terminal.ts';
import { INTERRUPTED } from './command-line/exit-code.ts';
import { Interrupted, type Interrupts } from './context.ts';
import { runCommandLine } from './main.ts';
import { systemClock } from './system-clock.ts';
import { openOutput, openStdout, type Sink } from './terminal/output.ts';
import { openStatusLine } from './terminal/progress.ts';
import { toVisible } from './terminal/visible-text.ts';

/** Time for a last report after the second Ctrl+C. */
const LAST_WORDS_MS = 500;

/** The first Ctrl+C asks for an orderly end, the second one for an end at once. */
function listenToInterrupts(): Interrupts {
  const first = new AbortController();
  const second = new AbortController();
  const interrupt = () => {
    if (!first.signal.aborted) return first.abort();
    second.abort();
    setTimeout(() => process.exit(INTERRUPTED), LAST_WORDS_MS).unref();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  onHangUp(interrupt);
  return { first: first.signal, second: second.signal };
}

/** Stops reading standard input if a command reads it: a program that keeps writing would keep this process alive. */
let stopInput = () => {};

/** Standard input. Ctrl+C cuts it off, so that half a line does not count as one. */
async function* readInput({ first }: Interrupts): AsyncGenerator<Uint8Array> {
  const { stdin } = process;
  const stop = () => void stdin.destroy();
  stopInput = stop;
  first.addEventListener('abort', stop);
  try {
    yield* stdin;
  } catch (error) {
    if (!first.aborted) throw error;
  } finally {
    first.removeEventListener('abort', stop);
  }
  if (first.aborted) throw new Interrupted(false);
}

async function readVersion(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  return String(JSON.parse(text).version);
}

/** The length of standard input, if it is a file. */
function inputBytes(): number | undefined {
  try {
    const input = fstatSync(0);
    return input.isFile() ? input.size : undefined;
  } catch {
    // It is closed.
    return undefined;
  }
}

const terminal = readTerminal(process, process.env);
const status = openStatusLine(terminal.errors, (text) => void process.stderr.write(text));

/** Standard output, which may be the same terminal. */
function openSink(): Sink {
  const stdout = openStdout(process.stdout);
  const write = (bytes: Uint8Array) => {
    status.clear();
    return stdout.write(bytes);
  };
  return { ...stdout, write };
}

/** To stderr, with the program's name, because several programs may write in a pipe. It may contain a server's text. */
function report(sentence: string): void {
  status.clear();
  console.error(`serverless-chat: ${toVisible(sentence)}`);
}

const interrupts = listenToInterrupts();
process.exitCode = await runCommandLine(
  process.argv.slice(2),
  { environment: process.env, version: readVersion },
  {
    input: readInput(interrupts),
    inputBytes: inputBytes(),
    isTyped: terminal.isTyped,
    output: openOutput(openSink(), terminal.output?.hasColours ?? false),
    report,
    status,
    network: async () => (await import('./api/network.ts')).openNetwork(process.env),
    clock: systemClock,
    random: Math.random,
    // 72 bits: two runs never share one.
    newRunId: () => randomBytes(9).toString('base64url'),
    interrupts,
  },
);
status.clear();
stopInput();
