// What a connection may say: with an expired ticket, while its user is banned, and in a closed room.

import { describe, expect, test } from '@jest/globals';
import { connected } from '../../../functions/hub/connected.ts';
import { disconnected } from '../../../functions/hub/disconnected.ts';
import { message } from '../../../functions/hub/message.ts';
import { typing } from '../../../functions/hub/typing.ts';
import { TICKET_LIFETIME_SECONDS } from '../../../functions/identity/ticket.ts';
import { ADMITTED_FOR_MS } from '../../../functions/moderation/admission.ts';
import { TableUnavailable } from '../../../functions/room/table.ts';
import { openTestChat, type TestChat } from '../../support/chat.ts';
import { MemoryTable } from '../../support/memory-table.ts';
import { countCalls } from '../../support/troubled-table.ts';

const ada = { userId: 'g-ada', name: 'Ada', room: 'lobby' };
const bob = { userId: 'g-bob', name: 'Bob', room: 'lobby' };
const expire = (chat: TestChat) => chat.clock.advance(TICKET_LIFETIME_SECONDS * 1_000 + 1_000);

describe('S4: with an expired ticket', () => {
  const open = async (joins: boolean) => {
    const table = countCalls(new MemoryTable());
    const chat = openTestChat(table);
    const call = await chat.call('c1', ada, 'hi', 'id');
    if (joins) await connected(call, chat);
    await expire(chat);
    return { chat, call, table };
  };
  const refused = { result: { ok: false, code: 'bad_ticket' }, actions: [] };

  test('a connection that never joined says nothing', async () => {
    const { chat, call } = await open(false);
    expect(await message(call, chat)).toMatchObject(refused);
    const answer = { actions: [], about: { refused: 'bad_ticket' } };
    expect(await typing(call, chat)).toEqual(answer);
    expect(await chat.reader.head('lobby')).toMatchObject({ seq: 0 });
  });

  test('a connection that left says nothing', async () => {
    const { chat, call } = await open(true);
    await disconnected(call, chat);
    expect(await message(call, chat)).toMatchObject(refused);
  });

  test('a connection that joined another room says nothing in this one', async () => {
    const { chat, call } = await open(false);
    await connected(await chat.call('c1', { ...ada, room: 'other' }), chat);
    expect(await message(call, chat)).toMatchObject(refused);
  });

  test('a connection that joined goes on, for one read in each process', async () => {
    const { chat, call, table } = await open(true);
    const before = table.reads;
    for (const id of ['1', '2', '3']) {
      const { result } = await message({ ...call, arguments: ['hi', id] }, chat);
      expect(result).toMatchObject({ ok: true });
    }
    expect(table.reads).toBe(before + 1);
  });

  test('somebody who floods on such a connection costs no reads', async () => {
    const { chat, call, table } = await open(false);
    for (let n = 0; n < 30; n += 1) await message(call, chat);
    const before = table.reads;
    for (let n = 0; n < 50; n += 1) await message(call, chat);
    expect(table.reads).toBe(before);
  });
});

describe('S4: typing', () => {
  const note = async (chat: TestChat, who = ada, id = 'c1') =>
    typing(await chat.call(id, who), chat);

  test('is not shown of a banned user’s open connection', async () => {
    const chat = openTestChat();
    await connected(await chat.call('c1', ada), chat);
    await chat.rooms.submit('lobby', {
      kind: 'ban',
      userId: ada.userId,
      until: chat.now() + 60_000,
    });
    expect(await note(chat)).toEqual({ actions: [], about: { refused: 'banned' } });
    expect((await note(chat, bob, 'c2')).actions).toHaveLength(1);
    await chat.clock.advance(61_000);
    expect((await note(chat)).actions).toHaveLength(1);
  });

  test('is not shown in a closed room, and again in an open one', async () => {
    const chat = openTestChat();
    await chat.rooms.submit('lobby', { kind: 'close', reason: 'late' });
    expect(await note(chat)).toEqual({ actions: [], about: { refused: 'room_closed' } });
    await chat.rooms.submit('lobby', { kind: 'open' });
    await chat.clock.advance(ADMITTED_FOR_MS);
    expect((await note(chat)).actions).toHaveLength(1);
  });

  test('stops within seconds of a ban, and costs one read of the room for all notes until then', async () => {
    const table = countCalls(new MemoryTable());
    const chat = openTestChat(table);
    await connected(await chat.call('c1', ada), chat);
    const before = table.reads;
    const users = Array.from({ length: 10 }, (_, n) => ({ ...ada, userId: `g-${n}` }));
    for (const user of users) expect((await note(chat, user)).actions).toHaveLength(1);
    expect(table.reads).toBe(before + 1);
    await chat.rooms.submit('lobby', {
      kind: 'ban',
      userId: ada.userId,
      until: chat.now() + 60_000,
    });
    await chat.clock.advance(ADMITTED_FOR_MS);
    const banned = table.reads;
    for (let n = 0; n < 10; n += 1) expect((await note(chat)).actions).toEqual([]);
    // The head and the ban.
    expect(table.reads).toBe(banned + 2);
  });

  const fill = async (chat: TestChat, online: number) => {
    for (let n = 1; n <= online; n += 1) {
      const member = { connectionId: `c${n}`, userId: n === 1 ? ada.userId : `g-${n}`, name: 'G' };
      await chat.rooms.submit('lobby', { kind: 'join', ...member });
    }
  };
  /** The broadcasts of a client that sends a note each second. */
  const notesIn = async (chat: TestChat, seconds: number) => {
    let notes = 0;
    for (let second = 0; second < seconds; second += 1) {
      notes += (await note(chat)).actions.length;
      await chat.clock.advance(1_000);
    }
    return notes;
  };

  test.each([
    [8, 10],
    [20, 3],
    [51, 0],
  ])(
    'row 4: of a client that keeps no rule is broadcast as the room of %i allows',
    async (online, notes) => {
      const chat = openTestChat();
      await fill(chat, online);
      // 30 seconds: one every 3 s, and every 12 s.
      expect(Math.abs((await notesIn(chat, 30)) - notes)).toBeLessThanOrEqual(notes === 0 ? 0 : 1);
    },
  );

  test('row 4: begins anew after a line of the same person', async () => {
    const chat = openTestChat();
    await fill(chat, 2);
    const broadcast = async () => (await note(chat)).actions.length;
    expect([await broadcast(), await broadcast(), await broadcast()]).toEqual([1, 1, 0]);
    await message(await chat.call('c1', ada, 'hi', 'id-1'), chat);
    expect(await broadcast()).toBe(1);
    await fill(chat, 20);
    await chat.clock.advance(ADMITTED_FOR_MS);
    await message(await chat.call('c1', ada, 'hi', 'id-2'), chat);
    expect(await notesIn(chat, 10)).toBe(0);
  });

  test('is a failure of ours while storage fails, and forgets that afterwards', async () => {
    const table = new MemoryTable();
    const chat = openTestChat(table);
    const call = await chat.call('c1', ada);
    const { get } = table;
    table.get = async () => Promise.reject(new TableUnavailable(new Error('busy')));
    await expect(typing(call, chat)).rejects.toThrow('busy');
    table.get = get;
    expect((await typing(call, chat)).actions).toHaveLength(1);
  });

  test('H9: a clock that is set back does not keep an old answer', async () => {
    const chat = openTestChat();
    await note(chat);
    await chat.rooms.submit('lobby', { kind: 'close', reason: 'late' });
    chat.clock.set(-120_000);
    await chat.clock.advance(ADMITTED_FOR_MS);
    expect((await note(chat)).actions).toEqual([]);
  });
});
