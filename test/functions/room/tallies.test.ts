import { expect, test } from '@jest/globals';
import {
  fromTallyText,
  NO_TALLIES,
  type Tallies,
  tallyOf,
  toTallyText,
  withTallies,
} from '../../../functions/room/tallies.ts';
import { newRandom } from '../../support/random.ts';

test('S3: a tally is never less than the connections of a user, and survives the head', () => {
  const random = newRandom(7);
  const open = new Map<string, number>();
  let tallies: Tallies = NO_TALLIES;
  for (let step = 0; step < 5_000; step += 1) {
    const userId = `g-${Math.floor(random() * 400)}`;
    const count = open.get(userId) ?? 0;
    const change = count > 0 && random() < 0.5 ? -1 : 1;
    open.set(userId, count + change);
    tallies = fromTallyText(toTallyText(withTallies(tallies, [[userId, change]])));
    expect(tallyOf(tallies, userId)).toBeGreaterThanOrEqual(count + change);
  }
  for (const [userId, count] of open) {
    for (let left = count; left > 0; left -= 1) tallies = withTallies(tallies, [[userId, -1]]);
  }
  expect(tallies).toEqual(NO_TALLIES);
});

test('S3: 1,000 users in a room are clearly apart, in less than 3 KB', () => {
  let tallies: Tallies = NO_TALLIES;
  for (let n = 0; n < 1_000; n += 1) tallies = withTallies(tallies, [[`g-${n}`, 1]]);
  expect(Math.max(...tallies.values())).toBeLessThanOrEqual(6);
  expect(toTallyText(tallies).length).toBeLessThan(3_000);
});
