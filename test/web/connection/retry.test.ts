import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import {
  blockedDelayMs,
  LONGEST_RETRY_MS,
  makePause,
  retryDelayMs,
  within,
} from '../../../web/connection/retry.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('fixes: a page that may not enter', () => {
  const CLOSED = { endsInMs: undefined, mayEndSoon: true, blockedMs: 0, online: 3 };
  const between = (blocked: Omit<Parameters<typeof blockedDelayMs>[0], 'random'>) =>
    [0, 1].map((random) => blockedDelayMs({ ...blocked, random: () => random }));

  test('notices within ten seconds that a room is open again, while somebody looks', () => {
    expect(between(CLOSED)).toEqual([5_000, 10_000]);
  });

  test('asks seldom if nobody looks, or after ten minutes', () => {
    expect(between({ ...CLOSED, mayEndSoon: false })).toEqual([30_000, 60_000]);
    expect(between({ ...CLOSED, blockedMs: 600_000 })).toEqual([30_000, 60_000]);
  });

  test.each([20, 50, 100])(
    'of %i people costs three requests a second, for all together',
    (online) => {
      const [least = 0, most = 0] = between({ ...CLOSED, online });
      expect((online * 2_000) / (least + most)).toBeLessThan(3);
    },
  );

  test('asks nothing before the end of a ban, and soon after it', () => {
    expect(between({ ...CLOSED, endsInMs: 300_000 })).toEqual([301_000, 306_000]);
    expect(between({ ...CLOSED, endsInMs: -5 })).toEqual([1_000, 6_000]);
    // A timer of more than 24 days would end at once. The room may be erased, with the ban.
    expect(between({ ...CLOSED, endsInMs: 1e11 })).toEqual([600_000, 600_000]);
  });
});

describe('retryDelayMs', () => {
  test.each([
    [0, 1_000],
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [5, 16_000],
    [6, LONGEST_RETRY_MS],
    [10_000, LONGEST_RETRY_MS],
  ])('after %i failures is anything up to %i ms', (failures, most) => {
    expect(retryDelayMs(failures, () => 0)).toBe(0);
    expect(retryDelayMs(failures, () => 0.5)).toBe(most / 2);
    expect(retryDelayMs(failures, () => 1)).toBe(most);
  });
});

describe('a pause', () => {
  test.each([50, Number.POSITIVE_INFINITY])('of %d ms can be cut short', async (ms) => {
    const pause = makePause();
    const waiting = pause.wait(ms);
    pause.cut();
    await expect(waiting).resolves.toBeUndefined();
    expect(jest.getTimerCount()).toBe(0);
  });

  test('can be cut without a wait', () => {
    expect(() => makePause().cut()).not.toThrow();
  });
});

describe('within', () => {
  test('passes an outcome on that comes in time, and leaves no timer', async () => {
    await expect(within(100, Promise.resolve(7), 'count')).resolves.toBe(7);
    await expect(within(100, Promise.reject(new Error('no')), 'count')).rejects.toThrow('no');
    expect(jest.getTimerCount()).toBe(0);
  });

  test('rejects without one in time', async () => {
    const outcome = within(2_000, new Promise(() => {}), 'count');
    jest.advanceTimersByTime(2_000);
    await expect(outcome).rejects.toThrow('unable to count; no answer within 2 s. Trying again.');
  });
});
