import { expect, test } from '@jest/globals';
import { type Job, NOTHING, runInJobs, type SeedRange, type Totals } from './seeds.ts';
import type { Outcome } from './simulate.ts';

const failed = (seed: number) => ({ seed, broken: 'at 1 s' }) as Outcome;

/** Jobs that end when the test says so. */
function newJobs() {
  const jobs = new Map<
    number,
    { readonly part: SeedRange; readonly end: (totals: Totals) => void }
  >();
  const stopped: number[] = [];
  const start = (part: SeedRange): Job => {
    let end: (totals: Totals) => void = () => {};
    const ended = new Promise<Totals>((resolve) => {
      end = resolve;
    });
    jobs.set(part.from, { part, end });
    const stop = () => {
      stopped.push(part.from);
      end(NOTHING);
    };
    return { ended, stop };
  };
  return { jobs, stopped, start };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test('jobs cover each seed of the range once, and their results are added up', async () => {
  const { jobs, start } = newJobs();
  const result = runInJobs(3, { from: 5, count: 10, all: false }, start);
  const parts = [...jobs.values()].map(({ part: { from, count } }) => [from, count]);
  expect(parts).toEqual([
    [5, 4],
    [9, 4],
    [13, 2],
  ]);
  for (const { part, end } of jobs.values()) {
    end({ ...NOTHING, kept: part.count, steps: 100, slowestMs: part.from });
  }
  expect(await result).toEqual({ ...NOTHING, kept: 10, steps: 300, slowestMs: 13 });
});

test('of several failing jobs the lowest seed is the result, also if a higher one fails first', async () => {
  const { jobs, stopped, start } = newJobs();
  const result = runInJobs(3, { from: 1, count: 30, all: false }, start);
  jobs.get(11)?.end({ ...NOTHING, kept: 3, failures: [failed(14)] });
  await settle();
  expect(stopped).toEqual([21]);
  jobs.get(1)?.end({ ...NOTHING, kept: 6, failures: [failed(7)] });
  expect(await result).toMatchObject({ kept: 6, failures: [{ seed: 7 }] });
});

test('jobs that go on after a failure report each failing seed', async () => {
  const { jobs, start } = newJobs();
  const result = runInJobs(2, { from: 1, count: 20, all: true }, start);
  jobs.get(11)?.end({ ...NOTHING, kept: 8, failures: [failed(12), failed(15)] });
  jobs.get(1)?.end({ ...NOTHING, kept: 9, failures: [failed(2)] });
  expect((await result).failures.map(({ seed }) => seed)).toEqual([2, 12, 15]);
});
