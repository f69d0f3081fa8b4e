// Typing notes of clients that keep no rule, and of many people at once.

import { describe, expect, test } from '@jest/globals';
import { TypingBudget } from '../../../functions/moderation/typing-budget.ts';
import { typingRule } from '../../../functions/protocol.ts';
import { Clock } from '../../support/clock.ts';

function open() {
  const clock = new Clock();
  const budget = new TypingBudget(clock.monotonicNow);
  /** A client that sends a note every `everyMs`. Returns at which seconds one is broadcast. */
  const type = async (online: number, seconds: number, everyMs: number, users = ['ada']) => {
    const startedAt = clock.monotonicNow();
    const taken: number[] = [];
    for (let ms = 0; ms < seconds * 1_000; ms += everyMs) {
      for (const user of users) {
        if (budget.take('lobby', user, online)) {
          taken.push((clock.monotonicNow() - startedAt) / 1_000);
        }
      }
      await clock.advance(everyMs);
    }
    return taken;
  };
  return { clock, budget, type };
}

const people = (count: number) => Array.from({ length: count }, (_, n) => `user-${n}`);

describe('row 4: the budget of typing notes', () => {
  test('lets every note of a page in a small room pass, with lines between', async () => {
    const { type, budget } = open();
    for (let line = 0; line < 20; line += 1) {
      expect(await type(8, 4, 3_000)).toEqual([0, 3]);
      budget.lineSent('lobby', 'ada', 8);
      // A short line: a note, and the line half a second later.
      expect(await type(8, 0.5, 500)).toEqual([0]);
      budget.lineSent('lobby', 'ada', 8);
    }
  });

  test('lets all eight people of a small room type at once', async () => {
    const { type } = open();
    expect(await type(8, 60, 3_000, people(8))).toHaveLength(20 * 8);
  });

  test('lets a note pass that comes early because the one before was late', async () => {
    const { clock, budget } = open();
    expect(budget.take('lobby', 'ada', 8)).toBe(true);
    await clock.advance(1_200);
    expect(budget.take('lobby', 'ada', 8)).toBe(true);
  });

  test('holds a client that sends ten notes a second to the pace of a page', async () => {
    const { type } = open();
    expect((await type(8, 60, 100)).length).toBeLessThanOrEqual(21);
    expect(await type(20, 60, 100)).toHaveLength(5);
    expect(await type(1_000, 60, 100)).toEqual([]);
  });

  test('broadcasts at most one note in several lines of ten seconds in a room of 20', async () => {
    const { type, budget } = open();
    let notes = 0;
    for (let line = 0; line < 6; line += 1) {
      notes += (await type(20, 10, 3_000)).length;
      budget.lineSent('lobby', 'ada', 20);
    }
    expect(notes).toBe(1);
  });

  test('lets the first note of a page after a line pass, although the line was late', async () => {
    const { clock, budget } = open();
    budget.lineSent('lobby', 'ada', 20);
    await clock.advance(11_200);
    expect(budget.take('lobby', 'ada', 20)).toBe(true);
  });

  test.each([9, 20, 50])('bounds a room of %i, however many people type', async (online) => {
    const { type } = open();
    const { everyMs = 0, most = 0 } = typingRule(online) ?? {};
    // At the beginning as many as are named, then their pace.
    const notes = await type(online, 60, 500, people(online));
    expect(notes.length).toBeLessThanOrEqual(most + Math.ceil((60_000 / everyMs) * most));
    expect(notes.length).toBeGreaterThanOrEqual(most);
  });

  test('keeps rooms and people apart', () => {
    const { budget } = open();
    expect(budget.take('lobby', 'ada', 20)).toBe(true);
    expect(budget.take('lobby', 'ada', 20)).toBe(false);
    expect(budget.take('lobby', 'bob', 20)).toBe(true);
    expect(budget.take('other', 'ada', 20)).toBe(true);
  });
});
