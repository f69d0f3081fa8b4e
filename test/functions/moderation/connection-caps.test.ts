// S3: one guest cannot take the chat down: connections are capped per user and per room, and opening them has a rate limit.

import { describe, expect, test } from '@jest/globals';
import { negotiate } from '../../../functions/http/negotiate.ts';
import { connected } from '../../../functions/hub/connected.ts';
import { disconnected } from '../../../functions/hub/disconnected.ts';
import { RoomLog } from '../../../functions/room/room-log.ts';
import { DEFAULT_CAPS } from '../../../functions/settings.ts';
import { ask, openTestChat, type TestChat } from '../../support/chat.ts';
import { Clock, runUntil } from '../../support/clock.ts';
import { MemoryTable } from '../../support/memory-table.ts';
import { countCalls } from '../../support/troubled-table.ts';

const ROOM = 'lobby';
const times = (count: number) => Array.from({ length: count }, (_, n) => n);
const join = (rooms: Pick<RoomLog, 'submit'>, connectionId: string, userId = 'g-eve') =>
  rooms.submit(ROOM, { kind: 'join', connectionId, userId, name: 'N' });
const openRooms = (table: MemoryTable, caps = DEFAULT_CAPS) => {
  const { now, sleep } = new Clock();
  return new RoomLog({ table, now, sleep, random: () => 0, broadcast: async () => {}, caps });
};
const kindsOf = (results: readonly { readonly outcome: { readonly kind: string } }[]) =>
  results.map(({ outcome }) => outcome.kind);
const count = (kinds: readonly string[], wanted: string) =>
  kinds.filter((kind) => kind === wanted).length;

describe('S3: the connections of a user in a room', () => {
  test('are capped exactly, whether they come one by one or together', async () => {
    for (const isTogether of [true, false]) {
      const rooms = openRooms(new MemoryTable());
      const results = [];
      if (isTogether)
        results.push(...(await Promise.all(times(40).map((n) => join(rooms, `c${n}`)))));
      else for (const n of times(40)) results.push(await join(rooms, `c${n}`));
      const kinds = kindsOf(results);
      expect(count(kinds, 'joined')).toBe(DEFAULT_CAPS.user);
      expect(count(kinds, 'full')).toBe(40 - DEFAULT_CAPS.user);
      expect((await join(rooms, 'other', 'g-ada')).outcome).toMatchObject({
        kind: 'joined',
        online: DEFAULT_CAPS.user + 1,
      });
    }
  });

  test('are capped exactly by two processes that compete', async () => {
    const table = new MemoryTable();
    const chats = [openTestChat(table), openTestChat(table)] as const;
    const all = Promise.all(times(40).map((n) => join(chats[n % 2 === 0 ? 0 : 1].rooms, `c${n}`)));
    const other = runUntil(chats[1].clock, all);
    const kinds = kindsOf(await runUntil(chats[0].clock, other));
    expect(count(kinds, 'joined')).toBe(DEFAULT_CAPS.user);
  });

  test('have space again when one of them has gone', async () => {
    const rooms = openRooms(new MemoryTable());
    for (const n of times(DEFAULT_CAPS.user)) await join(rooms, `c${n}`);
    expect((await join(rooms, 'more')).outcome).toEqual({ kind: 'full', of: 'user' });
    await rooms.submit(ROOM, { kind: 'leave', connectionId: 'c3' });
    expect((await join(rooms, 'more')).outcome).toMatchObject({ kind: 'joined' });
  });

  test('keep a place that is reported twice', async () => {
    const rooms = openRooms(new MemoryTable());
    for (const n of times(DEFAULT_CAPS.user)) await join(rooms, `c${n}`);
    expect((await join(rooms, 'c0')).outcome).toMatchObject({
      kind: 'joined',
      online: DEFAULT_CAPS.user,
    });
  });

  test('cost nothing to count: a join below the cap reads and writes what it did before', async () => {
    const table = countCalls(new MemoryTable());
    const rooms = openRooms(table as unknown as MemoryTable);
    await join(rooms, 'first', 'g-ada');
    const { reads } = table;
    const commits = table.commitsTo(ROOM).length;
    for (const n of times(11)) await join(rooms, `c${n}`);
    expect(table.reads - reads).toBe(0);
    expect(table.commitsTo(ROOM).length - commits).toBe(11);
    for (const { operations } of table.commitsTo(ROOM)) expect(operations).toHaveLength(2);
  });

  test('are not capped in a room of an earlier version until it is empty once', async () => {
    const table = new MemoryTable();
    const rooms = openRooms(table);
    await join(rooms, 'old');
    const head = await table.get(ROOM, 'head');
    if (!head) throw new Error('there is no head');
    const { tallies: _, ...properties } = head.properties;
    await table.commit(ROOM, [{ kind: 'put', row: { key: 'head', properties } }]);
    const later = openRooms(table);
    for (const n of times(20)) {
      expect((await join(later, `c${n}`)).outcome).toMatchObject({ kind: 'joined' });
    }
    for (const id of ['old', ...times(20).map((n) => `c${n}`)]) {
      await later.submit(ROOM, { kind: 'leave', connectionId: id });
    }
    const kinds = [];
    for (const n of times(20)) kinds.push((await join(later, `d${n}`)).outcome.kind);
    expect(count(kinds, 'joined')).toBe(DEFAULT_CAPS.user);
  });
});

describe('S3: the connections of a room', () => {
  const caps = { user: 12, room: 30 };

  test('are capped exactly, also within one commit', async () => {
    const rooms = openRooms(new MemoryTable(), caps);
    const results = await Promise.all(times(80).map((n) => join(rooms, `c${n}`, `g-${n}`)));
    expect(count(kindsOf(results), 'joined')).toBe(30);
    expect((await join(rooms, 'c0', 'g-0')).outcome).toMatchObject({ kind: 'joined', online: 30 });
    expect((await join(rooms, 'late', 'g-late')).outcome).toEqual({ kind: 'full', of: 'room' });
  });
});

describe('S3: a process that has refused somebody', () => {
  test('lets people in again when another process has opened the room', async () => {
    const table = new MemoryTable();
    const [one, other] = [openRooms(table), openRooms(table)];
    await join(one, 'first');
    await one.submit(ROOM, { kind: 'close', reason: 'night' });
    expect((await join(one, 'late')).outcome).toMatchObject({ kind: 'closed' });
    await other.submit(ROOM, { kind: 'open' });
    expect((await join(one, 'morning')).outcome).toMatchObject({ kind: 'joined' });
  });

  test('lets people in again when others have left the full room by another process', async () => {
    const table = new MemoryTable();
    const caps = { user: 12, room: 2 };
    const [one, other] = [openRooms(table, caps), openRooms(table, caps)];
    for (const id of ['a', 'b']) await join(one, id, id);
    expect((await join(one, 'c', 'c')).outcome).toEqual({ kind: 'full', of: 'room' });
    await other.submit(ROOM, { kind: 'leave', connectionId: 'a' });
    expect((await join(one, 'c', 'c')).outcome).toMatchObject({ kind: 'joined', online: 2 });
  });
});

const ada = { userId: 'g-ada', name: 'Ada', room: ROOM };
const eve = { userId: 'g-eve', name: 'Eve', room: ROOM };
const connect = async (chat: TestChat, connectionId: string, who = ada) =>
  connected(await chat.call(connectionId, who), chat);
const isIn = async (connecting: ReturnType<typeof connect>) => {
  const { actions } = await connecting;
  return actions.some((action) => 'target' in action && action.target === 'welcome');
};

describe('S3: a reconnect storm is let in', () => {
  test('of 300 people who are cut off at once', async () => {
    const chat = openTestChat();
    const people = times(300).map((n) => ({ ...ada, userId: `g-${n}` }));
    for (const round of ['before', 'after']) {
      const welcomed = await Promise.all(
        people.map((who) => isIn(connect(chat, `${round}-${who.userId}`, who))),
      );
      expect(welcomed.every(Boolean)).toBe(true);
    }
  });

  test('of one person with five tabs, while the service counts the dead connections', async () => {
    const chat = openTestChat();
    for (const round of [1, 2]) {
      for (const tab of times(5)) {
        expect(await isIn(connect(chat, `round-${round}-${tab}`))).toBe(true);
      }
    }
  });

  test('of a page in a network that comes and goes every five seconds, for ten minutes', async () => {
    const chat = openTestChat();
    for (const n of times(120)) {
      expect(await isIn(connect(chat, `c${n}`))).toBe(true);
      await chat.clock.advance(5_000);
      // The service notices a dead connection within half a minute.
      if (n >= 6) await disconnected(await chat.call(`c${n - 6}`, ada), chat);
    }
  });
});

describe('S3: one ticket', () => {
  test('opens a few connections, not 200, and the others notice nothing', async () => {
    const chat = openTestChat();
    const call = await chat.call('', eve);
    let welcomed = 0;
    for (const n of times(200)) {
      if (await isIn(connected({ ...call, connectionId: `e${n}` }, chat))) welcomed += 1;
    }
    expect(welcomed).toBe(DEFAULT_CAPS.user);
    expect(chat.closed).toHaveLength(200 - DEFAULT_CAPS.user);
    expect(chat.closed.at(-1)?.reason).toMatch(
      /^unable to join the room; you have connected too often/,
    );
    expect(await isIn(connect(chat, 'a1'))).toBe(true);
  });

  test('reconnects 30 times at once, and then once in two seconds', async () => {
    const chat = openTestChat();
    let welcomed = 0;
    for (const n of times(200)) {
      if (await isIn(connect(chat, `e${n}`, eve))) welcomed += 1;
      await disconnected(await chat.call(`e${n}`, eve), chat);
      await chat.clock.advance(100);
    }
    // 20 s.
    expect(welcomed).toBeGreaterThanOrEqual(30);
    expect(welcomed).toBeLessThanOrEqual(41);
  });
});

describe('S3: negotiate', () => {
  const asked = { method: 'POST', query: `?room=${ROOM}&name=Ada` };

  test('answers 429 to a user who connects too often, and counts nothing itself', async () => {
    const chat = openTestChat(undefined, undefined, async () => {
      return { userId: 'g-ada', name: undefined, cookie: undefined };
    });
    for (const _ of times(50))
      expect(await ask(negotiate, chat, asked)).toMatchObject({
        jsonBody: { url: expect.any(String) },
      });
    for (const n of times(31)) {
      await connect(chat, `c${n}`);
      await disconnected(await chat.call(`c${n}`, ada), chat);
    }
    expect(await ask(negotiate, chat, asked)).toMatchObject({
      status: 429,
      headers: { 'retry-after': '2' },
      jsonBody: { error: { code: 'too_many_connections' } },
    });
    await chat.clock.advance(2_000);
    expect(await ask(negotiate, chat, asked)).toMatchObject({
      jsonBody: { url: expect.any(String) },
    });
  });

  test('answers 429 to a user with all connections, and 503 for a full room', async () => {
    const chat = openTestChat(undefined, undefined, async () => {
      return { userId: 'g-ada', name: undefined, cookie: undefined };
    });
    for (const n of times(DEFAULT_CAPS.user)) await connect(chat, `c${n}`);
    const refused = await ask(negotiate, chat, asked);
    expect(refused).toMatchObject({
      status: 429,
      jsonBody: { error: { code: 'too_many_connections' } },
    });
    // Nobody knows when a tab closes.
    expect(refused.headers).not.toHaveProperty('retry-after');
    const small = { ...chat, settings: { ...chat.settings, caps: { user: 12, room: 12 } } };
    expect(await ask(negotiate, small, asked)).toMatchObject({
      status: 503,
      jsonBody: { error: { code: 'room_full' } },
    });
  });
});
