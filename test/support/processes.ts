// Runs commands as a user does, and finds the processes that they leave behind.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Command {
  readonly pid: number;
  /** Its output so far. */
  readonly stdout: string;
  readonly stderr: string;
  /** Resolves with the match as soon as stdout matches. Rejects if the command ends before. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  signal(signal: NodeJS.Signals): void;
}

/** Runs a TypeScript module of the checkout in Node, as the scripts of package.json do. */
export function runModule(
  module: string,
  args: readonly string[],
  { cwd = process.cwd(), env = {} }: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Command {
  const child = spawn(process.execPath, ['local/launch.mjs', module, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (written.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (written.stderr += text));
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal);
  return {
    pid: child.pid ?? 0,
    get stdout() {
      return written.stdout;
    },
    get stderr() {
      return written.stderr;
    },
    ended,
    says: (pattern) => waitFor(child, pattern, () => written),
    signal: (signal) => void child.kill(signal),
  };
}

function waitFor(
  child: ChildProcess,
  pattern: RegExp,
  written: () => { readonly stdout: string; readonly stderr: string },
): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const match = pattern.exec(written().stdout);
      if (match) resolve(match);
    };
    look();
    child.stdout?.on('data', look);
    child.once('close', () => {
      reject(new Error(`it ended before it said ${pattern}: ${JSON.stringify(written())}`));
    });
  });
}

/** All descendants of a process. */
export async function descendantsOf(pid: number): Promise<number[]> {
  const children = new Map<number, number[]>();
  for (const { pid: child, parent } of await listProcesses()) {
    children.set(parent, [...(children.get(parent) ?? []), child]);
  }
  const found: number[] = [];
  const visit = (parent: number) => {
    for (const child of children.get(parent) ?? []) {
      found.push(child);
      visit(child);
    }
  };
  visit(pid);
  return found;
}

/** Resolves when all of these have ended. After ten seconds it rejects with the remaining ones. */
export async function allGone(pids: readonly number[]): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const alive = (await listProcesses()).filter(({ pid }) => pids.includes(pid));
    if (alive.length === 0) return;
    if (Date.now() > deadline) throw new Error(`left behind: ${JSON.stringify(alive)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Without zombies, which have ended. */
async function listProcesses(): Promise<readonly Process[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='], {
    maxBuffer: 16 * 1_024 * 1_024,
  });
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, stat, command = ''] =
      /^\s*(\d+)\s+(\d+)\s+(\S+)\s*(.*)$/.exec(line) ?? [];
    if (!pid || stat?.startsWith('Z')) return [];
    return [{ pid: Number(pid), parent: Number(parent), command: command.slice(0, 120) }];
  });
}
