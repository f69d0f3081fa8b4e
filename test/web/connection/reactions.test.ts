import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type ErrorCode, parseEmoji, type Reaction } from '../../../functions/protocol.ts';
import {
  followReactions,
  MISSED_MS,
  MOST_ATTEMPTS,
  type RoomReactions,
} from '../../../web/connection/reactions.ts';
import { LONGEST_RETRY_MS } from '../../../web/connection/retry.ts';
import { QUICK } from '../../../web/view/reactions/quick-row.tsx';
import { historyOf, messageOf } from '../samples.ts';
import { FakeChat } from './fake-chat.ts';

let fake: FakeChat;
let room: RoomReactions;

beforeEach(async () => {
  jest.useFakeTimers();
  fake = new FakeChat();
  fake.random = 0;
  fake.history = async (query) =>
    historyOf({
      ...{ revision: 5, first: 1, seq: 1, reactedAt: 4 },
      messages: query.limit === 50 ? [{ ...messageOf(1), reactions: [thumbs(1, ['BOB'])] }] : [],
      ...(query.reactedAfter === undefined ? {} : { reactions: [change(8, 3)], reactedAt: 8 }),
    });
  // The answer before the first welcome, which is refused.
  await settle();
  fake.hub.welcome(2, 1);
  await settle();
  room = followReactions(fake.chat, () => 0);
});

afterEach(() => {
  room.stop();
  fake.chat.stop();
  jest.useRealTimers();
});

const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);
const settle = () => pass(0);
const thumbs = (count: number, names: readonly string[] = []): Reaction => {
  return { emoji: '👍', count, names };
};
const change = (revision: number, count: number, added: readonly string[] = []) => ({
  ...{ seq: 1, revision, removed: [] },
  counts: count === 0 ? [] : [thumbs(count)],
  added: added.map((userId) => ({ userId, name: userId, emoji: '👍' })),
});
const receive = (revision: number, reactedBefore: number, count: number) =>
  fake.hub.receive({ revision, seq: 1, reactedBefore, reactions: [change(revision, count)] });
const seen = () =>
  room.to(1).map(({ emoji, count, isMine }) => `${emoji} ${count}${isMine ? ' mine' : ''}`);
const answer = (result: unknown) => fake.hub.votes.at(-1)?.answer(result);
const no = (code: ErrorCode) => ({ ok: false, code, message: `unable: ${code}` }) as const;
const reactedAfter = () => fake.queries.flatMap((query) => query.reactedAfter ?? []);

describe('reactions of a room', () => {
  test('are those that came before their part was loaded, and those that come', () => {
    expect(seen()).toEqual(['👍 1']);
    receive(6, 4, 2);
    expect(seen()).toEqual(['👍 2']);
  });

  test('are marked as own in a frame that comes before the welcome', async () => {
    const early = new FakeChat();
    early.history = async () =>
      historyOf({ revision: 5, first: 1, seq: 1, reactedAt: 4, messages: [messageOf(1)] });
    const reactions = followReactions(early.chat, () => 0);
    await settle();
    early.hub.receive({
      ...{ revision: 6, seq: 1, reactedBefore: 4 },
      reactions: [change(6, 1, ['ada'])],
    });
    expect(reactions.to(1)).toEqual([]);
    early.hub.welcome(7, 1);
    expect(reactions.to(1)).toMatchObject([{ emoji: '👍', count: 1, isMine: true }]);
    reactions.stop();
    early.chat.stop();
  });

  test('are also those of an archive, on which nobody has reacted since the import', async () => {
    const imported = new FakeChat();
    const messages = [{ ...messageOf(1), reactions: [thumbs(2)] }];
    imported.history = async () => historyOf({ revision: 1, first: 1, seq: 1, messages });
    await settle();
    imported.hub.welcome(2, 1);
    await settle();
    expect(imported.state.reacted).toMatchObject({ messages });
    const reactions = followReactions(imported.chat, () => 0);
    expect(reactions.to(1).map(({ count }) => count)).toEqual([2]);
    reactions.stop();
    imported.chat.stop();
  });

  test('are also those of older messages, which the log does not take', async () => {
    const messages = [{ ...messageOf(7), reactions: [thumbs(3)] }];
    const { log } = fake.chat.store.state;
    fake.chat.store.dispatch({ type: 'past', history: historyOf({ reactedAt: 4, messages }) });
    expect(room.to(7).map(({ count }) => count)).toEqual([3]);
    expect(fake.chat.store.state.log).toBe(log);
    // Such an answer says nothing of the others.
    expect(seen()).toEqual(['👍 1']);
    await pass(LONGEST_RETRY_MS);
    expect(reactedAfter()).toEqual([]);
  });

  test('are fetched if a frame is missing for longer than frames overtake each other', async () => {
    receive(8, 6, 3);
    await pass(MISSED_MS - 1);
    expect(reactedAfter()).toEqual([]);
    receive(6, 4, 2);
    await pass(LONGEST_RETRY_MS);
    expect(reactedAfter()).toEqual([]);
    receive(10, 9, 9);
    await pass(MISSED_MS);
    expect(reactedAfter()).toEqual([8]);
    expect(seen()).toEqual(['👍 9']);
  });

  test('are fetched after a reconnect, if any have changed', async () => {
    const reconnect = async (reactedAt: number) => {
      fake.hub.listener.closed(undefined);
      await settle();
      const { history } = fake;
      fake.history = async (query) => ({
        ...(await history(query)),
        ...(query.reactedAfter === undefined ? { reactedAt } : {}),
      });
      fake.hub.welcome(fake.state.revision + 1, 1);
      await pass(MISSED_MS);
    };
    await reconnect(4);
    expect(reactedAfter()).toEqual([]);
    await reconnect(8);
    expect(reactedAfter()).toEqual([4]);
    expect(seen()).toEqual(['👍 3']);
  });

  test('are fetched again and again, ever later, while no answer brings what is missing', async () => {
    fake.random = 0.999;
    fake.history = async () => Promise.reject(new Error('no network'));
    receive(9, 8, 3);
    await pass(7 * MISSED_MS);
    expect(reactedAfter()).toHaveLength(3);
    await pass(10 * LONGEST_RETRY_MS);
    expect(reactedAfter().length).toBeLessThan(16);
  });

  test('begin anew for another user, and when the room has started over', async () => {
    fake.hub.listener.closed(undefined);
    await settle();
    fake.hub.welcome(9, 1, { userId: 'g-other' });
    await pass(MISSED_MS);
    expect(reactedAfter()).toEqual([0]);
  });

  test('are all fetched if the view that had them has failed', async () => {
    room.stop();
    room = followReactions(fake.chat, () => 0);
    await pass(MISSED_MS);
    expect(reactedAfter()).toEqual([0]);
    expect(seen()).toEqual(['👍 3']);
  });
});

describe('one’s own vote', () => {
  test('shows at once, and is sent once', async () => {
    room.toggle(1, '👍');
    expect(seen()).toEqual(['👍 2 mine']);
    expect(fake.hub.votes.map(({ call }) => call)).toEqual(['1 👍 true']);
    answer({ ok: true, revision: 6 });
    await pass(60_000);
    expect(fake.hub.votes).toHaveLength(1);
    receive(6, 4, 2);
    expect(seen()).toEqual(['👍 2 mine']);
  });

  test('is sent again after the one before, so that the last choice wins', async () => {
    room.toggle(1, '👍');
    room.toggle(1, '👍');
    expect(seen()).toEqual(['👍 1']);
    expect(fake.hub.votes).toHaveLength(1);
    answer({ ok: true, revision: 6 });
    await settle();
    expect(fake.hub.votes.map(({ call }) => call)).toEqual(['1 👍 true', '1 👍 false']);
    answer({ ok: true, revision: 7 });
    await settle();
    expect(seen()).toEqual(['👍 1']);
  });

  test.each<ErrorCode>(['not_found', 'too_many_reactions', 'bad_request'])(
    'that is refused with %s is taken back with a notice',
    async (code) => {
      room.toggle(1, '🎉');
      answer(no(code));
      await settle();
      expect(seen()).toEqual(['👍 1']);
      expect(fake.state.notice).toMatchObject({ kind: 'problem', problem: { code } });
    },
  );

  test.each<ErrorCode>(['unavailable', 'too_many_messages'])(
    'that fails for now with %s is repeated, and taken back after a few attempts',
    async (code) => {
      room.toggle(1, '🎉');
      for (let n = 1; n < MOST_ATTEMPTS; n += 1) {
        answer(no(code));
        await settle();
        expect(seen()).toEqual(['👍 1', '🎉 1 mine']);
        expect(fake.hub.votes).toHaveLength(n + 1);
      }
      answer(no(code));
      await settle();
      expect(seen()).toEqual(['👍 1']);
      expect(fake.state.notice).toMatchObject({ problem: { code: 'unavailable' } });
    },
  );

  test('without an answer is repeated on the next connection', async () => {
    room.toggle(1, '🎉');
    fake.hub.listener.closed(undefined);
    await settle();
    expect(room.hindrance()).toBe('offline');
    expect(seen()).toEqual(['👍 1', '🎉 1 mine']);
    fake.hub.welcome(9, 1);
    await settle();
    expect(fake.hub.votes.map(({ call }) => call)).toEqual(['1 🎉 true']);
  });

  test('is impossible without a connection', async () => {
    fake.hub.listener.closed(undefined);
    await settle();
    room.toggle(1, '🎉');
    expect(seen()).toEqual(['👍 1']);
  });

  test.each<ErrorCode>(['banned', 'room_closed'])(
    'that is refused with %s is taken back, and the page learns why',
    async (code) => {
      room.toggle(1, '🎉');
      answer(no(code));
      await settle();
      expect(seen()).toEqual(['👍 1']);
      // The new connection gets the reason.
      expect(fake.hubs).toHaveLength(2);
    },
  );
});

test('the quick reactions have the form in which the functions store them', () => {
  expect(QUICK.map(parseEmoji)).toEqual(QUICK);
});
