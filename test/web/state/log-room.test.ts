import { describe, expect, test } from '@jest/globals';
import { type ChatMessage, PUBLISHER } from '../../../functions/protocol.ts';
import { isFiltered, isLog, WHOLE_LOG } from '../../../web/state/log-room.ts';

const messages = (pattern: string): readonly ChatMessage[] =>
  [...pattern].map((letter, index) => ({
    seq: index + 1,
    id: `${index}`,
    userId: letter === 'l' ? PUBLISHER : 'ada',
    name: 'x',
    text: letter,
    sentAt: 0,
    ...(letter === 'd' ? { deletes: 1 } : {}),
  }));

describe('U18: a room is a log', () => {
  test.each([
    ['', false],
    ['llll', false],
    ['lllll', true],
    ['lllllp', true],
    ['llllllddddddd', true],
    ['lllllpp', false],
    ['ppppp', false],
    [`${'p'.repeat(100)}${'l'.repeat(50)}`, true],
    [`${'l'.repeat(100)}${'p'.repeat(50)}`, false],
  ])('of the messages %j: %j', (pattern, is) => {
    expect(isLog(messages(pattern), false)).toBe(is);
  });

  test('until most of its last messages are of people, so that it does not change to and fro', () => {
    const log = 'llllllllll';
    expect(isLog(messages(`${log}${'p'.repeat(10)}`), true)).toBe(true);
    expect(isLog(messages(`${log}${'p'.repeat(11)}`), true)).toBe(false);
    expect(isLog(messages(`${log}${'p'.repeat(10)}`), false)).toBe(false);
  });
});

test('U18: a whole log is not filtered, and one that pauses is not either', () => {
  expect(isFiltered(WHOLE_LOG)).toBe(false);
  expect(isFiltered({ ...WHOLE_LOG, pausedAt: 3 })).toBe(false);
  expect(isFiltered({ ...WHOLE_LOG, text: 'x' })).toBe(true);
  expect(isFiltered({ ...WHOLE_LOG, levels: new Set(['error']) })).toBe(true);
});
