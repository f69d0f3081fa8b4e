// Row 4 of the first bill: what typing notes may cost, by the size of the room.

import { describe, expect, test } from '@jest/globals';
import { typingRule } from '../../functions/protocol.ts';

/** The notes of one line, from the first key to the last. */
function notesOf(online: number, seconds: number): number {
  const rule = typingRule(online);
  if (!rule || seconds * 1_000 < rule.afterMs) return 0;
  return 1 + Math.floor((seconds * 1_000 - rule.afterMs) / rule.everyMs);
}

/** Outbound messages of a line: its notes and its broadcast to everyone, and its acknowledgement. */
const billed = (online: number, notes: number) => (notes + 1) * online + 1;

describe('row 4: the typing rule', () => {
  test.each([
    // online, first note after s, then every s, shown for s, most in that time
    [1, 0, 3, 4, 16],
    [2, 0, 3, 4, 16],
    [8, 0, 3, 4, 16],
    [9, 1, 3, 4, 3],
    [11, 3, 3, 4, 3],
    [12, 4, 4, 5, 3],
    [20, 12, 12, 13, 3],
    [50, 42, 42, 43, 3],
  ])('with %i online', (online, after, every, shown, most) => {
    expect(typingRule(online)).toEqual({
      afterMs: after * 1_000,
      everyMs: every * 1_000,
      shownMs: shown * 1_000,
      most,
    });
  });

  test.each([51, 100, 1_000, 100_000])('has no notes with %i online', (online) => {
    expect(typingRule(online)).toBeUndefined();
  });

  test('lets a line of ten seconds in a room of 20 cost at most 0.4 of what it did', () => {
    // Three notes and the line.
    const before = billed(20, 3);
    expect(before).toBe(81);
    expect(billed(20, notesOf(20, 10))).toBeLessThanOrEqual(0.4 * before);
  });

  test('keeps a name in sight until the next note, at any size', () => {
    for (let online = 1; online <= 50; online += 1) {
      const { everyMs = 0, shownMs = 0 } = typingRule(online) ?? {};
      expect(shownMs).toBeGreaterThan(everyMs);
    }
  });

  test('bounds what a room spends on notes in a minute, however many type', () => {
    for (let online = 1; online <= 1_000; online += 1) {
      const { everyMs, most } = typingRule(online) ?? { everyMs: 1, most: 0 };
      // At the beginning as many as in one time, then their pace.
      const notes = most + (60_000 / everyMs) * most;
      expect(notes * online).toBeLessThanOrEqual(2_700);
    }
  });
});
