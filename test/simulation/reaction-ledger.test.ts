import { describe, expect, test } from '@jest/globals';
import type { Events, Reactor } from '../../functions/protocol.ts';
import { eventsOf } from '../web/samples.ts';
import { ReactionLedger } from './reaction-ledger.ts';

const SEQ = 1;
const THUMBS = '👍';

/** A room with one message, to which these people react at revision 5, each change a revision later than the one before. */
function newRoom() {
  const failures: string[] = [];
  let revision = 4;
  const message = { seq: SEQ, id: 'i', userId: 'u', name: 'N', text: 't', sentAt: 0 };
  const ledger = new ReactionLedger((claim) => failures.push(claim), {
    messageOf: () => message,
    mayLose: () => false,
    numbers: () => ({ revision, first: 1 }),
    checkAdmitted: () => {},
  });
  const react = (people: readonly string[]) => {
    revision += 1;
    const named = people.map((userId) => ({ userId, name: userId }));
    const reactions = people.length === 0 ? [] : [{ emoji: THUMBS, named, others: [] }];
    const row = { ...message, reactedAt: revision, reactions: JSON.stringify(reactions) };
    ledger.enter(row, 0);
    return revision;
  };
  /** The frame of that change, with as many people as it has space for. */
  const broadcast = (at: number, people: readonly string[], added: string[], removed: string[]) => {
    const toReactor = (userId: string): Reactor => ({ userId, name: userId, emoji: THUMBS });
    const counts =
      people.length === 0 ? [] : [{ emoji: THUMBS, count: people.length, names: people }];
    const lists = { added: added.map(toReactor), removed: removed.map(toReactor) };
    const events: Events = eventsOf({
      revision: at,
      reactedBefore: at - 1,
      reactions: [{ seq: SEQ, revision: at, counts, ...lists }],
    });
    ledger.checkEvents(events);
  };
  const see = (userId: string, count: number, isMine: boolean) => {
    failures.length = 0;
    ledger.checkShown(userId, userId, SEQ, [{ emoji: THUMBS, count, isMine }]);
    return failures.map((claim) => claim.replace(/^.* sees/, 'sees'));
  };
  const answer = (userId: string, on: boolean, at: number) =>
    ledger.checkStands(userId, [SEQ, THUMBS, on], { ok: true, revision: at });
  return { react, broadcast, see, answer };
}

describe('what a page shows of reactions while it waits for an answer', () => {
  test('is one too high if the frame has no space to list the own vote', () => {
    const { react, broadcast, see } = newRoom();
    broadcast(react(['ann', 'ben']), ['ann', 'ben'], ['ann'], []);
    expect(see('ben', 3, true)).toEqual([]);
    expect(see('ben', 4, true)).toEqual(['sees 👍 4 times on 1, with the own']);
  });

  test('is one too low if that frame takes the own vote back', () => {
    const { react, broadcast, see } = newRoom();
    const others = ['ann', 'eva', 'kim'];
    const all = [...others, 'ben'];
    broadcast(react(all), all, all, []);
    broadcast(react(others), others, [], []);
    expect(see('ben', 2, false)).toEqual([]);
    expect(see('ben', 1, false)).toEqual(['sees 👍 1 times on 1, without the own']);
  });

  test.each([
    ['the frame lists the own vote', 'ben', ['ann', 'ben']],
    ['the frame lists all but somebody else', 'ann', ['ann']],
  ])('is right if %s', (_, who, listed) => {
    const { react, broadcast, see } = newRoom();
    broadcast(react(['ann', 'ben']), ['ann', 'ben'], listed, []);
    expect(see(who, 2, true)).toEqual([]);
    expect(see(who, 3, true)).toEqual(['sees 👍 3 times on 1, with the own']);
  });

  test('is right again with the answer', () => {
    const { react, broadcast, see, answer } = newRoom();
    const at = react(['ann', 'ben']);
    broadcast(at, ['ann', 'ben'], ['ann'], []);
    answer('ben', true, at);
    expect(see('ben', 2, true)).toEqual([]);
    expect(see('ben', 3, true)).toEqual(['sees 👍 3 times on 1, with the own']);
  });

  test('is right if the change was never broadcast: a history marks the own vote', () => {
    const { react, see } = newRoom();
    react(['ann', 'ben']);
    expect(see('ben', 3, true)).toEqual(['sees 👍 3 times on 1, with the own']);
  });

  test('lacks nobody: a vote that is lost is noticed beside a list that is cut', () => {
    const { react, broadcast, see } = newRoom();
    broadcast(react(['ann', 'ben', 'eva']), ['ann', 'ben', 'eva'], [], []);
    expect(see('ben', 2, true)).toEqual(['sees 👍 2 times on 1, with the own']);
  });
});
