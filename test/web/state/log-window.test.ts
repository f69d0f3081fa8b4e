import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  AT_END,
  fitWindow,
  hold,
  holdAround,
  indexOf,
  LEAST,
  type LogWindow,
  MOST,
  moveToNewer,
  moveToOlder,
  rangeOf,
  reachesEnd,
  STEP,
} from '../../../web/state/log-window.ts';
import { runs } from '../../support/sizes.ts';
import { messagesOf } from '../samples.ts';

const sizeOf = (count: number, window: LogWindow) => {
  const { start, end } = rangeOf(messagesOf(1, count), window);
  return end - start;
};

test('at the end the window holds the last messages, and all of a short log', () => {
  for (let count = 0; count < 500; count += 1) {
    const { start, end } = rangeOf(messagesOf(1, count), AT_END);
    const size = end - start;
    const isRight = [start >= 0, size >= Math.min(count, LEAST), size < LEAST + STEP];
    expect([end, ...isRight]).toEqual([count, true, true, true]);
  }
});

test('a held window stays in its place while messages are added below and above', () => {
  const held = hold(messagesOf(100, 400), AT_END);
  const seqs = (from: number, to: number) => {
    const shown = messagesOf(from, to);
    const { start, end } = rangeOf(shown, held);
    return [shown[start]?.seq, shown[end - 1]?.seq];
  };
  const before = seqs(100, 400);
  expect(seqs(100, 900)).toEqual(before);
  expect(seqs(1, 900)).toEqual(before);
  expect(reachesEnd(messagesOf(1, 400), held)).toBe(true);
  expect(reachesEnd(messagesOf(1, 401), held)).toBe(false);
});

test('the way to the beginning and back passes every message, with a limited window', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000 }), (count) => {
      const shown = messagesOf(1, count);
      const drawn = new Set<number>();
      let widest = 0;
      const note = (window: LogWindow) => {
        const { start, end } = rangeOf(shown, window);
        widest = Math.max(widest, end - start);
        for (let index = start; index < end; index += 1) drawn.add(index);
      };
      let window = hold(shown, AT_END);
      for (let next = moveToOlder(shown, window); next !== window; ) {
        window = next;
        note(window);
        next = moveToOlder(shown, window);
      }
      note(window);
      expect(rangeOf(shown, window).start).toBe(0);
      for (let next = moveToNewer(shown, window); next !== window; ) {
        window = next;
        note(window);
        next = moveToNewer(shown, window);
      }
      expect(reachesEnd(shown, window)).toBe(true);
      expect(drawn.size).toBe(count);
      expect(widest).toBeLessThanOrEqual(MOST);
    }),
    runs(50),
  );
});

describe('a window without any of its messages', () => {
  test('is the end', () => {
    const held: LogWindow = { kind: 'held', from: 5_000, to: 5_100 };
    expect(fitWindow(messagesOf(1, 3), held)).toBe(AT_END);
    expect(fitWindow(messagesOf(4_990, 5_010), held)).toBe(held);
    expect(sizeOf(3, fitWindow(messagesOf(1, 3), held))).toBe(3);
  });
});

test('indexOf finds the first message with at least that number', () => {
  const shown = [...messagesOf(3, 5), ...messagesOf(9, 10)];
  expect([1, 3, 4, 6, 9, 10, 11].map((seq) => indexOf(shown, seq))).toEqual([0, 0, 1, 3, 3, 4, 5]);
});

test('a window around a message holds it with as many before as after it, and is no larger than at the end', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(), (count, at) => {
      const shown = messagesOf(1, count);
      const seq = (at % count) + 1;
      const { start, end } = rangeOf(shown, holdAround(shown, AT_END, seq));
      expect(start).toBe(Math.max(0, seq - 1 - LEAST / 2));
      expect(end).toBe(Math.min(count, start + LEAST));
      expect(start).toBeLessThan(seq);
      expect(end).toBeGreaterThanOrEqual(seq);
    }),
    runs(200),
  );
  expect(holdAround([], AT_END, 1)).toBe(AT_END);
});
