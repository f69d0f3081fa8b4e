// Counting votes, and their place in the message's row.

import { describe, expect, test } from '@jest/globals';
import {
  type ArchivedReaction,
  MAX_EMOJIS,
  MAX_REACTION_NAMES,
  MAX_REACTIONS,
} from '../../../functions/protocol.ts';
import {
  fromReactedRow,
  MAX_PROPERTY_LENGTH,
  toPublicReactions,
  toReactedRow,
} from '../../../functions/room/reacted-rows.ts';
import { fromMessageRow, toDeletedRow, toMessageRow } from '../../../functions/room/rows.ts';
import { countVotes, type Vote, withdrawalOf } from '../../../functions/room/votes.ts';
import { newRandom } from '../../support/random.ts';

const times = (count: number) => Array.from({ length: count }, (_, n) => n);
const vote = (user: number, emoji = '👍', on = true): Vote => {
  return { userId: `u${user}`, name: `Name ${user}`, emoji, on };
};
const count = (votes: readonly Vote[], before: readonly ArchivedReaction[] = []) =>
  countVotes(before, votes);
const ROW = toMessageRow({ seq: 4, id: 'm', userId: 'ada', name: 'Ada', text: 'hi', sentAt: 1 });

describe('React: votes', () => {
  test('count each person once for each emoji, in the order of the first', () => {
    const { reactions } = count([vote(1), vote(2, '🎉'), vote(2), vote(1)]);
    expect(toPublicReactions(reactions).reactions).toEqual([
      { emoji: '👍', count: 2, names: ['Name 1', 'Name 2'] },
      { emoji: '🎉', count: 1, names: ['Name 2'] },
    ]);
  });

  test('taken back leave nothing, and repeating one changes nothing', () => {
    const before = count([vote(1), vote(2)]).reactions;
    const { reactions, removed } = count([vote(1, '👍', false), vote(1, '👍', false)], before);
    expect(toPublicReactions(reactions).reactions).toEqual([
      { emoji: '👍', count: 1, names: ['Name 2'] },
    ]);
    expect(removed).toEqual([{ userId: 'u1', name: 'Name 1', emoji: '👍' }]);
    expect(count([vote(2, '👍', false)], reactions).reactions).toEqual([]);
    expect(count([vote(2)], reactions)).toMatchObject({ reactions, added: [], stands: [true] });
  });

  test('given and taken back at once are no change', () => {
    expect(count([vote(1), vote(1, '👍', false)])).toMatchObject({ added: [], removed: [] });
  });

  test('keep the names of the first people only, and of others when there is space again', () => {
    const { reactions } = count(times(12).map((n) => vote(n)));
    const namesOf = (all: readonly ArchivedReaction[]) => toPublicReactions(all).reactions?.[0];
    expect(namesOf(reactions)).toMatchObject({ count: 12, names: { length: MAX_REACTION_NAMES } });
    const after = count([vote(3, '👍', false), vote(50)], reactions).reactions;
    expect(namesOf(after)?.count).toBe(12);
    expect(namesOf(after)?.names.at(-1)).toBe('Name 50');
  });

  test(`beyond ${MAX_EMOJIS} different emoji do not stand, and those that are there go on`, () => {
    const full = count(times(MAX_EMOJIS).map((n) => vote(1, `e${n}`))).reactions;
    expect(count([vote(2, 'more'), vote(2, 'e3')], full).stands).toEqual([false, true]);
  });

  test(`beyond ${MAX_REACTIONS} do not stand, and taking back goes on`, () => {
    const full = count(times(MAX_REACTIONS).map((n) => vote(n))).reactions;
    expect(count([vote(9_999), vote(7, '👍', false), vote(9_999)], full).stands).toEqual([
      false,
      true,
      true,
    ]);
  });

  test('of any order keep the count of the people who are left', () => {
    const random = newRandom(7);
    let reactions: readonly ArchivedReaction[] = [];
    const expected = new Set<string>();
    for (const _ of times(2_000)) {
      const user = Math.floor(random() * 40);
      const emoji = ['👍', '🎉', '❤️'][Math.floor(random() * 3)] ?? '👍';
      const on = random() < 0.5;
      reactions = count([vote(user, emoji, on)], reactions).reactions;
      if (on) expected.add(`${emoji} u${user}`);
      else expected.delete(`${emoji} u${user}`);
    }
    const all = reactions.flatMap(({ emoji, named, others }) =>
      [...named.map(({ userId }) => userId), ...others].map((id) => `${emoji} ${id}`),
    );
    expect(all.sort()).toEqual([...expected].sort());
  });

  test('of one person are all withdrawn', () => {
    const { reactions } = count([vote(1), vote(1, '🎉'), vote(2)]);
    const after = count(withdrawalOf(reactions, 'u1'), reactions).reactions;
    expect(JSON.stringify(after)).not.toContain('u1');
    expect(toPublicReactions(after).reactions).toEqual([
      { emoji: '👍', count: 1, names: ['Name 2'] },
    ]);
  });
});

describe('React: the row of a message', () => {
  const many = count(
    times(MAX_REACTIONS).map((n) => ({
      userId: `${n}`.padStart(73, '🙂'.repeat(30)),
      name: '😀'.repeat(32),
      emoji: '👍',
      on: true,
    })),
  ).reactions;

  test('holds as many reactions as a message may have, in properties that storage takes', () => {
    const row = toReactedRow(ROW, many, 9, 'c');
    const sizes = Object.values(row.properties).map((value) => String(value).length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX_PROPERTY_LENGTH);
    expect(sizes.reduce((sum, size) => sum + 2 * size, 0)).toBeLessThan(1_048_576);
    for (const value of Object.values(row.properties)) {
      expect(String(value)).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/);
    }
    expect(fromReactedRow(row.properties)).toEqual(many);
    expect(fromMessageRow(row).reactions).toMatchObject([{ count: MAX_REACTIONS }]);
  });

  test('loses the properties that fewer reactions do not need', () => {
    const few = toReactedRow(toReactedRow(ROW, many, 9, 'c'), [], 10, 'd');
    expect(few.properties).toEqual({
      ...ROW.properties,
      reacted: true,
      reactedAt: 10,
      commit: 'd',
    });
    expect(fromMessageRow(few)).toEqual(fromMessageRow(ROW));
  });

  test('of a removed message has none', () => {
    const { properties } = toDeletedRow(toReactedRow(ROW, many, 9, 'c'), 5, 'd');
    expect(Object.keys(properties).filter((name) => name.startsWith('react'))).toEqual([]);
  });
});
