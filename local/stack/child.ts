// One process of the stack: started with an IPC channel, ready when it says so, ended by its pid.
// It ends by itself when the channel closes, so that nothing stays behind even after SIGKILL of the parent.

import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../root.ts';
import { LOOPBACK } from './ports.ts';

const START_TIMEOUT_MS = 60_000;
/** Long enough for Azurite to write a large table to disk. */
const STOP_TIMEOUT_MS = 10_000;

export interface ChildOptions {
  /** How log lines and error messages name it. */
  readonly name: string;
  /** A TypeScript module. It sends `{ ready: true, … }` when it listens; its first lines on stderr say why it cannot. */
  readonly module: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Of the loopback address, where a debugger may attach. */
  readonly inspectPort?: number | undefined;
  readonly onLine: (line: string, stream: 'stdout' | 'stderr') => void;
  /** What it sends as `{ notice }` while it starts: a sentence for the person who waits. */
  readonly onNotice?: (text: string) => void;
  /** False for one that gives up by itself when its start takes too long. */
  readonly hasStartTimeout?: boolean;
}

export interface Child {
  readonly name: string;
  readonly pid: number;
  /** What it sent when it was ready; rejects with its own reason if it ended before. */
  readonly ready: Promise<Readonly<Record<string, unknown>>>;
  /** Resolves, once, with how it ended, e.g. `exit code 1`. */
  readonly exited: Promise<string>;
  /** Asks it to end and waits until it has; SIGKILL when it does not. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export function startChild(options: ChildOptions): Child {
  const { name } = options;
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const child = fork(options.module, [...options.args], {
    cwd: ROOT,
    env: options.env,
    execArgv: [
      ...(options.inspectPort === undefined
        ? []
        : [`--inspect=${LOOPBACK}:${options.inspectPort}`]),
      '--enable-source-maps',
      '--import',
      tsx,
    ],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Out of the terminal's process group, where Ctrl+C would reach all at once and in no order.
    detached: process.platform !== 'win32',
  });
  options.onLine(`pid ${child.pid}`, 'stdout');
  const complaints: string[] = [];
  readLines(child.stdout, (line) => options.onLine(line, 'stdout'));
  readLines(child.stderr, (line) => {
    complaints.push(line);
    if (complaints.length > 50) complaints.shift();
    options.onLine(line, 'stderr');
  });

  // What it started itself and left behind holds its ports, and its pipes, which would keep `close` away.
  child.once('exit', () => killGroup(child));
  // `close` rather than `exit`: by then the last lines have been read.
  const exited = new Promise<string>((resolve) => {
    child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
    child.once('error', (error) => resolve(error.message));
  });
  const ready = new Promise<Readonly<Record<string, unknown>>>((resolve, reject) => {
    const timer =
      options.hasStartTimeout === false
        ? undefined
        : setTimeout(() => {
            killGroup(child);
            reject(unableToStart(`${name} said nothing for ${START_TIMEOUT_MS / 1_000} s`));
          }, START_TIMEOUT_MS);
    child.on('message', (message) => {
      if (isNotice(message)) options.onNotice?.(message.notice);
      if (!isReady(message)) return;
      clearTimeout(timer);
      resolve(message);
    });
    void exited.then((how) => {
      clearTimeout(timer);
      reject(startFailure(name, how, complaints));
    });
  });
  // Whoever stops a child before it is ready has no further interest in this.
  ready.catch(() => undefined);

  return {
    name,
    pid: child.pid ?? 0,
    ready,
    exited,
    stop: (signal) => stop(child, exited, signal),
  };
}

async function stop(
  child: ChildProcess,
  exited: Promise<string>,
  signal?: NodeJS.Signals,
): Promise<void> {
  // Windows has no SIGTERM that a process could handle; closing the channel asks for the same.
  if (signal === 'SIGKILL') {
    killGroup(child);
  } else if (signal === undefined && process.platform === 'win32') {
    if (child.connected) child.disconnect();
  } else {
    child.kill(signal ?? 'SIGTERM');
  }
  const timer = setTimeout(() => killGroup(child), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}

/** With all that it has started: a host has workers, which SIGKILL would leave behind. */
function killGroup(child: ChildProcess): void {
  if (process.platform === 'win32' || child.pid === undefined) {
    child.kill('SIGKILL');
    return;
  }
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nothing is left of it.
  }
}

function readLines(stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): void {
  if (stream) createInterface({ input: stream }).on('line', onLine);
}

function isNotice(message: unknown): message is { readonly notice: string } {
  return (
    typeof message === 'object' &&
    message !== null &&
    'notice' in message &&
    typeof message.notice === 'string'
  );
}

function isReady(message: unknown): message is Record<string, unknown> {
  return (
    typeof message === 'object' && message !== null && 'ready' in message && message.ready === true
  );
}

/** A child that knows what is wrong says so in one line of our grammar, which needs nothing around it. */
function startFailure(name: string, how: string, complaints: readonly string[]): Error {
  const own = complaints.find((line) => line.startsWith('unable to '));
  if (own) return new Error(own);
  const last = complaints.findLast((line) => /^\S*Error\b/.test(line)) ?? complaints.at(-1);
  return unableToStart(`${name} ended with ${how}${last ? ` (${last.trim()})` : ''}`);
}

function unableToStart(reason: string): Error {
  return new Error(`unable to start the stack; ${reason}. Run again with --verbose to see more.`);
}
