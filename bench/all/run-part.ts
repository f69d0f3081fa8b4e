// Runs one benchmark for bench/all.ts: in a process of its own, for a limited time, and with nothing left behind.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** A benchmark that is asked to end has this long to end its own processes. */
const ENDING_MS = 5_000;

export interface PartOptions {
  readonly timeLimitMs: number;
  /** Ends the benchmark early. */
  readonly signal: AbortSignal;
  /** Gets what the benchmark prints while it prints it. */
  readonly onOutput: (text: string) => void;
}

/**
 * Returns what the benchmark printed on standard output. Its progress and errors go to the terminal.
 * Throws if it fails, takes too long or is ended early. In each case its processes and temporary files are gone afterwards.
 */
export async function runPart(
  file: string,
  args: readonly string[],
  { timeLimitMs, signal, onOutput }: PartOptions,
): Promise<string> {
  const name = basename(file, '.ts');
  const folder = mkdtempSync(join(tmpdir(), 'bench-part-'));
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // Temporary files of a benchmark that was killed are in its own folder. The name also marks its processes, see below.
    env: { ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder },
    detached: process.platform !== 'win32',
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    onOutput(text);
  });
  const end = () => void endGently(child);
  let isLate = false;
  // Not `AbortSignal.any` with `AbortSignal.timeout`: Node 20.20 collects their timer as garbage, and the limit never comes.
  const timer = setTimeout(() => {
    isLate = true;
    end();
  }, timeLimitMs);
  signal.addEventListener('abort', end);
  try {
    const closed = once(child, 'close');
    const [code] = await once(child, 'exit');
    // What it left running holds its pipe.
    killRest(child, folder);
    await closed;
    if (signal.aborted) throw new Error(`unable to measure ${name}; it was interrupted.`);
    if (isLate) {
      const minutes = Math.round(timeLimitMs / 6_000) / 10;
      throw new Error(
        `unable to measure ${name}; it took longer than ${minutes} minutes. Give it more with --minutes.`,
      );
    }
    if (code !== 0)
      throw new Error(`unable to measure ${name}; it ended with code ${code}. See above.`);
    return output.trim();
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
    killRest(child, folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** SIGTERM first: then the parts of a stack notice that their parent is gone, and end by themselves. */
async function endGently(child: ChildProcess): Promise<void> {
  sendToGroup(child, 'SIGTERM');
  const timer = setTimeout(() => sendToGroup(child, 'SIGKILL'), ENDING_MS);
  await once(child, 'exit');
  clearTimeout(timer);
}

/**
 * Kills the processes that a benchmark has left running. On Linux they are all that have its temporary folder in their
 * environment, also those in groups of their own. Elsewhere they are the rest of its group.
 */
function killRest(child: ChildProcess, folder: string): void {
  sendToGroup(child, 'SIGKILL');
  for (const pid of processesWith(`TMPDIR=${folder}\0`)) send(pid, 'SIGKILL');
}

function sendToGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') child.kill(signal);
  else send(-child.pid, signal);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}

function processesWith(variable: string): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      return `${readFileSync(`/proc/${entry}/environ`, 'latin1')}\0`.includes(variable)
        ? [Number(entry)]
        : [];
    } catch {
      // It has ended, or belongs to somebody else.
      return [];
    }
  });
}
