import { expect, test } from '@jest/globals';
import { NO_TALLIES, type Tallies, tallyOf, withTallies } from '../../../functions/room/tallies.ts';
import { newRandom } from '../../support/random.ts';

test('S3: a tally is never less than the connections of a user, and is gone when all have left', () => {
  const random = newRandom(7);
  const open = new Map<string, number>();
  let tallies: Tallies = NO_TALLIES;
  const tooSmall: string[] = [];
  for (let step = 0; step < 5_000; step += 1) {
    const userId = `g-${Math.floor(random() * 400)}`;
    const count = open.get(userId) ?? 0;
    const change = count > 0 && random() < 0.5 ? -1 : 1;
    open.set(userId, count + change);
    tallies = withTallies(tallies, [[userId, change]]);
    if (tallyOf(tallies, userId) < count + change) tooSmall.push(`${userId} in step ${step}`);
  }
  expect(tooSmall).toEqual([]);
  for (const [userId, count] of open) {
    for (let left = count; left > 0; left -= 1) tallies = withTallies(tallies, [[userId, -1]]);
  }
  expect(tallies).toEqual(NO_TALLIES);
});

test('S3: 1,000 users in a room are clearly apart, in less than 3 KB', () => {
  const users = Array.from({ length: 1_000 }, (_, n) => `g-${n}`);
  const tallies = withTallies(
    NO_TALLIES,
    users.map((userId) => [userId, 1]),
  );
  expect(Math.max(...users.map((userId) => tallyOf(tallies, userId)))).toBeLessThanOrEqual(6);
  expect(tallies.length).toBeLessThan(3_000);
});

test('S3: the tallies of a head that an earlier version wrote, in another order, count the same', () => {
  const names = ['g-1', 'g-2', 'g-3'];
  const [one = '', two = '', three = ''] = names.map((name) =>
    withTallies(NO_TALLIES, [[name, 1]]),
  );
  const stored = `${three}${one}${two}`;
  expect(names.map((name) => tallyOf(stored, name))).toEqual([1, 1, 1]);
  const after = withTallies(stored, [
    ['g-2', -1],
    ['g-3', 1],
  ]);
  expect(names.map((name) => tallyOf(after, name))).toEqual([1, 0, 2]);
});
