import { describe, expect, test } from '@jest/globals';
import type { Call } from '../../../../local/host/call.ts';
import {
  type Clock,
  parseTimerTrigger,
  startTimer,
  toLocalIso,
} from '../../../../local/host/timer/timer-trigger.ts';

/** A clock that only the test moves. */
function manualClock(start: number) {
  let time = start;
  let waiting: { due: number; callback: () => void } | undefined;
  const delays: number[] = [];
  const clock: Clock = {
    now: () => time,
    after(ms, callback) {
      delays.push(ms);
      const entry = { due: time + ms, callback };
      waiting = entry;
      return () => {
        if (waiting === entry) waiting = undefined;
      };
    },
  };
  return {
    clock,
    delays,
    isWaiting: () => waiting !== undefined,
    async fire() {
      const entry = waiting;
      if (!entry) throw new Error('nothing waits');
      waiting = undefined;
      time = Math.max(time, entry.due);
      entry.callback();
      await new Promise((resolve) => setImmediate(resolve));
    },
    pass(ms: number) {
      time += ms;
    },
  };
}

const NOON = new Date('2026-03-04T12:00:00').getTime();
const trigger = (schedule: string, more = {}) =>
  parseTimerTrigger('tick', { type: 'timerTrigger', schedule, ...more });
const payload = (call: Call | undefined) => JSON.parse(call?.trigger.json ?? '{}');

function start(schedule: string, more = {}) {
  const manual = manualClock(NOON);
  const calls: Call[] = [];
  const gates: (() => void)[] = [];
  const run = (call: Call) => {
    calls.push(call);
    return new Promise<never>((_, reject) => gates.push(() => reject(new Error('failed'))));
  };
  const timer = startTimer(trigger(schedule, more), run, manual.clock);
  const finish = async () => {
    gates.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { ...manual, calls, timer, finish };
}

test('a timer first runs at the next occurrence', async () => {
  const { delays, fire, calls } = start('0 */5 * * * *');
  expect(delays).toEqual([300_000]);
  await fire();
  expect(calls).toHaveLength(1);
});

test('with runOnStartup it runs at once', () => {
  expect(start('0 0 0 1 1 *', { runOnStartup: true }).delays).toEqual([1]);
});

test('runs never overlap, and a failed one does not end the timer', async () => {
  const { fire, isWaiting, finish, pass, delays, calls } = start('0 */5 * * * *');
  await fire();
  expect(isWaiting()).toBe(false);
  pass(7 * 60_000);
  await finish();
  // Two occurrences passed meanwhile. They are skipped.
  expect(delays).toEqual([300_000, 180_000]);
  await fire();
  expect(calls).toHaveLength(2);
});

test('a function gets the times of its last and its next run', async () => {
  const { fire, finish, calls } = start('0 */5 * * * *');
  await fire();
  await finish();
  await fire();
  expect(payload(calls[1])).toEqual({
    Schedule: { AdjustForDST: true },
    ScheduleStatus: {
      Last: toLocalIso(NOON + 300_000),
      Next: toLocalIso(NOON + 900_000),
      LastUpdated: toLocalIso(NOON + 300_000),
    },
    IsPastDue: false,
  });
});

test.each([
  ['*/30 * * * * *', {}],
  ['0 */5 * * * *', { useMonitor: false }],
])('a timer of %s %j has no status', async (schedule, more) => {
  const { fire, calls } = start(schedule, more);
  await fire();
  expect(payload(calls[0]).ScheduleStatus).toBeNull();
});

test('a wait longer than the limit of setTimeout is several waits', async () => {
  const { delays, fire, calls, isWaiting } = start('60.00:00:00');
  while (calls.length === 0 && isWaiting()) await fire();
  expect(delays.length).toBeGreaterThan(1);
  expect(delays.reduce((sum, ms) => sum + ms)).toBe(60 * 86_400_000);
});

test('a stopped timer has no next run, also if it was running', async () => {
  const { timer, fire, finish, isWaiting } = start('0 */5 * * * *');
  await fire();
  timer.stop();
  await finish();
  expect(isWaiting()).toBe(false);
});

test('a timer without a schedule is refused', () => {
  expect(() => parseTimerTrigger('tick', { type: 'timerTrigger' })).toThrow(/has no schedule/);
});

describe.each([11, 120])('H9: a clock that is set back by %d s', (seconds) => {
  test('lets a timer go on: never after a negative time, and once for each due time of the new clock', async () => {
    const { fire, pass, delays, calls, finish } = start('0 * * * * *');
    await fire();
    expect(calls).toHaveLength(1);
    pass(-seconds * 1_000);
    await finish();
    for (let runs = 0; runs < 3; runs += 1) {
      await fire();
      await finish();
    }
    expect(calls).toHaveLength(4);
    const [, ...later] = delays;
    for (const delay of later) expect(delay).toBeGreaterThan(0);
    for (const delay of later.slice(1)) expect(delay).toBe(60_000);
  });
});
