import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  applyChanges,
  applySnapshot,
  connectionsIn,
  EMPTY_ROSTER,
  type Roster,
  usersIn,
} from '../../../web/state/roster.ts';
import { runs } from '../../support/sizes.ts';
import { memberOf, membersOf } from '../samples.ts';

const [A, B] = [memberOf('a'), memberOf('b')];
const here = (roster: Roster) => usersIn(roster).map(({ userId }) => userId);

describe('changes', () => {
  test('join and leave by connection, however often they arrive', () => {
    const joined = applyChanges(applyChanges(EMPTY_ROSTER, 1, [A, B], []), 1, [A, B], []);
    expect(here(joined)).toEqual(['a', 'b']);
    const left = applyChanges(applyChanges(joined, 2, [], [A]), 2, [], [A]);
    expect(here(left)).toEqual(['b']);
  });

  test('a join that arrives later than its leave does not bring the connection back', () => {
    const left = applyChanges(EMPTY_ROSTER, 2, [], [A]);
    expect(here(applyChanges(left, 1, [A], []))).toEqual([]);
  });

  test('not newer than the snapshot change nothing', () => {
    const roster = applySnapshot(EMPTY_ROSTER, membersOf([B], { revision: 5 }));
    expect(applyChanges(roster, 5, [A], [B])).toBe(roster);
  });
});

describe('a snapshot', () => {
  test('replaces what was known, but not what is newer', () => {
    const before = applyChanges(applyChanges(EMPTY_ROSTER, 3, [A], []), 7, [B], []);
    const roster = applySnapshot(before, membersOf([memberOf('c')], { revision: 5 }));
    expect(here(roster)).toEqual(['b', 'c']);
  });

  test('older than the one before changes nothing', () => {
    const roster = applySnapshot(EMPTY_ROSTER, membersOf([A], { revision: 5 }));
    expect(applySnapshot(roster, membersOf([B], { revision: 4 }))).toBe(roster);
  });

  test('does not bring back a connection that left after it', () => {
    const left = applyChanges(EMPTY_ROSTER, 6, [], [A]);
    expect(here(applySnapshot(left, membersOf([A, B], { revision: 5 })))).toEqual(['b']);
  });
});

test('connections of one user are one person', () => {
  const both = [memberOf('tab 1', 'ada'), memberOf('tab 2', 'ada')];
  const roster = applyChanges(EMPTY_ROSTER, 1, [...both, B], []);
  expect(usersIn(roster)).toEqual([
    { userId: 'ada', name: 'ADA', connections: 2 },
    { userId: 'b', name: 'B', connections: 1 },
  ]);
  expect(connectionsIn(roster)).toBe(3);
});

describe('a person’s name', () => {
  const named = (connectionId: string, name: string, connectedAt: number) => ({
    ...memberOf(connectionId, 'ada'),
    name,
    connectedAt,
  });
  const OLD = named('z', 'Ada', 1_000);
  const NEW = named('a', 'Ada L.', 2_000);
  const names = (roster: Roster) => usersIn(roster).map(({ name }) => name);

  test('is that of the last connection, in any order of the snapshot', () => {
    for (const members of [
      [OLD, NEW],
      [NEW, OLD],
    ]) {
      expect(names(applySnapshot(EMPTY_ROSTER, { ...membersOf([]), members }))).toEqual(['Ada L.']);
    }
  });

  test('is that of a connection that joins after the snapshot, also with a late clock', () => {
    const roster = applySnapshot(EMPTY_ROSTER, { ...membersOf([]), revision: 3, members: [NEW] });
    expect(names(applyChanges(roster, 4, [named('b', 'A.', 500)], []))).toEqual(['A.']);
  });

  test('is that of the later join, also if its frame arrives first', () => {
    const later = applyChanges(EMPTY_ROSTER, 2, [NEW], []);
    expect(names(applyChanges(later, 1, [OLD], []))).toEqual(['Ada L.']);
  });
});

test('any order and repetition of frames and snapshots ends with the members of the room', () => {
  const commits = fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(commits, fc.infiniteStream(fc.nat()), (slots, choices) => {
      // Each commit flips one slot: a new connection joins, or the slot's connection leaves.
      const present = new Map<number, string>();
      const steps = slots.map((slot, index) => {
        const revision = index + 1;
        const old = present.get(slot);
        const id = old ?? `slot ${slot} at ${revision}`;
        if (old === undefined) present.set(slot, id);
        else present.delete(slot);
        const now = [...present.values()].map((connectionId) => memberOf(connectionId));
        return (roster: Roster, asSnapshot: boolean) =>
          asSnapshot
            ? applySnapshot(roster, membersOf(now, { revision }))
            : applyChanges(
                roster,
                revision,
                old === undefined ? [memberOf(id)] : [],
                old === undefined ? [] : [memberOf(id)],
              );
      });
      const next = () => choices.next().value ?? 0;
      // Every frame at least once, some twice, snapshots between, in any order.
      const deliveries = steps.flatMap((step) => [
        { step, asSnapshot: false, at: next() },
        { step, asSnapshot: next() % 3 === 0, at: next() },
      ]);
      deliveries.sort((a, b) => a.at - b.at);
      const roster = deliveries.reduce(
        (known, { step, asSnapshot }) => step(known, asSnapshot),
        EMPTY_ROSTER,
      );
      expect(here(roster).sort()).toEqual([...present.values()].sort());
    }),
    runs(),
  );
});
