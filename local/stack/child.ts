// One process of the stack. It has an IPC channel, over which it reports that it is ready, and is ended by its pid.
// It ends by itself when the channel closes, so that no process remains after a SIGKILL of the parent.

import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from '../root.ts';
import { LOOPBACK } from './ports.ts';

const START_TIMEOUT_MS = 60_000;
/** Long enough for Azurite to write a large table to disk. */
const STOP_TIMEOUT_MS = 10_000;
/** Longer than the service waits for the answers to its last events. */
const DRAIN_TIMEOUT_MS = 3_000;

export interface ChildOptions {
  /** The name of the process in log lines and error messages. */
  readonly name: string;
  /** A TypeScript module. It sends `{ ready: true, … }` when it listens. Its first lines on stderr say why it cannot. */
  readonly module: string;
  readonly args: readonly string[];
  /** Of Node itself, e.g. `--max-semi-space-size=2`. */
  readonly nodeOptions?: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** The port on the loopback address to which a debugger may attach. */
  readonly inspectPort?: number | undefined;
  readonly onLine: (line: string, stream: 'stdout' | 'stderr') => void;
  /** Gets each `{ notice }` during the start: a sentence for the waiting person. */
  readonly onNotice?: (text: string) => void;
  /** False for a process with its own time limit for the start. */
  readonly hasStartTimeout?: boolean;
}

export interface Begun {
  /** False while the page is being built. `begin` is called once more after it. */
  readonly hasPage: boolean;
}

export interface Child {
  readonly name: string;
  readonly pid: number;
  /** The message that it sent when it was ready. Rejects with the process's own reason if it ended before. */
  readonly ready: Promise<Readonly<Record<string, unknown>>>;
  /** Resolves when the process has ended, with the way of its end, e.g. `exit code 1`. */
  readonly exited: Promise<string>;
  /** Says to the process that all parts of the stack are ready, and whether the page is. */
  begin(state: Begun): void;
  /** Asks the process to let go of its clients, and waits until it has, or has ended. It runs on. Gives up after a time limit. */
  drain(): Promise<void>;
  /** Asks the process to end and waits for its end. After a time limit it sends SIGKILL. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export function startChild(options: ChildOptions): Child {
  const { name } = options;
  const child = fork(join(ROOT, 'local/launch.mjs'), [options.module, ...options.args], {
    cwd: ROOT,
    env: options.env,
    execArgv: [
      ...(options.nodeOptions ?? []),
      ...(options.inspectPort === undefined
        ? []
        : [`--inspect=${LOOPBACK}:${options.inspectPort}`]),
    ],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Not in the terminal's process group, where Ctrl+C would reach all processes at once, without an order.
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

  // Processes that it started and left running hold its ports and its pipes. Then `close` would not come.
  child.once('exit', () => killGroup(child));
  // `close` and not `exit`, because the last lines have been read then.
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
  // A caller that stops a child before it is ready ignores this rejection.
  ready.catch(() => undefined);

  return {
    name,
    pid: child.pid ?? 0,
    ready,
    exited,
    begin: ({ hasPage }) => {
      // If it ends meanwhile, its end says so.
      if (child.connected) child.send({ begin: true, hasPage }, () => undefined);
    },
    drain: () => drain(child, exited),
    stop: (signal) => stop(child, exited, signal),
  };
}

async function drain(child: ChildProcess, exited: Promise<string>): Promise<void> {
  if (!child.connected) return;
  const drained = new Promise<void>((resolve) => {
    child.on('message', (message) => {
      if (isTrue(message, 'drained')) resolve();
    });
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, DRAIN_TIMEOUT_MS);
  });
  child.send({ drain: true }, () => undefined);
  await Promise.race([drained, exited, late]);
  clearTimeout(timer);
}

async function stop(
  child: ChildProcess,
  exited: Promise<string>,
  signal?: NodeJS.Signals,
): Promise<void> {
  // Windows has no SIGTERM that a process could handle. A closed channel has the same effect.
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

/** Kills the process and its children: SIGKILL of a host alone would leave its workers running. */
function killGroup(child: ChildProcess): void {
  if (process.platform === 'win32' || child.pid === undefined) {
    child.kill('SIGKILL');
    return;
  }
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The process group has ended already.
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
  return isTrue(message, 'ready');
}

function isTrue<Name extends string>(
  message: unknown,
  name: Name,
): message is Record<string, unknown> & Record<Name, true> {
  return typeof message === 'object' && message !== null && Reflect.get(message, name) === true;
}

/** A child that knows the reason prints one line *unable to X; reason. What to do.* That line is the whole message. */
function startFailure(name: string, how: string, complaints: readonly string[]): Error {
  const own = complaints.find((line) => line.startsWith('unable to '));
  if (own) return new Error(own);
  const last = complaints.findLast((line) => /^\S*Error\b/.test(line)) ?? complaints.at(-1);
  return unableToStart(`${name} ended with ${how}${last ? ` (${last.trim()})` : ''}`);
}

function unableToStart(reason: string): Error {
  return new Error(`unable to start the stack; ${reason}. Run again with --verbose to see more.`);
}
