// The process around `func start` (Azure Functions Core Tools) or another host's command. It reports when the chat answers
// there, or why it cannot. It ends the host on request, and when its own parent has ended.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { messageOf } from '../command.ts';
import { findBundles } from './func-bundle.ts';
import { askHealth } from './func-health.ts';
import { unable } from './func-log.ts';
import { FuncStart, type Verdict } from './func-start.ts';
import { LOOPBACK } from './ports.ts';

const POLL_MS = 100;
/** After this time, ms, a notice says what takes so long. */
const LONG_MS = 10_000;
/** The real host ends about 100 ms after SIGINT. It ignores SIGTERM. */
const END_PATIENCE_MS = 5_000;
const LAST_WORDS_MS = 1_000;

const { values, positionals } = parseArgs({
  options: { 'app-dir': { type: 'string' }, port: { type: 'string' } },
  allowPositionals: true,
});
const { 'app-dir': appDir = process.cwd(), port = '7071' } = values;
const [command = 'func', ...args] = positionals;
const origin = `http://${LOOPBACK}:${port}`;

let isEnding = false;
const host = spawn(command, [...args, '--port', port], {
  cwd: appDir,
  stdio: ['ignore', 'pipe', 'pipe'],
  // On Windows npm installs func as a batch file, and only a shell can start one.
  shell: process.platform === 'win32',
});
const exited = new Promise<string>((resolve) => {
  host.once('exit', (code, signal) => {
    const how = signal ?? `exit code ${code}`;
    // Its last lines have been read then, unless one of its children holds the pipe open.
    host.once('close', () => resolve(how));
    setTimeout(resolve, LAST_WORDS_MS, how);
  });
  host.once('error', (error) => resolve(messageOf(error)));
});
// Without a parent nobody reads this. The host has to end in any case.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
process.on('SIGTERM', () => void end(0));
process.on('SIGINT', () => void end(0));
process.on('disconnect', () => void end(0));

const deps = { bundles: await findBundles(appDir, process.env), node: process.version };
const start = new FuncStart(deps, performance.now());
const verdict = await Promise.race([fromLines(host), fromHealth(), fromExit()]);
if (!isEnding) {
  if (verdict.kind === 'ready') {
    process.send?.({ ready: true, port: Number(port), url: origin });
    await exited;
    if (!isEnding) process.exit(1);
  } else {
    console.error(verdict.sentence);
    await end(1);
  }
}

/** Forwards the host's lines. Resolves if one of them is a reason to give up. */
function fromLines({ stdout, stderr }: ChildProcess): Promise<Verdict> {
  return new Promise((resolve) => {
    for (const [from, to] of [
      [stdout, process.stdout] as const,
      [stderr, process.stderr] as const,
    ]) {
      if (!from) continue;
      createInterface({ input: from }).on('line', (line) => {
        to.write(`${line}\n`);
        const verdict = start.onLine(line, performance.now());
        if (verdict) resolve(verdict);
      });
    }
  });
}

async function fromHealth(): Promise<Verdict> {
  const startedAt = performance.now();
  let isNoted = false;
  for (;;) {
    const verdict = start.onHealth(await askHealth(origin), performance.now());
    if (verdict) return verdict;
    if (!isNoted && performance.now() - startedAt > LONG_MS) {
      isNoted = true;
      process.send?.({ notice: toNotice() });
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function toNotice(): string {
  const { inRange, range } = deps.bundles;
  return start.isSilent && inRange === undefined && range !== ''
    ? `func does not listen yet; it downloads the extension bundle ${range}, once`
    : 'func does not answer yet; --verbose shows its log';
}

async function fromExit(): Promise<Verdict> {
  const how = await exited;
  return host.pid === undefined
    ? { kind: 'failed', sentence: unable(how, 'Install Azure Functions Core Tools again') }
    : start.onExit(how);
}

/** Sends SIGINT, which the host handles, and later SIGKILL. */
async function end(code: number): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  if (process.platform === 'win32') {
    // Windows has no signals, and the shell's children would stay.
    execFile('taskkill', ['/pid', String(host.pid), '/t', '/f']);
  } else {
    host.kill('SIGINT');
  }
  await Promise.race([exited, new Promise((resolve) => setTimeout(resolve, END_PATIENCE_MS))]);
  // The parent kills the rest of this process group (child.ts): func from npm is a Node process around the host, and the host
  // has workers.
  process.exit(code);
}
