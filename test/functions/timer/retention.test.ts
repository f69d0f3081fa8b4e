// Nothing is kept for ever, and nothing is removed that is still needed, at any step where a cleanup or an erase stops.

import { describe, expect, test } from '@jest/globals';
import { disconnect } from '../../../functions/http/disconnect.ts';
import { eraseRoom } from '../../../functions/http/erase-room.ts';
import { history } from '../../../functions/http/history.ts';
import { connected } from '../../../functions/hub/connected.ts';
import { ChatError } from '../../../functions/protocol.ts';
import { LISTED_ROOMS } from '../../../functions/room/room-list.ts';
import { banKey, messageKey } from '../../../functions/room/rows.ts';
import { type Table, TableUnavailable } from '../../../functions/room/table.ts';
import { cleanUpRooms } from '../../../functions/timer/cleanup.ts';
import { ask, openTestChat, type TestChat } from '../../support/chat.ts';
import { runUntil } from '../../support/clock.ts';
import { MemoryTable } from '../../support/memory-table.ts';
import { atEveryStep } from '../../support/mortal-table.ts';

const ROOM = 'lobby';
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const author = { userId: 'g-ada', name: 'Ada' };
const ada = { ...author, room: ROOM };

const rowsOf = async (chat: TestChat, partition = ROOM) => {
  const rows = await chat.table.list(partition, { from: '', to: '~', limit: 10_000 });
  return rows.map(({ key }) => key);
};
const send = (chat: TestChat, id: string) =>
  chat.rooms.submit(ROOM, { kind: 'send', id, text: `text ${id}`, ...author });
const ban = (chat: TestChat, minutes: number, userId = 'g-eve') =>
  chat.rooms.submit(ROOM, { kind: 'ban', userId, until: chat.now() + minutes * MINUTE });
const erase = (chat: TestChat) =>
  ask(eraseRoom, chat, { method: 'DELETE', params: { room: ROOM } });
const clean = async (chat: TestChat, runs: number) => {
  for (let run = 0; run < runs; run += 1) {
    await chat.clock.advance(MINUTE);
    await cleanUpRooms(chat);
  }
};

/** A message, a published text, a deleted message and a ban: every row with a text or a user. */
async function fill(chat: TestChat): Promise<void> {
  await connected(await chat.call('c1', ada), chat);
  await send(chat, 'one');
  const lines = [
    { id: 'two.1', text: 'line 1' },
    { id: 'two.2', text: 'line 2' },
  ] as const;
  await chat.rooms.submit(ROOM, { kind: 'publish', lines: [...lines], ...author });
  await send(chat, 'three');
  const found = await chat.reader.text(ROOM, 4);
  if (!found) throw new Error('there is no message 4');
  const { messageRow, announcementRow } = found;
  await chat.rooms.submit(ROOM, { kind: 'delete', messageRow, announcementRow, ...author });
  await ban(chat, 3);
  await chat.rooms.submit(ROOM, { kind: 'leave', connectionId: 'c1' });
}

describe('S1: nothing is kept for ever', () => {
  test('when the timer dies at any of its steps, later runs remove the rest', async () => {
    const steps = await atEveryStep(
      async (chat) => {
        await fill(chat);
        await chat.clock.advance(30 * DAY + MINUTE);
      },
      (chat) => cleanUpRooms(chat),
      async (chat, at) => {
        await clean(chat, 20);
        expect({ at, rows: await rowsOf(chat) }).toEqual({ at, rows: ['head'] });
        expect({ at, due: await rowsOf(chat, '.tidy') }).toEqual({ at, due: [] });
      },
    );
    expect(steps).toBeGreaterThan(8);
  });

  test('when an erase dies at any of its steps, the timer removes the rest of a started erase', async () => {
    const steps = await atEveryStep(
      fill,
      (chat) => erase(chat),
      async (chat, at) => {
        const { first, seq, listed } = await chat.reader.head(ROOM);
        const isErased = first > seq;
        await clean(chat, 20);
        const kept = (await rowsOf(chat)).filter((key) => !key.startsWith('c:'));
        const rows = isErased ? ['head'] : expect.arrayContaining([messageKey(1), messageKey(5)]);
        expect({ at, rows: kept }).toEqual({ at, rows });
        // A live room is on the list in any case.
        const onList = await rowsOf(chat, LISTED_ROOMS);
        expect({ at, listed, onList }).toEqual({
          at,
          listed: !isErased,
          onList: isErased ? [] : [`r:${ROOM}`],
        });
      },
    );
    expect(steps).toBeGreaterThan(6);
  });

  test('when the closing of an erased room dies at any of its steps, the room is on the list only if it is closed', async () => {
    const steps = await atEveryStep(
      async (chat) => {
        await fill(chat);
        await erase(chat);
        await clean(chat, 30);
      },
      (chat) => chat.rooms.submit(ROOM, { kind: 'close', reason: 'night' }),
      async (chat, at) => {
        await clean(chat, 20);
        const { closed } = await chat.reader.head(ROOM);
        const onList = await rowsOf(chat, LISTED_ROOMS);
        expect({ at, onList }).toEqual({ at, onList: closed === '' ? [] : [`r:${ROOM}`] });
        expect({ at, due: await rowsOf(chat, '.tidy') }).toEqual({ at, due: [] });
      },
    );
    expect(steps).toBeGreaterThan(2);
  });

  test('a service that is down stops neither an erase nor the timer, and the caller gets an error', async () => {
    const chat = openTestChat();
    await fill(chat);
    await connected(await chat.call('c2', ada), chat);
    chat.service.closeRoom = async () => {
      throw new ChatError('unavailable', 'unable to reach SignalR Service; it is down.');
    };
    chat.service.hasConnection = async () => {
      throw new ChatError('unavailable', 'unable to reach SignalR Service; it is down.');
    };
    const answer = await erase(chat);
    expect(answer).toMatchObject({ status: 503, jsonBody: { error: { code: 'unavailable' } } });
    const said = (await rowsOf(chat)).filter((key) => /^[imb]:/.test(key));
    expect(said).toEqual([]);
    await send(chat, 'late');
    await chat.clock.advance(30 * DAY);
    await clean(chat, 3);
    expect((await rowsOf(chat)).filter((key) => /^[imb]:/.test(key))).toEqual([]);
  });

  test('a receipt is deleted only with its own message: an id that is used again keeps its receipt', async () => {
    const memory = new MemoryTable();
    const chat = openTestChat(memory);
    await send(chat, 'again');
    const old = await chat.reader.storedMessages(ROOM, { from: 1, limit: 9 });
    await chat.rooms.submit(ROOM, { kind: 'erase' });
    await chat.cleanup.removeMessages(ROOM, old);
    await send(chat, 'again');
    // A second timer, or an erase at the same time, has read the old message, too.
    await chat.cleanup.removeMessages(ROOM, old);
    expect(await rowsOf(chat)).toEqual(['head', 'i:g-ada:again', messageKey(2)]);
    expect((await send(chat, 'again')).outcome).toMatchObject({ kind: 'stored', seq: 2 });
  });
});

describe('S10: a renewed row stays', () => {
  /** Calls `between` once, after the timer has read the bans and before it deletes one. */
  function interrupted(between: () => Promise<unknown>): Table {
    const memory = new MemoryTable();
    let isFirst = true;
    return {
      get: (partition, key) => memory.get(partition, key),
      list: (partition, range) => memory.list(partition, range),
      commit: async (partition, operations) => {
        const isBan = operations.some((one) => one.kind === 'delete' && one.key.startsWith('b:'));
        if (isBan && isFirst) {
          isFirst = false;
          await between();
        }
        return memory.commit(partition, operations);
      },
    };
  }

  test('a ban that is renewed while the timer removes it', async () => {
    const chat = openTestChat(interrupted(() => ban(chat, 60)));
    await ban(chat, 1);
    await clean(chat, 7);
    expect(await chat.reader.bannedUntil(ROOM, 'g-eve')).toBeGreaterThan(chat.now());
    const joined = await connected(await chat.call('c1', { ...ada, userId: 'g-eve' }), chat);
    expect(joined.about).toEqual({ refused: 'banned' });
    await clean(chat, 70);
    expect(await rowsOf(chat)).not.toContain(banKey('g-eve'));
  });

  test('a ban that is renewed while an erase removes it', async () => {
    const chat = openTestChat(interrupted(() => ban(chat, 60)));
    await ban(chat, 1);
    expect((await erase(chat)).status).toBe(204);
    expect(await rowsOf(chat)).toEqual([banKey('g-eve'), 'head']);
  });

  test('a ban of a user who is not in the room is removed when it ends, too', async () => {
    const chat = openTestChat();
    await ban(chat, 5);
    await ban(chat, 100, 'g-mallory');
    await clean(chat, 20);
    expect(await rowsOf(chat)).toEqual([banKey('g-mallory'), 'head']);
    await clean(chat, 100);
    expect(await rowsOf(chat)).not.toContain(banKey('g-mallory'));
  });

  test('a room that somebody enters while an erase takes it off the list', async () => {
    const memory = new MemoryTable();
    let isFirst = true;
    const chat = openTestChat({
      get: (partition, key) => memory.get(partition, key),
      list: (partition, range) => memory.list(partition, range),
      commit: async (partition, operations) => {
        const isRemoval = partition === LISTED_ROOMS && operations[0]?.kind === 'delete';
        if (isRemoval && isFirst) {
          isFirst = false;
          await connected(await chat.call('c1', ada), chat);
        }
        return memory.commit(partition, operations);
      },
    });
    await send(chat, 'one');
    expect((await erase(chat)).status).toBe(204);
    expect(await rowsOf(chat, LISTED_ROOMS)).toEqual([`r:${ROOM}`]);
  });

  test('a room whose erase is answered 503 before it began stays on the list', async () => {
    const memory = new MemoryTable();
    let isOut = false;
    const chat = openTestChat({
      get: (partition, key) => memory.get(partition, key),
      list: (partition, range) => memory.list(partition, range),
      commit: async (partition, operations) => {
        if (isOut && partition === ROOM) throw new TableUnavailable(new Error('busy'));
        return memory.commit(partition, operations);
      },
    });
    await send(chat, 'one');
    isOut = true;
    expect(await runUntil(chat.clock, erase(chat))).toMatchObject({ status: 503 });
    isOut = false;
    await clean(chat, 10);
    expect(await rowsOf(chat, LISTED_ROOMS)).toEqual([`r:${ROOM}`]);
    expect((await chat.reader.head(ROOM)).listed).toBe(true);
  });
});

describe('S10: a lowered retention', () => {
  const withRetention = (table: Table, retentionDays: number) => {
    const chat = openTestChat(table);
    return { ...chat, settings: { ...chat.settings, retentionDays } };
  };

  test('applies to any number of rooms that nobody enters any more', async () => {
    const table = new MemoryTable();
    const before = openTestChat(table);
    const rooms = Array.from({ length: 250 }, (_, n) => `room-${n}`);
    for (const room of rooms) {
      await before.rooms.submit(room, { kind: 'send', id: 'm', text: 'old', ...author });
    }
    await clean(before, 7);
    const after = withRetention(table, 7);
    await after.clock.advance(8 * DAY);
    await clean(after, 3);
    for (const room of rooms) expect(await rowsOf(after, room)).toEqual(['head']);
  });

  test('continues after an interruption', async () => {
    const table = new MemoryTable();
    const before = openTestChat(table);
    for (let n = 0; n < 250; n += 1) {
      await before.rooms.submit(`room-${n}`, { kind: 'send', id: 'm', text: 'old', ...author });
    }
    const later = before.now() + 8 * DAY;
    let commits = 0;
    const dying: Table = {
      get: (partition, key) => table.get(partition, key),
      list: (partition, range) => table.list(partition, range),
      commit: async (partition, operations) => {
        commits += 1;
        if (commits === 2) throw new TableUnavailable(new Error('dead'));
        return table.commit(partition, operations);
      },
    };
    await expect(openTestChat(dying).cleanup.applyRetention(7 * DAY, later)).rejects.toThrow();
    const { cleanup } = openTestChat(table);
    await cleanup.applyRetention(7 * DAY, later);
    const due = await cleanup.dueRooms('used', later, 1_000);
    expect(new Set(due.map(({ room }) => room)).size).toBe(250);
  });

  test('a raised one costs nothing per room', async () => {
    const table = new MemoryTable();
    const before = openTestChat(table);
    await send(before, 'one');
    await before.cleanup.applyRetention(30 * DAY, before.now());
    const { cleanup } = openTestChat(table);
    const due = await rowsOf(before, '.tidy');
    await cleanup.applyRetention(60 * DAY, before.now());
    expect(await rowsOf(before, '.tidy')).toEqual(due);
  });
});

test('S1: history never has a message below the first one, deleted or not', async () => {
  const chat = openTestChat();
  await send(chat, 'one');
  await chat.rooms.submit(ROOM, { kind: 'erase' });
  const { jsonBody } = await ask(history, chat, { params: { room: ROOM }, query: '?after=0' });
  expect(jsonBody).toMatchObject({ messages: [] });
  expect(await rowsOf(chat)).toContain(messageKey(1));
});

test('S10: a moderator’s ban is removed when it ends, also in an empty room', async () => {
  const chat = openTestChat();
  await connected(await chat.call('c1', ada), chat);
  const params = { room: ROOM, connectionId: 'c1' };
  await ask(disconnect, chat, { method: 'DELETE', params, query: '?banMinutes=30' });
  await chat.rooms.submit(ROOM, { kind: 'leave', connectionId: 'c1' });
  await clean(chat, 29);
  expect(await rowsOf(chat)).toContain(banKey('g-ada'));
  await clean(chat, 15);
  expect(await rowsOf(chat)).not.toContain(banKey('g-ada'));
});
