// Unread counts of the other rooms, from the notes of the server.

import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type ChatMessage, MAX_WATCHED, type WatchedRoom } from '../../../functions/protocol.ts';
import { type UnreadByRoom, watchOtherRooms } from '../../../web/connection/other-rooms.ts';
import type { KnownRoom } from '../../../web/device/rooms.ts';
import { historyOf } from '../samples.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const MINUTE_MS = 60_000;

function countsOf(unread: UnreadByRoom): Record<string, number> {
  return Object.fromEntries([...unread].map(([room, { count }]) => [room, count]));
}

/** A server that knows the last line of each room. */
function open(
  rooms: KnownRoom[],
  seqs: Record<string, number> = {},
  random = 0,
  messages: readonly ChatMessage[] = [],
  lasts: Record<string, number> = {},
) {
  const calls: (readonly string[])[] = [];
  const reported: Record<string, number>[] = [];
  const mentioned: string[][] = [];
  const queries: string[] = [];
  const startedOver: string[] = [];
  const server = { isDown: false };
  const watch = async (asked: readonly string[]): Promise<readonly WatchedRoom[]> => {
    calls.push(asked);
    if (server.isDown) throw new Error('not connected');
    return asked.map((room) => {
      const seq = seqs[room] ?? 0;
      return { room, seq, first: 1, last: lasts[room] ?? seq };
    });
  };
  const other = watchOtherRooms({
    rooms: () => rooms,
    watch,
    random: () => random,
    api: (room) => ({
      history: async ({ after = 0, limit }) => {
        queries.push(`${room} ${after} ${limit}`);
        return historyOf({ room, messages });
      },
    }),
    me: () => 'g-ada',
    onCounts: (unread) => {
      reported.push(countsOf(unread));
      mentioned.push([...unread].filter(([, { mention }]) => mention).map(([room]) => room));
    },
    onStartedOver: (room, last) => {
      startedOver.push(`${room} ${last}`);
      rooms.splice(
        0,
        rooms.length,
        ...rooms.map((one) => (one.room === room ? { room, readTo: 0 } : one)),
      );
    },
  });
  return { other, calls, reported, mentioned, queries, startedOver, server };
}

const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

test('unread is what came since a room was read, by one call for all rooms', async () => {
  const rooms = [{ room: 'a', readTo: 4 }, { room: 'b', readTo: 9 }, { room: 'new' }];
  const { other, calls, reported } = open(rooms, { a: 9, b: 9, new: 9 });
  other.onWelcome(1);
  await pass(0);
  expect(calls).toEqual([['a', 'b', 'new']]);
  expect(reported).toEqual([{ a: 5, b: 0, new: 0 }]);
  other.stop();
});

test('a note changes the count at once, and an older one does not', async () => {
  const { other, reported } = open([{ room: 'a', readTo: 4 }], { a: 4 });
  other.onWelcome(1);
  await pass(0);
  other.onUnread({ room: 'a', seq: 7 });
  other.onUnread({ room: 'a', seq: 6 });
  expect(reported.at(-1)).toEqual({ a: 3 });
  other.stop();
});

test('a note that comes before the answer is not lost by it', async () => {
  const { other, reported } = open([{ room: 'a', readTo: 4 }]);
  other.onUnread({ room: 'a', seq: 7 });
  expect(reported.at(-1)).toEqual({ a: 3 });
  other.stop();
});

test('what has expired or was erased is not unread', async () => {
  const rooms = [{ room: 'a', readTo: 4 }];
  const reported: Record<string, number>[] = [];
  const other = watchOtherRooms({
    rooms: () => rooms,
    watch: async () => [{ room: 'a', seq: 20, first: 19 }],
    random: () => 0,
    api: () => ({ history: async () => historyOf() }),
    me: () => undefined,
    onCounts: (unread) => reported.push(countsOf(unread)),
    onStartedOver: () => {},
  });
  other.onWelcome(1);
  await pass(0);
  expect(reported).toEqual([{ a: 2 }]);
  other.stop();
});

test('a room that another tab reads is read here too', async () => {
  const rooms: KnownRoom[] = [{ room: 'a', readTo: 4 }];
  const { other, reported } = open(rooms, { a: 6 });
  other.onWelcome(1);
  await pass(0);
  rooms[0] = { room: 'a', readTo: 6 };
  other.changed();
  expect(reported).toEqual([{ a: 2 }, { a: 0 }]);
  other.stop();
});

test('a room that is forgotten has no count, and one that another tab enters is watched', async () => {
  const rooms: KnownRoom[] = [
    { room: 'a', readTo: 1 },
    { room: 'b', readTo: 1 },
  ];
  const { other, calls, reported } = open(rooms, { a: 2, b: 2, c: 2 });
  other.onWelcome(1);
  await pass(0);
  rooms.splice(0, 1);
  other.changed();
  await pass(0);
  expect(calls).toHaveLength(1);
  expect(reported.at(-1)).toEqual({ b: 1 });
  rooms.push({ room: 'c', readTo: 0 });
  other.changed();
  await pass(0);
  expect(calls.at(-1)).toEqual(['b', 'c']);
  expect(reported.at(-1)).toEqual({ b: 1, c: 2 });
  other.stop();
});

test('nothing is called before a welcome, and nothing at all without other rooms', async () => {
  const { other, calls } = open([{ room: 'a' }]);
  other.changed();
  await pass(MINUTE_MS);
  expect(calls).toEqual([]);
  other.stop();
  const alone = open([]);
  alone.other.onWelcome(1);
  await pass(60 * MINUTE_MS);
  expect(alone.calls).toEqual([]);
  alone.other.stop();
});

test('a failed call is repeated after ten seconds', async () => {
  const { other, calls, reported, server } = open([{ room: 'a', readTo: 1 }], { a: 2 });
  server.isDown = true;
  other.onWelcome(1);
  await pass(0);
  server.isDown = false;
  await pass(10_000);
  expect(calls).toHaveLength(2);
  expect(reported).toEqual([{ a: 1 }]);
  other.stop();
});

test('the server is asked anew before it forgets, three times in its hour at most', async () => {
  const { other, calls } = open([{ room: 'a', readTo: 1 }]);
  other.onWelcome(1);
  await pass(60 * MINUTE_MS);
  expect(calls).toHaveLength(3);
  other.stop();
});

test('in a crowd the calls are spread over ten seconds', async () => {
  const { other, calls } = open([{ room: 'a' }], {}, 0.99);
  other.onWelcome(1_000);
  await pass(9_800);
  expect(calls).toEqual([]);
  await pass(200);
  expect(calls).toHaveLength(1);
  other.stop();
});

test('one call has as many rooms as the server takes, the last visited', async () => {
  const rooms = Array.from({ length: MAX_WATCHED + 5 }, (_, n) => ({ room: `r${n}` }));
  const { other, calls } = open(rooms);
  other.onWelcome(1);
  await pass(0);
  expect(calls[0]).toHaveLength(MAX_WATCHED);
  expect(calls[0]?.[0]).toBe('r0');
  other.stop();
});

test('after the end of the visit nothing is called', async () => {
  const { other, calls } = open([{ room: 'a' }]);
  other.onWelcome(1);
  other.stop();
  await pass(60 * MINUTE_MS);
  expect(calls).toEqual([]);
});

test('a mention is marked until the room is read up to it', async () => {
  const rooms: KnownRoom[] = [{ room: 'a', readTo: 4 }];
  const { other, mentioned, reported } = open(rooms, { a: 4 });
  other.onWelcome(1);
  await pass(0);
  other.onUnread({ room: 'a', seq: 6 });
  other.onUnread({ room: 'a', seq: 5, mention: true });
  expect(mentioned.at(-1)).toEqual(['a']);
  rooms[0] = { room: 'a', readTo: 5 };
  other.changed();
  expect(mentioned.at(-1)).toEqual([]);
  expect(reported.at(-1)).toEqual({ a: 1 });
  other.stop();
});

test('a mention in a room that was never read counts as one line', async () => {
  const { other, mentioned, reported } = open([{ room: 'a' }], { a: 4 });
  other.onWelcome(1);
  await pass(0);
  other.onUnread({ room: 'a', seq: 5, mention: true });
  expect(reported.at(-1)).toEqual({ a: 1 });
  expect(mentioned.at(-1)).toEqual(['a']);
  other.stop();
});

test('after an absence mentions are looked for among the first 200 unread lines, in rooms with unread ones only', async () => {
  const line = { id: 'm', userId: 'g-bob', name: 'Bob', text: '@Ada', sentAt: 0 };
  const messages = [
    { ...line, seq: 5, mentions: ['g-eve'] },
    { ...line, seq: 6, mentions: ['g-ada'] },
  ];
  const rooms = [
    { room: 'a', readTo: 4 },
    { room: 'b', readTo: 9 },
  ];
  const { other, mentioned, queries } = open(rooms, { a: 9, b: 9 }, 0, messages);
  other.onWelcome(1);
  await pass(0);
  expect(queries).toEqual(['a 4 200']);
  expect(mentioned.at(-1)).toEqual(['a']);
  other.stop();
});

test('in a room that has started over all is unread, also what has a number that was read before', async () => {
  const rooms: KnownRoom[] = [{ room: 'a', readTo: 57 }];
  const seqs: Record<string, number> = { a: 57 };
  const { other, reported, mentioned, startedOver } = open(rooms, seqs);
  other.onWelcome(1);
  await pass(0);
  other.onUnread({ room: 'a', seq: 58, mention: true });
  expect(mentioned.at(-1)).toEqual(['a']);
  seqs.a = 3;
  other.onWelcome(1);
  await pass(0);
  expect(startedOver).toEqual(['a 3']);
  expect(reported.at(-1)).toEqual({ a: 3 });
  expect(mentioned.at(-1)).toEqual([]);
  other.onUnread({ room: 'a', seq: 4 });
  expect(reported.at(-1)).toEqual({ a: 4 });
  other.stop();
});

test('a room whose last messages announce edits has not started over', async () => {
  const rooms: KnownRoom[] = [{ room: 'a', readTo: 9 }];
  const { other, reported, startedOver } = open(rooms, { a: 7 }, 0, [], { a: 9 });
  other.onWelcome(1);
  await pass(0);
  expect(reported).toEqual([{ a: 0 }]);
  expect(startedOver).toEqual([]);
  other.stop();
});

test('nor has one that another tab reads while the answer is on its way', async () => {
  const rooms: KnownRoom[] = [{ room: 'a', readTo: 4 }];
  const startedOver: string[] = [];
  const other = watchOtherRooms({
    rooms: () => rooms,
    watch: async () => {
      rooms[0] = { room: 'a', readTo: 6 };
      return [{ room: 'a', seq: 5, first: 1, last: 5 }];
    },
    random: () => 0,
    api: () => ({ history: async () => historyOf() }),
    me: () => undefined,
    onCounts: () => {},
    onStartedOver: (room) => startedOver.push(room),
  });
  other.onWelcome(1);
  await pass(0);
  expect(startedOver).toEqual([]);
  other.stop();
});
