// Capacity of the whole local stack with 1,000 people, in 20 rooms and in one: the highest steady rate of messages with
// a p99 latency of at most one second, the part that limits it, and the time until everybody is back after a cut.
//
//   npm run bench -- load [--people 1000] [--seconds 5] [--first 10] [--factor 1.5] [--base COMMIT]
//
// `--seconds` are those of one rate, `--first` is the first rate, and each other one is `--factor` times the one before.
// With a base it measures that build before this one, and prints the ratio of their rates.

import type { ChildProcess } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';
import { build } from '../local/build/build.ts';
import { type Stack, startStack } from '../local/stack/stack.ts';
import { type BaseBuild, buildBase } from './base-build.ts';
import type { StormResult, TalkResult } from './load/generator.ts';
import { send, startGenerator } from './load/order.ts';
import { readOptions } from './options.ts';
import { busyMs, usageOf } from './service/usage.ts';

const values = readOptions({
  people: { type: 'string', default: '1000' },
  seconds: { type: 'string', default: '5' },
  first: { type: 'string', default: '10' },
  factor: { type: 'string', default: '1.5' },
  base: { type: 'string' },
});
const PEOPLE = Number(values.people);
const MS = Number(values.seconds) * 1_000;
const FIRST_RATE = Number(values.first);
/** The true limit is less than this times the reported one. */
const FACTOR = Number(values.factor);
const WARM_UP_RATE = 10;
const GOAL_MS = 1_000;

interface Step extends TalkResult {
  readonly rate: number;
  readonly cores: Cores;
}

/** Cores that each process used, and that all other programs of the machine used together. */
type Cores = Readonly<Record<string, number>>;

console.log(
  `Load of the machine before: ${loadavg()[0]?.toFixed(2)}. ${PEOPLE} people, ${MS / 1_000} s a rate.\n`,
);
await build({ forProduction: true });
if (values.base === undefined) {
  for (const rooms of [20, 1]) await measure(rooms, startStack);
} else {
  await compare(await buildBase(values.base));
}

async function compare(base: BaseBuild): Promise<void> {
  try {
    const { startStack: startBase } = await base.load<{ startStack: typeof startStack }>(
      'local/stack/stack.ts',
    );
    const ratios: string[] = [];
    for (const rooms of [20, 1]) {
      console.log('before:');
      const before = await measure(rooms, startBase);
      console.log('\nnow:');
      const now = await measure(rooms, startStack);
      ratios.push(
        `| ${toTitle(rooms)} | ${before} | ${now} | ${before === 0 ? '–' : (now / before).toFixed(2)} |`,
      );
    }
    console.log(
      '\n| highest rate, messages a second | before | now | ratio |\n|---|---:|---:|---:|',
    );
    for (const ratio of ratios) console.log(ratio);
  } finally {
    base.remove();
  }
}

function toTitle(rooms: number): string {
  return `${PEOPLE} people in ${rooms === 1 ? 'one room' : `${rooms} rooms`}`;
}

/** The highest rate. Each measurement has its own stack, so earlier rooms do not slow it down. */
async function measure(rooms: number, start: typeof startStack): Promise<number> {
  const stack = await start();
  const generator = startGenerator();
  try {
    const filledMs = await send<number>(generator, {
      kind: 'fill',
      url: stack.url,
      people: PEOPLE,
      rooms,
    });
    console.log(`${toTitle(rooms)}: all in and counted after ${(filledMs / 1_000).toFixed(1)} s\n`);
    const steps = await climb(stack, generator);
    const highest = printSteps(steps, PEOPLE / rooms);
    const [stormed, cores] = await withCores(stack, generator, () =>
      send<StormResult>(generator, { kind: 'storm' }),
    );
    printStorm(stormed, cores);
    await send(generator, { kind: 'leave' });
    return highest;
  } finally {
    generator.kill('SIGKILL');
    await stack.stop();
  }
}

/** Raises the rate until the goal is missed. */
async function climb(stack: Stack, generator: ChildProcess): Promise<Step[]> {
  // Warm-up: V8 compiles the hot paths.
  await send(generator, { kind: 'talk', rate: WARM_UP_RATE, ms: 3_000 });
  const steps: Step[] = [];
  for (let rate = FIRST_RATE; ; rate = Math.round(rate * FACTOR)) {
    const step = await talk(stack, generator, rate);
    steps.push(step);
    if (step.p99Ms > GOAL_MS || step.missing > 0) return steps;
  }
}

async function talk(stack: Stack, generator: ChildProcess, rate: number): Promise<Step> {
  const [talked, cores] = await withCores(stack, generator, () =>
    send<TalkResult>(generator, { kind: 'talk', rate, ms: MS }),
  );
  return { rate, ...talked, cores };
}

async function withCores<Result>(
  stack: Stack,
  generator: ChildProcess,
  run: () => Promise<Result>,
): Promise<[Result, Cores]> {
  const processes = [...stack.children, { name: 'generator', pid: generator.pid ?? 0 }];
  const before = processes.map(({ pid }) => usageOf(pid).cpuMs);
  const allBefore = busyMs();
  const startedAt = performance.now();
  const result = await run();
  const tookMs = performance.now() - startedAt;
  const own = processes.map(
    ({ pid }, index) => (usageOf(pid).cpuMs - (before[index] ?? 0)) / tookMs,
  );
  const all = (busyMs() - allBefore) / tookMs;
  const others = Math.max(0, all - own.reduce((sum, share) => sum + share, 0));
  const named = processes.map(({ name }, index) => [name, own[index] ?? 0]);
  return [result, { ...Object.fromEntries(named), others }];
}

/** Returns the highest rate that met the goal, 0 if none did. */
function printSteps(steps: readonly Step[], perRoom: number): number {
  const names = Object.keys(steps[0]?.cores ?? {});
  const head = ['messages/s', 'deliveries/s', 'p50 ms', 'p99 ms', 'max ms', 'missing', ...names];
  const rows = steps.map(({ rate, p50Ms, p99Ms, maxMs, missing, cores }) => [
    ...[rate, rate * perRoom, p50Ms, p99Ms, maxMs, missing].map(String),
    ...names.map((name) => (cores[name] ?? 0).toFixed(2)),
  ]);
  for (const row of [head, ...rows]) console.log(row.map((cell) => cell.padStart(12)).join(''));
  const best = steps.findLast(({ p99Ms, missing }) => p99Ms <= GOAL_MS && missing === 0);
  console.log(
    `\nhighest rate within ${GOAL_MS} ms at p99: ${best?.rate ?? 'none'} messages a second; at the next one ${toLimit(steps.at(-1)?.cores)} (columns at the right: cores used)`,
  );
  return best?.rate ?? 0;
}

function printStorm(
  { welcomedMs, caughtUpMs, rosterMs, countedMs }: StormResult,
  cores: Cores,
): void {
  const [welcomed, caughtUp, roster, counted] = [welcomedMs, caughtUpMs, rosterMs, countedMs].map(
    (ms) => (ms / 1_000).toFixed(1),
  );
  console.log(
    `\nall cut off at once: the last is welcomed after ${welcomed} s, caught up after ${caughtUp} s, knows who is there after ${roster} s\nthe count is right after ${counted} s; ${toLimit(cores)}\n`,
  );
}

/** The resource that was closest to its limit. */
function toLimit(cores: Cores = {}): string {
  const { others = 0, ...own } = cores;
  const [name, share = 0] = Object.entries(own).toSorted(([, a], [, b]) => b - a)[0] ?? [];
  const free = availableParallelism() - others;
  const rest = `of the ${free.toFixed(1)} cores that other programs left`;
  return `${name} is busiest with ${share.toFixed(2)} ${rest}`;
}
