import { beforeEach, describe, expect, test } from '@jest/globals';
import { MODERATOR } from '../../../functions/protocol.ts';
import { IMPORTING } from '../../../functions/room/change.ts';
import { RoomLog } from '../../../functions/room/room-log.ts';
import { RoomReader } from '../../../functions/room/room-reader.ts';
import { EMPTY_HEAD } from '../../../functions/room/rows.ts';
import { MemoryTable } from '../../support/memory-table.ts';

let table: MemoryTable;
let rooms: RoomLog;
let reader: RoomReader;
const ada = { userId: 'ada', name: 'Ada' };

beforeEach(() => {
  table = new MemoryTable();
  rooms = new RoomLog({ table, broadcast: async () => {} });
  reader = new RoomReader(table);
});

describe('a room that does not exist yet', () => {
  test('has an empty head, and is not found', async () => {
    expect(await reader.head('lobby')).toEqual(EMPTY_HEAD);
    expect(await reader.findHead('lobby')).toBeUndefined();
  });

  test('has no message, no connection and no ban', async () => {
    expect(await reader.messages('lobby', { from: 1, limit: 9 })).toEqual([]);
    expect(await reader.message('lobby', 1)).toBeUndefined();
    expect(await reader.openConnections('lobby')).toEqual([]);
    expect(await reader.connection('lobby', 'c1')).toBeUndefined();
    expect(await reader.bannedUntil('lobby', 'ada')).toBe(0);
  });
});

test('messages are in order, from the first number to the one before the last', async () => {
  for (const id of ['a', 'b', 'c', 'd']) {
    await rooms.submit('lobby', { kind: 'send', id, text: id, ...ada });
  }
  const textsIn = async (range: Parameters<RoomReader['messages']>[1]) =>
    (await reader.messages('lobby', range)).map(({ text }) => text).join('');
  expect(await textsIn({ from: 2, to: 4, limit: 9 })).toBe('bc');
  expect(await textsIn({ from: 2, limit: 9 })).toBe('bcd');
  expect(await textsIn({ from: 1, to: 5, limit: 2 })).toBe('ab');
});

test('an empty range costs no request', async () => {
  table.list = () => Promise.reject(new Error('asked'));
  expect(await reader.messages('lobby', { from: 3, to: 3, limit: 9 })).toEqual([]);
});

test('the announcement of an edit that an unfinished import lacks is no other message of that number', async () => {
  const line = { seq: 1, id: 'a', ...ada, text: 'new', sentAt: 5, editedAt: 6, editedBy: 2 };
  const archived = { after: 0, messages: [line], seq: 1, activeAt: 5, closed: IMPORTING } as const;
  await rooms.submit('lobby', { kind: 'import', ...archived });
  await rooms.submit('lobby', { kind: 'open' });
  await rooms.submit('lobby', { kind: 'send', id: 'b', text: 'of somebody else', ...ada });
  const found = await reader.text('lobby', 1);
  expect(found?.message.text).toBe('new');
  expect(found?.announcementRow).toBeUndefined();
});

test('a connection that closed is a tombstone, and not open', async () => {
  for (const connectionId of ['c1', 'c2']) {
    await rooms.submit('lobby', { kind: 'join', connectionId, ...ada });
  }
  await rooms.submit('lobby', { kind: 'leave', connectionId: 'c1' });
  const idsOf = (rows: readonly { connectionId: string }[]) => rows.map((row) => row.connectionId);
  expect(idsOf(await reader.openConnections('lobby'))).toEqual(['c2']);
  expect(idsOf(await reader.connections('lobby'))).toEqual(['c1', 'c2']);
  expect(await reader.connection('lobby', 'c1')).toMatchObject({ userId: 'ada', open: false });
});

test('a ban has its end', async () => {
  await rooms.submit('lobby', { kind: 'ban', userId: 'ada', until: 5_000 });
  expect(await reader.bannedUntil('lobby', 'ada')).toBe(5_000);
});

test('the list of rooms starts with the requested room', async () => {
  for (const room of ['a', 'b', 'c']) {
    await rooms.submit(room, { kind: 'send', id: 'x', text: 'x', ...ada });
  }
  expect(await reader.listedRooms(undefined, 2)).toEqual(['a', 'b']);
  expect(await reader.listedRooms('b', 9)).toEqual(['b', 'c']);
});

test('a change that was read before an import stored the announcement of an edit is read again', async () => {
  const line = { seq: 1, id: 'a', ...ada, text: 'new', sentAt: 5, editedAt: 6, editedBy: 2 };
  const announcement = { seq: 2, id: 'e', ...ada, text: 'new', sentAt: 6, edits: 1 };
  const part = { kind: 'import', activeAt: 5, closed: IMPORTING } as const;
  const remove = async (found: Awaited<ReturnType<typeof reader.text>>) => {
    if (!found) throw new Error('there is no message 1');
    const { message: _, ...rows } = found;
    const change = { kind: 'delete', ...rows, userId: MODERATOR, name: 'moderator' } as const;
    return (await rooms.submit('lobby', change)).outcome.kind;
  };
  await rooms.submit('lobby', { ...part, after: 0, messages: [line], seq: 1 });
  const early = await reader.text('lobby', 1);
  await rooms.submit('lobby', { ...part, after: 1, messages: [announcement], seq: 2 });
  expect(await remove(early)).toBe('stale');
  expect(await remove(await reader.text('lobby', 1))).toBe('done');
  expect((await reader.message('lobby', 2))?.message.text).toBe('');
});
