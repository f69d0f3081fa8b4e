// From `npm start` to the first answer of /api/health, and to the first page. Runs the build before and this one in turns: cold, as after `npm ci`
// with no dist and no .cache, and warm, as the second start.
//
//   npm run bench -- start [--turns 5] [--base COMMIT]
//
// The processor time is that of all processes of the start, also of those that have ended.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../local/root.ts';
import { findFreePort } from '../local/stack/ports.ts';
import { buildBase } from './base-build.ts';
import { median } from './median.ts';
import { readOptions } from './options.ts';

const values = readOptions({
  turns: { type: 'string', default: '5' },
  base: { type: 'string', default: 'db47424' },
});
/** The page is asked for after the answer of the functions, which may come before it. */
const ANSWERS = [
  ['health', '/api/health'],
  ['page', '/'],
] as const;
/** Linux counts processor time in hundredths of a second. */
const TICK_MS = 10;

interface Cost {
  readonly wallMs: number;
  readonly cpuMs: number;
}

const base = await buildBase(values.base);
const before = new Map<string, Cost[]>();
const now = new Map<string, Cost[]>();
console.log(
  `Load of the machine before: ${loadavg()[0]?.toFixed(2)} on ${availableParallelism()} cores.\n`,
);
try {
  for (let turn = 0; turn < Number(values.turns); turn += 1) {
    for (const [root, costs] of [
      [base.root, before],
      [ROOT, now],
    ] as const) {
      for (const folder of ['dist', '.cache'])
        rmSync(join(root, folder), { recursive: true, force: true });
      for (const title of ['cold', 'warm']) {
        for (const [what, cost] of await start(root)) add(costs, `${title}, ${what}`, cost);
      }
    }
  }
} finally {
  base.remove();
}
console.log('| npm start, ms | before | now | ratio |\n|---|---:|---:|---:|');
for (const title of before.keys()) {
  for (const [name, key] of [
    ['processor time', 'cpuMs'],
    ['wall time', 'wallMs'],
  ] as const) {
    const [old, fresh] = [before, now].map((costs) =>
      median((costs.get(title) ?? []).map((cost) => cost[key])),
    ) as [number, number];
    console.log(
      `| ${title}, ${name} | ${Math.round(old)} | ${Math.round(fresh)} | ${(fresh / old).toFixed(2)} |`,
    );
  }
}

async function start(root: string): Promise<[what: string, cost: Cost][]> {
  const port = await findFreePort();
  const ports = ['--port', String(port), '--service-port', '0', '--table-port', '0'];
  const startedAt = performance.now();
  const child = spawn('npm', ['start', '--', ...ports, '--ephemeral'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    // A process group of its own: npm does not pass on a signal, and Ctrl+C reaches the whole group.
    detached: true,
  });
  const ended = once(child, 'exit');
  try {
    const costs: [string, Cost][] = [];
    for (const [what, path] of ANSWERS) {
      await answerOf(`http://127.0.0.1:${port}${path}`, child);
      costs.push([what, { wallMs: performance.now() - startedAt, cpuMs: cpuOf(child.pid ?? 0) }]);
    }
    return costs;
  } finally {
    process.kill(-(child.pid ?? 0), 'SIGINT');
    await ended;
  }
}

async function answerOf(url: string, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error('unable to measure a start; it has failed.');
    const response = await fetch(url).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Of the process, its descendants, and those of them that have ended. */
function cpuOf(root: number): number {
  const processes = readdirSync('/proc').flatMap((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The fields follow the name in brackets, which may contain any character.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const ticks = [11, 12, 13, 14].map((at) => Number(fields[at]));
      return [{ pid: Number(pid), parent: Number(fields[1]), ms: sum(ticks) * TICK_MS }];
    } catch {
      return [];
    }
  });
  const costOf = (pid: number): number =>
    sum(
      processes.map((found) =>
        found.pid === pid ? found.ms : found.parent === pid ? costOf(found.pid) : 0,
      ),
    );
  return costOf(root);
}

function add(costs: Map<string, Cost[]>, title: string, cost: Cost): void {
  costs.set(title, [...(costs.get(title) ?? []), cost]);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
