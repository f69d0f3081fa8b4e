// The timer finds lost connections and removes expired rows. An empty room costs nothing.

import { describe, expect, test } from '@jest/globals';
import { history } from '../../../functions/http/history.ts';
import { connected } from '../../../functions/hub/connected.ts';
import { CHECK_AFTER_MS, CLEANUP_PARTITION } from '../../../functions/room/cleanup-schedule.ts';
import { EMPTY_HEAD, fromHeadRow, HEAD_KEY } from '../../../functions/room/rows.ts';
import { cleanUpRooms } from '../../../functions/timer/cleanup.ts';
import { ask, eventsIn, openTestChat, type TestChat } from '../../support/chat.ts';
import { MemoryTable } from '../../support/memory-table.ts';
import { countCalls, unreadable } from '../../support/troubled-table.ts';

const ROOM = 'lobby';
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const ada = { userId: 'g-ada', name: 'Ada', room: ROOM };
const times = (count: number) => Array.from({ length: count }, (_, n) => n);

const join = async (chat: TestChat, connectionId: string) => {
  const answer = await connected(await chat.call(connectionId, ada), chat);
  // It sent an event, so only the timer checks it.
  chat.newcomers.confirm(connectionId);
  return answer;
};
const leave = (chat: TestChat, connectionId: string) =>
  chat.rooms.submit(ROOM, { kind: 'leave', connectionId });
const send = (chat: TestChat, id: string) =>
  chat.rooms.submit(ROOM, { kind: 'send', id, text: 'hi', userId: 'g-ada', name: 'Ada' });
const readHead = async (chat: TestChat) => {
  const row = await chat.table.get(ROOM, HEAD_KEY);
  return row ? fromHeadRow(row) : EMPTY_HEAD;
};
const rowsOf = async (chat: TestChat, partition: string) => {
  const rows = await chat.table.list(partition, { from: '', to: '~', limit: 10_000 });
  return rows.map(({ key }) => key);
};
/** The timer, called as the platform calls it. */
async function runFor(chat: TestChat, ms: number) {
  const broadcasts = [];
  for (let end = chat.now() + ms; chat.now() < end; ) {
    await chat.clock.advance(MINUTE);
    broadcasts.push(...eventsIn(await cleanUpRooms(chat)));
  }
  return broadcasts;
}

describe('a connection whose end was never reported', () => {
  test('leaves count and members within the check and a minute, with a broadcast', async () => {
    const chat = openTestChat();
    await join(chat, 'stays');
    await join(chat, 'lost');
    chat.unknown.add('lost');
    const broadcasts = await runFor(chat, CHECK_AFTER_MS + MINUTE);
    expect(broadcasts).toMatchObject([{ online: 1, left: [{ connectionId: 'lost' }] }]);
    expect(await readHead(chat)).toMatchObject({ online: 1 });
  });

  test('is broadcast also if a later step fails', async () => {
    const chat = openTestChat(unreadable((_, { from }) => from.startsWith('m:')));
    await join(chat, 'stays');
    await join(chat, 'lost');
    chat.unknown.add('lost');
    const broadcasts = await runFor(chat, CHECK_AFTER_MS + MINUTE);
    expect(broadcasts[0]).toMatchObject({ online: 1, left: [{ connectionId: 'lost' }] });
  });

  test('is broadcast also if the due rooms of the other lane cannot be read', async () => {
    let isOut = false;
    const chat = openTestChat(
      unreadable((partition, { from }) => isOut && partition === CLEANUP_PARTITION && from === ''),
    );
    await join(chat, 'stays');
    await join(chat, 'lost');
    chat.unknown.add('lost');
    await chat.clock.advance(CHECK_AFTER_MS + MINUTE);
    isOut = true;
    const answer = await cleanUpRooms(chat);
    expect(eventsIn(answer)).toMatchObject([{ online: 1, left: [{ connectionId: 'lost' }] }]);
    expect(answer.failed).toMatchObject([{ lane: 'used' }]);
  });

  test('waits if no due room can be read, and the call fails', async () => {
    const chat = openTestChat(unreadable((partition) => partition === CLEANUP_PARTITION));
    await expect(cleanUpRooms(chat)).rejects.toThrow('busy');
  });

  test('is found in a busy room, too', async () => {
    const chat = openTestChat();
    await join(chat, 'lost');
    chat.unknown.add('lost');
    for (const n of times(7)) {
      await send(chat, `m${n}`);
      await runFor(chat, MINUTE);
      await join(chat, `c${n}`);
    }
    expect(await readHead(chat)).toMatchObject({ online: 7 });
  });

  test('is not checked while it is young', async () => {
    const chat = openTestChat();
    await join(chat, 'old');
    await chat.clock.advance(CHECK_AFTER_MS - 1_000);
    await join(chat, 'young');
    await chat.clock.advance(1_000);
    await cleanUpRooms(chat);
    expect(chat.checked).toEqual(['old']);
  });

  test('stays counted while the service does not answer, and is found when it answers', async () => {
    const chat = openTestChat();
    await join(chat, 'lost');
    const { hasConnection } = chat.service;
    chat.service.hasConnection = async () => {
      throw new Error('503');
    };
    await runFor(chat, CHECK_AFTER_MS + 3 * MINUTE);
    expect(await readHead(chat)).toMatchObject({ online: 1 });
    chat.service.hasConnection = hasConnection;
    chat.unknown.add('lost');
    await runFor(chat, MINUTE);
    expect(await readHead(chat)).toMatchObject({ online: 0 });
  });
});

describe('the cleanup removes expired', () => {
  test('messages and their receipts, oldest first, in transactions of 50', async () => {
    const table = countCalls(new MemoryTable());
    const chat = openTestChat(table);
    await Promise.all(times(120).map((n) => send(chat, `old-${n}`)));
    await chat.clock.advance(29 * DAY);
    await send(chat, 'young');
    await runFor(chat, DAY - MINUTE);
    expect(await readHead(chat)).toMatchObject({ first: 1, seq: 121 });
    const before = table.commits.length;
    await runFor(chat, 2 * MINUTE);
    expect(await readHead(chat)).toMatchObject({ first: 121, seq: 121 });
    expect(await rowsOf(chat, ROOM)).toEqual(['head', 'i:g-ada:young', 'm:0000000000000121']);
    // Three of deletions, and a few that set dates.
    expect(table.commits.length - before).toBeLessThanOrEqual(8);
    const { jsonBody } = await ask(history, chat, { params: { room: ROOM }, query: '?after=0' });
    expect(jsonBody).toMatchObject({ first: 121, messages: [{ seq: 121 }] });
  });

  test('tombstones that no late event can need', async () => {
    const chat = openTestChat();
    await join(chat, 'stays');
    await join(chat, 'c1');
    await leave(chat, 'c1');
    expect(await rowsOf(chat, ROOM)).toEqual(['c:c1', 'c:stays', 'head']);
    await runFor(chat, 9 * MINUTE);
    expect(
      (await chat.rooms.submit(ROOM, { kind: 'join', connectionId: 'c1', userId: 'g', name: 'N' }))
        .outcome,
    ).toEqual({ kind: 'gone' });
    await runFor(chat, 3 * MINUTE);
    expect(await rowsOf(chat, ROOM)).toEqual(['c:stays', 'head']);
  });

  test('a tombstone that ends while the timer works', async () => {
    const table = new MemoryTable();
    const chat = openTestChat({
      get: (partition, key) => table.get(partition, key),
      commit: (partition, operations) => table.commit(partition, operations),
      list: async (partition, range) => {
        if (range.from.startsWith('m:')) chat.clock.set(1);
        return table.list(partition, range);
      },
    });
    await join(chat, 'c1');
    await join(chat, 'c2');
    await send(chat, 'm1');
    await runFor(chat, 6 * MINUTE);
    await leave(chat, 'c1');
    chat.clock.set(1);
    await leave(chat, 'c2');
    const { cleanupAt } = await readHead(chat);
    await runFor(chat, cleanupAt - chat.now() - MINUTE);
    const ends = [...(await chat.reader.connections(ROOM))].map(({ closedAt }) => closedAt);
    await chat.clock.advance(Math.min(...ends) + 10 * MINUTE + 1 - chat.now());
    await cleanUpRooms(chat);
    expect(await rowsOf(chat, ROOM)).toContain('c:c2');
    await runFor(chat, 6 * MINUTE);
    expect(await rowsOf(chat, ROOM)).toEqual(['head', 'i:g-ada:m1', 'm:0000000000000001']);
  });

  test('bans', async () => {
    const chat = openTestChat();
    await join(chat, 'c1');
    await chat.rooms.submit(ROOM, { kind: 'ban', userId: 'g-eve', until: chat.now() + 7 * MINUTE });
    await runFor(chat, 6 * MINUTE);
    expect(await rowsOf(chat, ROOM)).toContain('b:g-eve');
    await runFor(chat, 6 * MINUTE);
    expect(await rowsOf(chat, ROOM)).not.toContain('b:g-eve');
  });

  test('bans, also if somebody sends a message before the timer runs', async () => {
    const chat = openTestChat();
    await join(chat, 'c1');
    await chat.rooms.submit(ROOM, { kind: 'ban', userId: 'g-eve', until: chat.now() + MINUTE });
    await chat.clock.advance(MINUTE + 1);
    await send(chat, 'm1');
    await runFor(chat, 6 * MINUTE);
    expect(await rowsOf(chat, ROOM)).not.toContain('b:g-eve');
  });
});

describe('the cost', () => {
  test('of an empty room is nothing until its oldest message expires', async () => {
    const table = countCalls(new MemoryTable());
    const chat = openTestChat(table);
    await join(chat, 'c1');
    await send(chat, 'm1');
    await leave(chat, 'c1');
    await runFor(chat, 15 * MINUTE);
    expect(await rowsOf(chat, CLEANUP_PARTITION)).toHaveLength(1);
    const commits = table.commits.length;
    const reads = table.reads;
    await runFor(chat, 60 * MINUTE);
    expect(table.commits).toHaveLength(commits);
    // Two reads of the schedule a minute, for any number of rooms, and one of the reading places an hour.
    expect(table.reads - reads).toBe(121);
  });

  test('ends with the last message: then the room is on no schedule', async () => {
    const chat = openTestChat();
    await send(chat, 'm1');
    await chat.clock.advance(30 * DAY);
    // One more read follows a change.
    await runFor(chat, CHECK_AFTER_MS + 2 * MINUTE);
    expect(await rowsOf(chat, CLEANUP_PARTITION)).toEqual([]);
    expect(await readHead(chat)).toMatchObject({ cleanupAt: 0, first: 2, seq: 1 });
    await join(chat, 'c1');
    expect(await rowsOf(chat, CLEANUP_PARTITION)).toHaveLength(1);
  });

  test('of 1,000 connections in five minutes is one list, a check for each and a few writes', async () => {
    const table = countCalls(new MemoryTable());
    const chat = openTestChat(table);
    // The first run of a new process reads which retention the schedule was made for.
    await cleanUpRooms(chat);
    await Promise.all(
      times(1_000).map((n) =>
        chat.rooms.submit(ROOM, {
          kind: 'join',
          connectionId: `c${n}`,
          userId: `u${n}`,
          name: 'N',
        }),
      ),
    );
    await runFor(chat, CHECK_AFTER_MS - MINUTE);
    const commits = table.commits.length;
    const reads = table.reads;
    await runFor(chat, MINUTE);
    expect(chat.checked).toHaveLength(1_000);
    expect(table.commits.length - commits).toBeLessThanOrEqual(3);
    expect(table.reads - reads).toBeLessThanOrEqual(5);
  });

  test('does not include rooms that are not due', async () => {
    const chat = openTestChat();
    await join(chat, 'c1');
    await chat.rooms.submit('other', { kind: 'send', id: 'm', text: 'hi', userId: 'u', name: 'N' });
    await runFor(chat, CHECK_AFTER_MS + MINUTE);
    expect((await readHead(chat)).cleanupAt).toBeGreaterThan(chat.now());
    expect(await rowsOf(chat, CLEANUP_PARTITION)).toHaveLength(2);
  });
});

test('a change between the timer’s read and its commit is not lost', async () => {
  const chat = openTestChat();
  await send(chat, 'm1');
  await chat.clock.advance(30 * DAY + MINUTE);
  const { list } = chat.table;
  chat.table.list = async (...args) => {
    const rows = await list.apply(chat.table, args);
    chat.table.list = list;
    await join(chat, 'between');
    return rows;
  };
  await cleanUpRooms(chat);
  chat.unknown.add('between');
  await runFor(chat, CHECK_AFTER_MS + 2 * MINUTE);
  expect(await readHead(chat)).toMatchObject({ online: 0 });
});

describe('S5: a run of the timer is bounded', () => {
  const enter = (chat: TestChat, room: string, connectionId: string) =>
    chat.rooms.submit(room, { kind: 'join', connectionId, userId: `g-${connectionId}`, name: 'N' });
  const speak = (chat: TestChat, room: string) =>
    chat.rooms.submit(room, { kind: 'send', id: 'm', text: 'hi', userId: 'g-ada', name: 'Ada' });

  test('and begins with the room that has been due for longest', async () => {
    const chat = openTestChat();
    for (const n of times(40)) {
      await enter(chat, `room-${n}`, `c-${n}`);
      await speak(chat, `room-${n}`);
      await chat.clock.advance(1_000);
    }
    await chat.clock.advance(CHECK_AFTER_MS);
    // Each check takes a second of the clock.
    const { hasConnection } = chat.service;
    chat.service.hasConnection = async (id) => {
      chat.clock.set(1_000);
      return hasConnection(id);
    };
    const { postponed } = await cleanUpRooms(chat);
    expect(chat.checked.slice(0, 20)).toEqual(times(20).map((n) => `c-${n}`));
    expect(postponed).toBeGreaterThan(5);
    await chat.clock.advance(MINUTE);
    expect(await cleanUpRooms(chat)).toMatchObject({ postponed: 0 });
    expect(new Set(chat.checked).size).toBe(40);
  });

  test('and goes on with the connections of a huge room where it stopped', async () => {
    const chat = openTestChat();
    await speak(chat, ROOM);
    await Promise.all(times(200).map((n) => enter(chat, ROOM, `c-${n}`)));
    chat.unknown.add('c-99');
    await chat.clock.advance(CHECK_AFTER_MS);
    const { hasConnection } = chat.service;
    chat.service.hasConnection = async (id) => {
      chat.clock.set(300);
      return hasConnection(id);
    };
    await cleanUpRooms(chat);
    const inFirstRun = chat.checked.length;
    expect(inFirstRun).toBeLessThan(150);
    await chat.clock.advance(MINUTE);
    await cleanUpRooms(chat);
    expect(chat.checked).toHaveLength(200);
    expect(new Set(chat.checked).size).toBe(200);
    expect(await readHead(chat)).toMatchObject({ online: 199 });
    expect((await readHead(chat)).cleanupAt).toBeGreaterThan(chat.now());
  });

  test('and rooms in which nobody has spoken do not delay the others', async () => {
    const chat = openTestChat();
    await Promise.all(times(300).map((n) => enter(chat, `junk-${n}`, `junk-${n}`)));
    await chat.clock.advance(1_000);
    await enter(chat, ROOM, 'lost');
    // The room was new when it was made due. Its first message makes it one of the others.
    await speak(chat, ROOM);
    chat.unknown.add('lost');
    await chat.clock.advance(CHECK_AFTER_MS);
    const { hasConnection } = chat.service;
    chat.service.hasConnection = async (id) => {
      chat.clock.set(1_000);
      return hasConnection(id);
    };
    const { postponed } = await cleanUpRooms(chat);
    expect(postponed).toBeGreaterThan(200);
    expect(await readHead(chat)).toMatchObject({ online: 0 });
  });
});
