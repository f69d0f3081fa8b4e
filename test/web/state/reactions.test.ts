import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Events, Reaction } from '../../../functions/protocol.ts';
import {
  hasMissed,
  NO_REACTIONS,
  type OwnVote,
  type ReactionEvent,
  type Reactions,
  reactionsTo,
  reduceReactions,
} from '../../../web/state/reactions.ts';
import { runs } from '../../support/sizes.ts';
import { eventsOf, historyOf, messageOf } from '../samples.ts';
import { anyReactionStep, ReactionModel } from './reaction-model.ts';

const ME = 'g-ada';
const stateOf = (...events: readonly ReactionEvent[]) =>
  events.reduce(reduceReactions, NO_REACTIONS);
const seen = (state: Reactions, seq = 1) =>
  reactionsTo(state, seq, 'Ada').map(({ emoji, count, isMine }) => {
    return `${emoji} ${count}${isMine ? ' mine' : ''}`;
  });
const thumbs = (count: number, names: readonly string[] = [], mine?: true): Reaction => {
  return { emoji: '👍', count, names, ...(mine && { mine }) };
};

interface Said {
  readonly revision: number;
  readonly before?: number;
  readonly counts: readonly Reaction[];
  readonly added?: readonly string[];
  readonly removed?: readonly string[];
}

/** A frame with a change of message 1. */
function frame({ revision, before = revision - 1, counts, added = [], removed = [] }: Said) {
  const toReactor = (userId: string) => ({ userId, name: userId, emoji: '👍' });
  const change = {
    ...{ seq: 1, revision, counts },
    added: added.map(toReactor),
    removed: removed.map(toReactor),
  };
  const events: Events = eventsOf({ revision, reactedBefore: before, reactions: [change] });
  return { type: 'frame', frame: events, userId: ME } as const;
}

function history(reactedAt: number, counts: readonly Reaction[], isFirst = true): ReactionEvent {
  const messages = [{ ...messageOf(1), reactions: counts }];
  return { type: 'history', history: historyOf({ reactedAt, messages }), isFirst };
}

const vote = (on = true): OwnVote => ({ seq: 1, emoji: '👍', on });

describe('reactions', () => {
  test('of a message are those of its highest revision, in any order of the frames', () => {
    const one = frame({ revision: 1, before: 0, counts: [thumbs(1)] });
    const two = frame({ revision: 2, before: 1, counts: [thumbs(2)] });
    expect(seen(stateOf(one, two))).toEqual(['👍 2']);
    expect(seen(stateOf(two, one))).toEqual(['👍 2']);
    expect(seen(stateOf(one, two, one))).toEqual(['👍 2']);
    expect(hasMissed(stateOf(two))).toBe(true);
    expect(hasMissed(stateOf(two, one))).toBe(false);
  });

  test('that are gone leave nothing, and an old frame does not bring them back', () => {
    const one = frame({ revision: 1, before: 0, counts: [thumbs(1)] });
    const gone = frame({ revision: 2, before: 1, counts: [] });
    expect(seen(stateOf(one, gone))).toEqual([]);
    expect(seen(stateOf(history(2, []), one))).toEqual([]);
  });

  test('come with the first answer, and are complete up to its revision', () => {
    const state = stateOf(history(7, [thumbs(3, ['Ada'], true)]));
    expect(seen(state)).toEqual(['👍 3 mine']);
    expect(state.to).toBe(7);
    expect(hasMissed(state)).toBe(false);
    // Later answers bring other messages only.
    expect(hasMissed(reduceReactions(state, history(9, [], false)))).toBe(true);
  });

  test('are complete again after an answer about changed reactions', () => {
    const state = stateOf(history(3, [thumbs(1)]), frame({ revision: 9, counts: [thumbs(5)] }));
    expect(hasMissed(state)).toBe(true);
    const reactions = [{ seq: 2, revision: 6, counts: [thumbs(2)], added: [], removed: [] }];
    const answer = historyOf({ reactedAt: 9, messages: [], reactions });
    const caughtUp = reduceReactions(state, { type: 'history', history: answer, isFirst: false });
    expect(hasMissed(caughtUp)).toBe(false);
    expect([seen(caughtUp, 1), seen(caughtUp, 2)]).toEqual([['👍 5'], ['👍 2']]);
  });

  test('of a message that is loaded later are as new as the frames before', () => {
    const state = stateOf(history(1, []), frame({ revision: 5, before: 1, counts: [thumbs(2)] }));
    const older = reduceReactions(state, history(1, [thumbs(1, ['Ada'], true)], false));
    // The frame says nothing of the person's own vote, the answer does.
    expect(seen(older)).toEqual(['👍 2 mine']);
  });
});

describe('one’s own vote', () => {
  const start = stateOf(history(1, [thumbs(1, ['Bob'])]));

  test('shows at once, and is counted once when frame and answer come in either order', () => {
    const mine = vote();
    const chosen = reduceReactions(start, { type: 'voted', vote: mine });
    expect(reactionsTo(chosen, 1, 'Ada')).toEqual([
      { emoji: '👍', count: 2, names: ['Bob', 'Ada'], isMine: true },
    ]);
    const broadcast = frame({ revision: 2, counts: [thumbs(2)], added: [ME] });
    const stands = { type: 'stands', vote: mine, revision: 2, on: true } as const;
    for (const events of [[broadcast, stands], [stands, broadcast], [stands]]) {
      expect(seen(events.reduce(reduceReactions, chosen))).toEqual(['👍 2 mine']);
    }
    expect([broadcast, stands].reduce(reduceReactions, chosen).votes).toEqual([]);
  });

  test('is not counted twice by a frame after a missing one: what was missed says whether it is in', () => {
    const chosen = reduceReactions(start, { type: 'voted', vote: vote() });
    const state = reduceReactions(chosen, frame({ revision: 3, before: 2, counts: [thumbs(3)] }));
    expect(seen(state)).toEqual(['👍 2 mine']);
    expect(hasMissed(state)).toBe(true);
    const caughtUp = reduceReactions(state, history(3, [thumbs(3, ['Bob', 'Ada'], true)]));
    expect(seen(caughtUp)).toEqual(['👍 3 mine']);
  });

  test('is counted once if the frame does not list it', () => {
    const mine = vote();
    const crowd = frame({ revision: 2, counts: [thumbs(300)] });
    const stands = { type: 'stands', vote: mine, revision: 2, on: true } as const;
    const chosen = reduceReactions(start, { type: 'voted', vote: mine });
    expect(seen([crowd, stands].reduce(reduceReactions, chosen))).toEqual(['👍 300 mine']);
    expect(seen([stands, crowd].reduce(reduceReactions, chosen))).toEqual(['👍 300 mine']);
  });

  test('is added to an older count until a newer one is there', () => {
    const mine = vote();
    const chosen = stateOf(history(1, []), { type: 'voted', vote: mine });
    const standing = reduceReactions(chosen, { type: 'stands', vote: mine, revision: 5, on: true });
    const older = frame({ revision: 4, before: 1, counts: [thumbs(3)] });
    expect(seen(reduceReactions(standing, older))).toEqual(['👍 4 mine']);
    const newer = frame({ revision: 5, before: 4, counts: [thumbs(4)] });
    expect(seen([older, newer].reduce(reduceReactions, standing))).toEqual(['👍 4 mine']);
  });

  test('that is refused is taken back, and leaves no empty reaction', () => {
    const mine = vote();
    const chosen = stateOf({ type: 'voted', vote: mine });
    expect(seen(chosen)).toEqual(['👍 1 mine']);
    expect(seen(reduceReactions(chosen, { type: 'refused', vote: mine }))).toEqual([]);
  });

  test('that was given up may stand all the same: a frame after a missing one waits for what was missed', () => {
    const mine = vote();
    const events = [
      { type: 'voted', vote: mine } as const,
      { type: 'refused', vote: mine } as const,
    ];
    const givenUp = events.reduce(reduceReactions, start);
    expect(seen(givenUp)).toEqual(['👍 1']);
    // The missing one, of revision 2, had the vote.
    const later = frame({ revision: 3, before: 2, counts: [thumbs(3)], added: ['g-eve'] });
    const state = reduceReactions(givenUp, later);
    expect(seen(state)).toEqual(['👍 1']);
    expect(hasMissed(state)).toBe(true);
    const caughtUp = reduceReactions(state, history(3, [thumbs(3, ['Bob', 'Ada'], true)]));
    expect(seen(caughtUp)).toEqual(['👍 3 mine']);
    expect(hasMissed(caughtUp)).toBe(false);
  });

  test('that was given up shows with its own frame, and others go on', () => {
    const mine = vote();
    const broadcast = frame({ revision: 2, counts: [thumbs(2)], added: [ME] });
    const next = frame({ revision: 3, counts: [thumbs(3)], added: ['g-eve'] });
    const events = [
      { type: 'voted', vote: mine } as const,
      { type: 'refused', vote: mine } as const,
    ];
    expect(seen([...events, broadcast, next].reduce(reduceReactions, start))).toEqual([
      '👍 3 mine',
    ]);
  });

  test('can be changed while a call is under way: the last choice shows, and stands', () => {
    const [on, off] = [vote(), vote(false)];
    const voted = [on, off].map((one) => ({ type: 'voted', vote: one }) as const);
    const chosen = voted.reduce(reduceReactions, start);
    expect(seen(chosen)).toEqual(['👍 1']);
    const first = reduceReactions(chosen, { type: 'stands', vote: on, revision: 2, on: true });
    expect(seen(first)).toEqual(['👍 1']);
    const second = reduceReactions(first, { type: 'stands', vote: off, revision: 3, on: false });
    expect(seen(second)).toEqual(['👍 1']);
    const counts = [thumbs(1, ['Bob'])];
    expect(seen(reduceReactions(second, frame({ revision: 3, before: 1, counts })))).toEqual([
      '👍 1',
    ]);
  });

  test('of another device shows, if the frame lists it', () => {
    const on = reduceReactions(start, frame({ revision: 2, counts: [thumbs(2)], added: [ME] }));
    expect(seen(on)).toEqual(['👍 2 mine']);
    const off = frame({ revision: 3, counts: [thumbs(1)], removed: [ME] });
    expect(seen(reduceReactions(on, off))).toEqual(['👍 1']);
  });

  test('gives way to one of another device that shared its commit', () => {
    const off = vote(false);
    const mine = stateOf(history(1, [thumbs(2, ['Ada', 'Bob'], true)]), {
      type: 'voted',
      vote: off,
    });
    expect(seen(mine)).toEqual(['👍 1']);
    const stands = { type: 'stands', vote: off, revision: 1, on: true } as const;
    expect(seen(reduceReactions(mine, stands))).toEqual(['👍 2 mine']);
  });

  test('of another device shows, if its frame comes after the next one', () => {
    const on = frame({ revision: 2, counts: [thumbs(2)], added: [ME] });
    const other = frame({ revision: 3, counts: [thumbs(3)], added: ['g-eve'] });
    expect(seen([other, on].reduce(reduceReactions, start))).toEqual(['👍 3 mine']);
    const off = frame({ revision: 3, counts: [thumbs(1)], removed: [ME] });
    expect(seen([off, on].reduce(reduceReactions, start))).toEqual(['👍 1']);
    const gone = frame({ revision: 3, counts: [] });
    const again = frame({ revision: 4, counts: [thumbs(1)], added: ['g-eve'] });
    expect(seen([gone, on, again].reduce(reduceReactions, start))).toEqual(['👍 1']);
  });

  test('takes its own name out of the names when it is taken back', () => {
    const mine = stateOf(history(1, [thumbs(2, ['Ada', 'Bob'], true)]), {
      type: 'voted',
      vote: vote(false),
    });
    expect(reactionsTo(mine, 1, 'Ada')).toMatchObject([{ count: 1, names: ['Bob'] }]);
  });

  test('says no name if a message has more people than it names', () => {
    const many = stateOf(history(1, [thumbs(12, ['Bob'])]), { type: 'voted', vote: vote() });
    expect(reactionsTo(many, 1, 'Ada')).toMatchObject([{ count: 13, names: ['Bob'] }]);
  });
});

test('a page that is somebody else, or whose room has started over, knows nothing', () => {
  expect(stateOf(history(4, [thumbs(1)]), { type: 'reset' })).toEqual(NO_REACTIONS);
});

describe('with frames and answers in any order, some twice and some never', () => {
  test('a page that has caught up shows what the room has, with its own votes', () => {
    fc.assert(
      fc.property(fc.array(anyReactionStep, { maxLength: 60 }), (steps) => {
        const model = new ReactionModel({ hasOtherDevice: true });
        for (const step of steps) model.run(step);
        model.catchUp();
        expect(model.seen()).toEqual(model.stored());
      }),
      runs(1_000),
    );
  });

  test.each([
    ['that list who has reacted', false],
    ['that list nobody, if answers come before them', true],
  ])('a page counts itself exactly once, with frames %s', (_, isCut) => {
    fc.assert(
      fc.property(fc.array(anyReactionStep, { maxLength: 60 }), (steps) => {
        const model = new ReactionModel({ isCut });
        for (const step of steps) {
          model.run(step);
          for (const one of model.seen()) {
            expect(one.count - Number(one.isMine)).toBe(model.othersAt(one));
          }
        }
      }),
      runs(1_000),
    );
  });
});
