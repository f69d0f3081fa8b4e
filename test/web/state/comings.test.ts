import { describe, expect, test } from '@jest/globals';
import { COMING_SHOWN_MS, type Coming, noteComings } from '../../../web/state/comings.ts';
import {
  applyChanges,
  applySnapshot,
  EMPTY_ROSTER,
  type Roster,
} from '../../../web/state/roster.ts';
import { memberOf, membersOf } from '../samples.ts';

const START = applySnapshot(EMPTY_ROSTER, membersOf([memberOf('c-ada', 'ada'), memberOf('bob')]));

/** The list after frames with joins and leaves, one revision each. */
function noted(
  ...frames: readonly { readonly joined?: readonly string[]; readonly left?: readonly string[] }[]
): readonly Coming[] {
  let comings: readonly Coming[] = [];
  let before: Roster = START;
  for (const [index, frame] of frames.entries()) {
    const toMember = (id: string) => memberOf(id, id.split(' ')[0]);
    const joined = (frame.joined ?? []).map(toMember);
    const left = (frame.left ?? []).map(toMember);
    const after = applyChanges(before, index + 2, joined, left);
    comings = noteComings(comings, { before, after, joined, left, at: 1_000 }, 'ada');
    before = after;
  }
  return comings;
}

const summarize = (comings: readonly Coming[]) =>
  comings.map(({ kind, userId }) => `${userId} ${kind}`);

test('joins and leaves are listed for a while', () => {
  const comings = noted({ joined: ['eve'], left: ['bob'] });
  expect(summarize(comings)).toEqual(['bob left', 'eve joined']);
  expect(comings[0]?.until).toBe(1_000 + COMING_SHOWN_MS);
});

describe('nothing is listed', () => {
  test.each([
    ['of another connection of somebody here', [{ joined: ['bob 2'] }]],
    ['of one connection of several that ends', [{ joined: ['bob 2'] }, { left: ['bob 2'] }]],
    ['of ourselves', [{ joined: ['ada 2'] }, { left: ['ada 2'] }]],
    ['of who was away for a moment', [{ left: ['bob'] }, { joined: ['bob 2'] }]],
  ])('%s', (_, frames) => {
    expect(noted(...frames)).toEqual([]);
  });

  test('before the first snapshot, when everybody would be new', () => {
    const joined = [memberOf('eve')];
    const after = applyChanges(EMPTY_ROSTER, 1, joined, []);
    const change = { before: EMPTY_ROSTER, after, joined, left: [], at: 1_000 };
    expect(noteComings([], change, 'ada')).toEqual([]);
  });
});

test('a user who joins and leaves is listed as left', () => {
  expect(summarize(noted({ joined: ['eve'] }, { left: ['eve'] }))).toEqual(['eve left']);
});
