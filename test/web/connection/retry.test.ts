import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import {
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
