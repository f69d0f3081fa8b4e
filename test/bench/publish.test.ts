// What `npm run bench -- publish --base` makes of the copies that arrive.

import { describe, expect, test } from '@jest/globals';
import { Arrivals, steadinessOf } from '../../bench/publish/arrivals.ts';
import { toTable } from '../../bench/publish/side-by-side.ts';

/** Everybody gets each line at its time. */
function receive(people: number, atMs: readonly number[]): Arrivals {
  const arrivals = new Arrivals(people, atMs.length);
  for (const [line, at] of atMs.entries()) {
    for (let person = 0; person < people; person += 1) arrivals.arrived(person, line, at);
  }
  return arrivals;
}

/** One line each millisecond in the first half, and one each four milliseconds in the second. */
const SLOWER = Array.from({ length: 100 }, (_, n) => (n < 50 ? n : 50 + (n - 50) * 4));

describe('arrivals', () => {
  test('know when the first copy and when each tenth of all copies was there', () => {
    const arrivals = receive(3, SLOWER);
    expect(arrivals.isComplete).toBe(true);
    expect(arrivals.result()).toEqual({
      lost: 0,
      doubled: 0,
      atMs: [0, 9, 19, 29, 39, 49, 86, 126, 166, 206, 246],
    });
  });

  test('a second copy for one person is doubled, and makes up for nobody else', () => {
    const arrivals = new Arrivals(2, 10);
    for (let line = 0; line < 10; line += 1) arrivals.arrived(0, line, line);
    arrivals.arrived(0, 3, 20);
    arrivals.arrived(1, 3, 21);
    expect(arrivals.isComplete).toBe(false);
    expect(arrivals.result()).toMatchObject({ lost: 9, doubled: 1 });
  });

  test('what people say in between is no line of the log', () => {
    const arrivals = receive(1, [5, 6]);
    for (const line of [-999_999, -1, 2]) arrivals.arrived(0, line, 7);
    expect(arrivals.result()).toMatchObject({ lost: 0, doubled: 0 });
  });

  test('a log of fewer lines than tenths has all of them at its end', () => {
    expect(receive(1, [1, 2, 3]).result().atMs).toEqual([1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3]);
  });
});

describe('the last tenth against the first', () => {
  test('is a rate, so a slower end is below 1', () => {
    expect(steadinessOf(receive(2, SLOWER).result())).toBeCloseTo(9 / 40);
  });

  test('is unknown if lines are missing', () => {
    const arrivals = new Arrivals(1, 10);
    for (let line = 0; line < 9; line += 1) arrivals.arrived(0, line, line);
    expect(steadinessOf(arrivals.result())).toBeNaN();
  });
});

test('each row has the median of both builds and their ratio', () => {
  const published = (lines: number, tookMs: number) => ({
    lines,
    tookMs,
    arrived: { lost: lines === 100 ? 0 : 2, doubled: 1, atMs: SLOWER.slice(0, 11) },
    quietMs: 20,
    pauseMs: tookMs / 10,
    memoryBefore: 100e6,
    memoryPeak: 130e6,
    dataBytes: lines * 1e5,
  });
  const before = [published(100, 2_000), published(100, 1_000), published(100, 90_000)];
  const now = [published(200, 500)];
  expect(toTable(before, now).split('\n')).toEqual([
    '| | before | now | ratio |',
    '|---|---:|---:|---:|',
    '| lines a second | 50 | 400 | 8.00 |',
    '| last tenth / first tenth of the lines, rate | 1.00 | 1.00 | 1.00 |',
    '| longest pause of those who chat, ms | 200 | 50 | 0.25 |',
    '| the same before the log, ms | 20 | 20 | 1.00 |',
    '| peak memory of storage, MB | 130 | 130 | 1.00 |',
    '| the same before the log, MB | 100 | 100 | 1.00 |',
    '| size of the data, MB | 10.0 | 20.0 | 2.00 |',
    '| peak memory / size of the data | 13.00 | 6.50 | 0.50 |',
    '| memory that the log added / size of the data | 3.00 | 1.50 | 0.50 |',
    '| copies lost or doubled | 1 | 3 | 3.00 |',
  ]);
});
