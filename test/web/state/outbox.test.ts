import { describe, expect, test } from '@jest/globals';
import type { Problem } from '../../../web/state/connection-state.ts';
import {
  dropShown,
  markRefused,
  markSending,
  markStored,
  markWaiting,
  nextToSend,
  type Outbox,
  recognise,
} from '../../../web/state/outbox.ts';
import { messageOf } from '../samples.ts';

const TOO_LONG: Problem = { code: 'bad_text', message: 'too long' };
const TWO: Outbox = [
  { id: 'a', text: 'first', state: 'waiting' },
  { id: 'b', text: 'second', state: 'waiting' },
];

describe('nextToSend', () => {
  test('is the oldest waiting line, and none during an attempt', () => {
    expect(nextToSend(TWO)?.id).toBe('a');
    expect(nextToSend(markSending(TWO, 'a'))).toBeUndefined();
  });

  test('skips lines that are stored or refused', () => {
    expect(nextToSend(markStored(TWO, 'a', 1))?.id).toBe('b');
    expect(nextToSend(markRefused(TWO, 'a', TOO_LONG))?.id).toBe('b');
  });

  test('is the same line again after an attempt of unknown outcome', () => {
    expect(nextToSend(markWaiting(markSending(TWO, 'a'), 'a'))).toEqual(TWO[0]);
  });
});

test('a refused line has a reason, until it is retried', () => {
  const refused = markRefused(TWO, 'a', TOO_LONG);
  expect(refused[0]).toEqual({ id: 'a', text: 'first', state: 'refused', problem: TOO_LONG });
  expect(markWaiting(refused, 'a')).toEqual(TWO);
});

test('a stored line stays stored', () => {
  const stored = markStored(TWO, 'a', 4);
  for (const mark of [markWaiting, markSending]) expect(mark(stored, 'a')).toEqual(stored);
  expect(markRefused(stored, 'a', TOO_LONG)).toEqual(stored);
});

test('a message with our user id and the line’s id is its acknowledgement', () => {
  const stored = recognise(TWO, [messageOf(4, 'ada', 'b')], 'ada');
  expect(stored.map(({ state, seq }) => [state, seq])).toEqual([
    ['waiting', undefined],
    ['stored', 4],
  ]);
});

test.each([
  ['somebody else with the same id', 'bob', 'ada'],
  ['anybody before we know who we are', 'ada', undefined],
])('a message of %s acknowledges nothing', (_, author, me) => {
  expect(recognise(TWO, [messageOf(4, author, 'b')], me)).toEqual(TWO);
});

test('a line leaves the outbox when the log shows its message', () => {
  const stored = markStored(TWO, 'a', 4);
  expect(dropShown(stored, 3)).toBe(stored);
  expect(dropShown(stored, 4).map(({ id }) => id)).toEqual(['b']);
  expect(dropShown(stored, undefined)).toBe(stored);
});
