// Runs a range of seeds, in this process or split over several.

import { fork } from 'node:child_process';
import { join } from 'node:path';
import { type Outcome, simulate } from './simulate.ts';
import * as subject from './subject.ts';

export interface SeedRange {
  readonly from: number;
  readonly count: number;
  /** Whether the run goes on after a failure. */
  readonly all: boolean;
}

/** What the seeds of a range did together. */
export interface Totals {
  /** Seeds that kept every promise. */
  readonly kept: number;
  readonly steps: number;
  readonly messages: number;
  /** The latest rest after a storm, ms. */
  readonly slowestMs: number;
  /** The most storage requests per call of a seed. */
  readonly dearest: number;
  /** In the order of their seeds. Without `all` at most one. */
  readonly failures: readonly Outcome[];
}

export const NOTHING: Totals = {
  kept: 0,
  steps: 0,
  messages: 0,
  slowestMs: 0,
  dearest: 0,
  failures: [],
};

export interface Job {
  /** Rejects if it ended without a result and was not stopped. */
  readonly ended: Promise<Totals>;
  readonly stop: () => void;
}

export async function runSeeds({ from, count, all }: SeedRange): Promise<Totals> {
  let totals = NOTHING;
  for (let seed = from; seed < from + count; seed += 1) {
    totals = together(totals, toTotals(await simulate(seed, subject)));
    if (totals.failures.length > 0 && !all) break;
  }
  return totals;
}

function toTotals(outcome: Outcome): Totals {
  if (outcome.broken) return { ...NOTHING, failures: [outcome] };
  const { steps, messages, restAfterMs: slowestMs, tableRequests, calls } = outcome;
  return { kept: 1, steps, messages, slowestMs, dearest: tableRequests / calls, failures: [] };
}

function together(a: Totals, b: Totals): Totals {
  return {
    kept: a.kept + b.kept,
    steps: a.steps + b.steps,
    messages: a.messages + b.messages,
    slowestMs: Math.max(a.slowestMs, b.slowestMs),
    dearest: Math.max(a.dearest, b.dearest),
    failures: [...a.failures, ...b.failures],
  };
}

/**
 * Splits the range over so many processes. Without `all` the lowest failing seed is the only one in the result: the parts
 * above it are stopped, and the parts below it run to their end. Rejects if a process ends without a result.
 */
export async function runInJobs(
  jobs: number,
  { from, count, all }: SeedRange,
  start: (part: SeedRange) => Job = startJob,
): Promise<Totals> {
  const size = Math.ceil(count / jobs);
  const parts: SeedRange[] = [];
  for (let at = 0; at < count; at += size) {
    parts.push({ from: from + at, count: Math.min(size, count - at), all });
  }
  const stops: (() => void)[] = [];
  const results = await Promise.all(
    parts.map(async (part, index) => {
      const job = start(part);
      stops[index] = job.stop;
      const totals = await job.ended;
      if (!all && totals.failures.length > 0) for (const stop of stops.slice(index + 1)) stop();
      return totals;
    }),
  ).finally(() => {
    for (const stop of stops) stop();
  });
  const lowest = all ? -1 : results.findIndex(({ failures }) => failures.length > 0);
  return (lowest < 0 ? results : results.slice(0, lowest + 1)).reduce(together, NOTHING);
}

const LAUNCHER = join(import.meta.dirname, '..', '..', 'local', 'launch.mjs');
const RUN = join(import.meta.dirname, 'run.ts');
/**
 * With a process a core, the threads of the garbage collector and the compiler would only take time from the other ones. Most of
 * a world lives shortly, so a large young generation copies less of it.
 */
const FLAGS = [
  '--single-threaded',
  '--no-flush-bytecode',
  '--min-semi-space-size=16',
  '--max-semi-space-size=32',
];

function startJob({ from, count, all }: SeedRange): Job {
  const range = ['--from', `${from}`, '--seeds', `${count}`, ...(all ? ['--all'] : [])];
  const job = fork(LAUNCHER, [RUN, ...range], { execArgv: FLAGS });
  let isStopped = false;
  const ended = new Promise<Totals>((resolve, reject) => {
    let totals: Totals | undefined;
    job.on('message', (message) => {
      totals = message as Totals;
    });
    job.on('error', reject);
    job.on('exit', (code, signal) => {
      if (totals) resolve(totals);
      else if (isStopped) resolve(NOTHING);
      else {
        const last = from + count - 1;
        reject(
          new Error(
            `unable to simulate seeds ${from} to ${last}; their process ended with ${signal ?? code}.`,
          ),
        );
      }
    });
  });
  const stop = () => {
    isStopped = true;
    job.kill();
  };
  return { ended, stop };
}
