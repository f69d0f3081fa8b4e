// Moderator requests: removing messages, and closing, listing, exporting and erasing rooms.

import { describe, expect, test } from '@jest/globals';
import { archiveRoom } from '../../../functions/http/archive-room.ts';
import { closeRoom, openRoom } from '../../../functions/http/close-room.ts';
import { deleteMessage } from '../../../functions/http/delete-message.ts';
import { disconnect } from '../../../functions/http/disconnect.ts';
import { eraseRoom } from '../../../functions/http/erase-room.ts';
import { exportRoom } from '../../../functions/http/export-room.ts';
import { history } from '../../../functions/http/history.ts';
import { connections, members } from '../../../functions/http/members.ts';
import { negotiate } from '../../../functions/http/negotiate.ts';
import { publish } from '../../../functions/http/publish.ts';
import { rooms } from '../../../functions/http/rooms.ts';
import { connected } from '../../../functions/hub/connected.ts';
import { message } from '../../../functions/hub/message.ts';
import type { ChatMessage, History, Rooms } from '../../../functions/protocol.ts';
import { LISTED_ROOMS, ROOM_ROWS } from '../../../functions/room/room-list.ts';
import { RoomLog } from '../../../functions/room/room-log.ts';
import { messageKey } from '../../../functions/room/rows.ts';
import { TableUnavailable } from '../../../functions/room/table.ts';
import { cleanUpRooms } from '../../../functions/timer/cleanup.ts';
import { ask, eventsIn, openTestChat, type TestChat } from '../../support/chat.ts';
import { runUntil } from '../../support/clock.ts';
import { MemoryTable } from '../../support/memory-table.ts';
import { countCalls, troubled } from '../../support/troubled-table.ts';

const ROOM = 'lobby';
const ada = { userId: 'g-ada', name: 'Ada', room: ROOM };
const inRoom = { room: ROOM };
const HOUR = 60 * 60_000;

const send = async (chat: TestChat, text: string, id = text) =>
  message(await chat.call('c1', ada, text, id), chat);
const say = (chat: TestChat, body: string, query = '', room = ROOM) =>
  ask(publish, chat, {
    method: 'POST',
    params: { room },
    query,
    headers: { 'content-type': 'text/plain' },
    body,
  });
const remove = (chat: TestChat, seq: string) =>
  ask(deleteMessage, chat, { method: 'DELETE', params: { ...inRoom, seq } });
const read = async (chat: TestChat, query = '') =>
  (await ask(history, chat, { params: inRoom, query })).jsonBody as History;
const messagesIn = ({ actions = [] }: Awaited<ReturnType<typeof remove>>) =>
  eventsIn({ actions }).flatMap(({ messages }) => messages);

describe('a message that is removed', () => {
  test('loses its text, and a message of the next number announces the removal', async () => {
    const chat = openTestChat();
    await send(chat, 'good');
    await send(chat, 'bad', 'id');
    const answer = await remove(chat, '2');
    expect(answer.status).toBe(204);
    expect(messagesIn(answer)).toMatchObject([
      { seq: 3, text: '', deletes: 2, userId: 'moderator' },
    ]);
    const { seq, messages } = await read(chat);
    expect(seq).toBe(3);
    expect(messages.map(({ text, deleted, deletes }) => [text, deleted, deletes])).toEqual([
      ['good', undefined, undefined],
      ['', true, undefined],
      ['', undefined, 2],
    ]);
    expect(
      JSON.stringify([...(await chat.table.list(ROOM, { from: '', to: '~', limit: 99 }))]),
    ).not.toContain('"bad"');
  });

  test('keeps its receipt: sending it again adds nothing', async () => {
    const chat = openTestChat();
    await send(chat, 'bad', 'id');
    await remove(chat, '1');
    const { result } = await send(chat, 'bad', 'id');
    expect(result).toMatchObject({ ok: true, seq: 1 });
    expect(await read(chat)).toMatchObject({ seq: 2, messages: [{ text: '' }, { deletes: 1 }] });
  });

  test('is removed once, and a repeated request broadcasts it again', async () => {
    const chat = openTestChat();
    await send(chat, 'bad');
    await remove(chat, '1');
    const again = await remove(chat, '1');
    expect(again.status).toBe(204);
    expect(messagesIn(again)).toMatchObject([{ seq: 2, deletes: 1 }]);
    expect((await read(chat)).seq).toBe(2);
  });

  test('is removed once if the answer of storage is lost', async () => {
    let isLost = false;
    const chat = openTestChat(
      troubled(new MemoryTable(), () => (isLost ? 'no answer after' : 'none')),
    );
    await send(chat, 'bad');
    isLost = true;
    const removing = remove(chat, '1');
    await chat.clock.advance(1);
    isLost = false;
    await chat.clock.advance(5_000);
    expect((await removing).status).toBe(204);
    expect((await read(chat)).messages).toMatchObject([{ deleted: true }, { deletes: 1 }]);
  });

  test('leaves the other lines of its text', async () => {
    const chat = openTestChat();
    await say(chat, 'a\nb\nc', '?id=x');
    await remove(chat, '1');
    expect((await say(chat, 'a\nb\nc', '?id=x')).jsonBody).toEqual({ seq: 3 });
    expect((await read(chat)).messages.map(({ text }) => text)).toEqual(['', 'b', 'c', '']);
  });

  test('expires with the message that announces its removal, and leaves no row', async () => {
    const chat = openTestChat();
    await say(chat, 'a\nb\nc', '?id=x');
    await remove(chat, '2');
    await chat.clock.advance(31 * 24 * HOUR);
    await cleanUpRooms(chat);
    await cleanUpRooms(chat);
    const rows = await chat.table.list(ROOM, { from: 'i', to: 'n', limit: 99 });
    expect(rows).toEqual([]);
  });

  test.each([
    ['7', 404, 'not_found'],
    ['2', 404, 'not_found'],
    ['0', 400, 'bad_request'],
    ['x', 400, 'bad_request'],
    ['', 400, 'bad_request'],
    ['1.5', 400, 'bad_request'],
  ])('has to be a message of the room: %j is not', async (seq, status, code) => {
    const chat = openTestChat();
    await send(chat, 'bad');
    await remove(chat, '1');
    expect(await remove(chat, seq)).toMatchObject({ status, jsonBody: { error: { code } } });
  });
});

describe('a room that is closed', () => {
  const close = (chat: TestChat, query = '?reason=Too%20late') =>
    ask(closeRoom, chat, { method: 'PUT', params: inRoom, query });
  const open = (chat: TestChat) => ask(openRoom, chat, { method: 'DELETE', params: inRoom });

  test('disconnects everybody with the reason', async () => {
    const chat = openTestChat();
    await send(chat, 'hi');
    expect((await close(chat)).status).toBe(204);
    expect(chat.closedRooms).toEqual([
      { room: ROOM, reason: expect.stringContaining('it is closed (Too late)') },
    ]);
  });

  test('refuses joins and messages, with the reason', async () => {
    const chat = openTestChat();
    await connected(await chat.call('c1', ada), chat);
    await close(chat);
    const error = { code: 'room_closed', message: expect.stringContaining('Too late') };
    expect(await ask(negotiate, chat, { query: '?room=lobby&name=Ada' })).toMatchObject({
      status: 403,
      jsonBody: { error },
    });
    expect((await send(chat, 'hi')).result).toMatchObject({ ok: false, ...error });
    expect(await say(chat, 'hi')).toMatchObject({ status: 403, jsonBody: { error } });
    await connected(await chat.call('c2', ada), chat);
    expect(chat.closed).toMatchObject([{ connectionId: 'c2', reason: error.message }]);
    expect(await read(chat)).toMatchObject({ seq: 0, online: 1 });
  });

  test('is closed for a process with an old head, too', async () => {
    const table = new MemoryTable();
    const [here, there] = [openTestChat(table), openTestChat(table)];
    await send(there, 'before');
    await close(here);
    const sending = send(there, 'after');
    expect((await runUntil(there.clock, sending)).result).toMatchObject({
      ok: false,
      code: 'room_closed',
    });
  });

  test('accepts everybody again after it is opened', async () => {
    const chat = openTestChat();
    await close(chat);
    await open(chat);
    expect((await ask(negotiate, chat, { query: '?room=lobby&name=Ada' })).jsonBody).toHaveProperty(
      'url',
    );
    expect((await send(chat, 'hi')).result).toMatchObject({ ok: true, seq: 1 });
  });

  test('is emptied by the timer if somebody joined while it was being closed', async () => {
    const chat = openTestChat();
    await connected(await chat.call('c1', ada), chat);
    await close(chat);
    chat.closedRooms.length = 0;
    await chat.clock.advance(6 * 60_000);
    await cleanUpRooms(chat);
    expect(chat.closedRooms).toMatchObject([{ room: ROOM }]);
  });

  test.each([
    ['', undefined],
    ['?reason=tea', 'tea'],
  ])('fixes: sends the page the reason alone: %s', async (query, reason) => {
    const chat = openTestChat();
    await send(chat, 'before');
    await close(chat, query);
    const answer = await ask(negotiate, chat, { query: `?room=${ROOM}&name=Ada` });
    expect(answer.status).toBe(403);
    expect((answer.jsonBody as { reason?: string }).reason).toBe(reason);
  });

  test.each([
    ['', 'closed by a moderator'],
    ['?reason=', 'closed by a moderator'],
    ['?reason=a%0Ab%00c', 'a b c'],
    [`?reason=${encodeURIComponent('👩‍🚀'.repeat(400))}`, '👩‍🚀'.repeat(100)],
  ])('has a reason of one line: %.20s', async (query, reason) => {
    const chat = openTestChat();
    await send(chat, 'before');
    await close(chat, query);
    const { message: broadcasts } = (
      (await say(chat, 'hi')).jsonBody as { error: { message: string } }
    ).error;
    expect(broadcasts).toContain(`(${reason}`);
    expect(broadcasts.length).toBeLessThan(1_500);
  });
});

describe('the list of rooms', () => {
  const list = async (chat: TestChat, query = '') =>
    (await ask(rooms, chat, { query })).jsonBody as Rooms;

  test('has each room with a join or a message, with its numbers', async () => {
    const chat = openTestChat();
    await connected(await chat.call('c1', { ...ada, room: '大厅' }), chat);
    await say(chat, 'a\nb', '', 'build');
    await say(chat, 'a', '', 'shut');
    await ask(closeRoom, chat, { params: { room: 'shut' }, query: '?reason=done' });
    await chat.rooms.submit('ghost', { kind: 'leave', connectionId: 'c9' });
    const activeAt = chat.now();
    expect(await list(chat)).toEqual({
      rooms: [
        { room: 'build', online: 0, seq: 2, first: 1, activeAt },
        { room: 'shut', online: 0, seq: 1, first: 1, activeAt, closed: 'done' },
        { room: '大厅', online: 1, seq: 0, first: 1, activeAt },
      ],
    });
  });

  test('has pages, and each room once', async () => {
    const chat = openTestChat();
    const names = Array.from({ length: 7 }, (_, n) => `room-${n}`);
    for (const room of names) await say(chat, 'hi', '', room);
    const seen: string[] = [];
    for (let next: string | undefined = ''; next !== undefined; ) {
      const query: string = next === '' ? '?limit=3' : `?limit=3&continue=${next}`;
      const page: Rooms = await list(chat, query);
      expect(page.rooms.length).toBeLessThanOrEqual(3);
      seen.push(...page.rooms.map(({ room }) => room));
      next = page.continue;
    }
    expect(seen).toEqual(names);
  });

  test('costs one transaction for the whole life of a room', async () => {
    const table = countCalls(new MemoryTable());
    const chat = openTestChat(table);
    for (const text of ['a', 'b', 'c']) await send(chat, text);
    expect(table.commitsTo(LISTED_ROOMS)).toHaveLength(1);
  });

  test('has the room also if its first commit fails and a retry succeeds', async () => {
    let fails = 1;
    const table = new MemoryTable();
    const chat = openTestChat({
      get: (partition, key) => table.get(partition, key),
      list: (partition, range) => table.list(partition, range),
      commit: async (partition, operations) => {
        if (partition === ROOM && fails-- > 0) throw new TableUnavailable(new Error('lost'));
        return table.commit(partition, operations);
      },
    });
    const sending = send(chat, 'hi');
    await runUntil(chat.clock, sending);
    expect((await list(chat)).rooms).toMatchObject([{ room: ROOM, seq: 1 }]);
  });

  test.each(['?limit=0', '?limit=101', '?limit=x'])('refuses %s', async (query) => {
    expect(await ask(rooms, openTestChat(), { query })).toMatchObject({ status: 400 });
  });

  test('refuses a `continue` that is no room', async () => {
    expect(await ask(rooms, openTestChat(), { query: '?continue=%2F' })).toMatchObject({
      status: 400,
      jsonBody: { error: { code: 'bad_room' } },
    });
  });
});

describe('an export', () => {
  const page = async (chat: TestChat, after = 0): Promise<ChatMessage[]> => {
    const { body } = await ask(exportRoom, chat, { params: inRoom, query: `?after=${after}` });
    return String(body)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as ChatMessage);
  };

  test('has every message, in pages, and an empty page at the end', async () => {
    const chat = openTestChat();
    const lines = Array.from({ length: 700 }, (_, n) => `line ${n + 1}`).join('\n');
    await say(chat, lines);
    await say(chat, lines);
    const first = await page(chat);
    expect(first.map(({ seq }) => seq)).toEqual(Array.from({ length: 1_000 }, (_, n) => n + 1));
    const second = await page(chat, 1_000);
    expect(second.map(({ seq }) => seq)).toEqual(Array.from({ length: 400 }, (_, n) => n + 1_001));
    expect(second[0]).toMatchObject({ text: 'line 301', name: 'App' });
    expect(await page(chat, 1_400)).toEqual([]);
  });

  test('of a room without messages is empty', async () => {
    const chat = openTestChat();
    await connected(await chat.call('c1', ada), chat);
    expect(await page(chat)).toEqual([]);
  });
});

describe('a room that is erased', () => {
  const erase = (chat: TestChat) => ask(eraseRoom, chat, { method: 'DELETE', params: inRoom });
  const rowsOf = async (chat: TestChat) => {
    const rows = await chat.table.list(ROOM, { from: '', to: '~', limit: 9_999 });
    return rows.map(({ key }) => key);
  };

  test('keeps its numbers and no message', async () => {
    const chat = openTestChat();
    await say(chat, Array.from({ length: 250 }, (_, n) => `line ${n}`).join('\n'), '?id=x');
    await send(chat, 'secret');
    await remove(chat, '3');
    await chat.rooms.submit(ROOM, { kind: 'ban', userId: 'g-eve', until: chat.now() + HOUR });
    expect((await erase(chat)).status).toBe(204);
    expect(await rowsOf(chat)).toEqual(['head']);
    expect(chat.closedRooms).toMatchObject([{ room: ROOM }]);
    expect(await read(chat, '?after=0')).toMatchObject({ first: 253, seq: 252, messages: [] });
    expect(await chat.table.list(LISTED_ROOMS, { ...ROOM_ROWS, limit: 9 })).toEqual([]);
  });

  test('continues with the next number, and is on the list again, when somebody comes back', async () => {
    const chat = openTestChat();
    await send(chat, 'before');
    await erase(chat);
    await chat.rooms.submit(ROOM, { kind: 'leave', connectionId: 'late' });
    expect(await chat.table.list(LISTED_ROOMS, { ...ROOM_ROWS, limit: 9 })).toEqual([]);
    expect((await send(chat, 'after')).result).toMatchObject({ ok: true, seq: 2 });
    expect((await read(chat)).messages).toMatchObject([{ seq: 2, text: 'after' }]);
    expect(await chat.table.list(LISTED_ROOMS, { ...ROOM_ROWS, limit: 9 })).toHaveLength(1);
  });

  test('is finished by the next request if the first one stopped early', async () => {
    let left = Number.POSITIVE_INFINITY;
    const table = new MemoryTable();
    const chat = openTestChat({
      get: (partition, key) => table.get(partition, key),
      list: (partition, range) => table.list(partition, range),
      commit: async (partition, operations) => {
        const isRemoval = operations.some(({ kind }) => kind === 'delete');
        if (isRemoval && left-- <= 0) throw new TableUnavailable(new Error('lost'));
        return table.commit(partition, operations);
      },
    });
    await say(chat, Array.from({ length: 500 }, (_, n) => `line ${n}`).join('\n'));
    left = 2;
    expect(await erase(chat)).toMatchObject({ status: 503 });
    expect((await read(chat)).messages).toEqual([]);
    left = Number.POSITIVE_INFINITY;
    await send(chat, 'new');
    expect((await erase(chat)).status).toBe(204);
    expect(await chat.table.get(ROOM, messageKey(1))).toBeUndefined();
    expect(await rowsOf(chat)).toEqual(['head']);
  });

  test('is erased once more without harm', async () => {
    const chat = openTestChat();
    await send(chat, 'hi');
    expect((await erase(chat)).status).toBe(204);
    expect((await erase(chat)).status).toBe(204);
    expect(await rowsOf(chat)).toEqual(['head']);
  });
});

describe('lines that are published together', () => {
  test('need a dozen transactions for a thousand', async () => {
    const table = countCalls(new MemoryTable());
    const chat = openTestChat(table);
    const body = Array.from({ length: 1_000 }, (_, n) => `line ${n + 1}`).join('\n');
    const answer = await say(chat, body, '?id=log');
    expect(answer).toMatchObject({ status: 202, jsonBody: { seq: 1_000 } });
    expect(table.commitsTo(ROOM)).toHaveLength(11);
    expect((await say(chat, body, '?id=log')).jsonBody).toEqual({ seq: 1_000 });
    expect((await read(chat)).seq).toBe(1_000);
  });

  test('stop before the first that cannot be stored: the lines before it are broadcast, and the same text sent again keeps its order', async () => {
    const table = new MemoryTable();
    let commits = 0;
    const failing = openTestChat({
      get: (partition, key) => table.get(partition, key),
      list: (partition, range) => table.list(partition, range),
      commit: async (partition, operations) => {
        if (partition === ROOM) commits += 1;
        if (commits === 3) throw new Error('the key is wrong');
        return table.commit(partition, operations);
      },
    });
    const lines = Array.from({ length: 350 }, (_, n) => `line ${n + 1}`);
    const refused = await say(failing, lines.join('\n'), '?id=log');
    expect(refused).toMatchObject({ status: 503, jsonBody: { error: { code: 'unavailable' } } });
    const seqs = (count: number) => Array.from({ length: count }, (_, n) => n + 1);
    expect(messagesIn(refused).map(({ seq }) => seq)).toEqual(seqs(196));

    const again = await say(failing, lines.join('\n'), '?id=log');
    expect(again).toMatchObject({ status: 202, jsonBody: { seq: 350 } });
    expect(messagesIn(again).map(({ seq, text }) => [seq, text])).toEqual(
      lines.map((line, index) => [index + 1, line]),
    );
  });

  test('wait for other messages only if their transaction has space', async () => {
    const table = countCalls(new MemoryTable());
    const slept: number[] = [];
    const rooms = new RoomLog({
      table,
      batchMs: 500,
      broadcast: async () => {},
      sleep: async (ms) => {
        slept.push(ms);
      },
    });
    const body = Array.from({ length: 200 }, (_, n) => `line ${n + 1}`).join('\n');
    expect((await say({ ...openTestChat(table), rooms }, body)).status).toBe(202);
    expect(table.commitsTo(ROOM)).toHaveLength(3);
    expect(slept).toEqual([500]);
  });

  test('are all broadcast again when they are sent again', async () => {
    const chat = openTestChat();
    const body = Array.from({ length: 150 }, (_, n) => `line ${n + 1}`).join('\n');
    await say(chat, body, '?id=log');
    const again = await say(chat, body, '?id=log');
    expect(messagesIn(again).map(({ seq }) => seq)).toEqual(
      Array.from({ length: 150 }, (_, n) => n + 1),
    );
  });
});

describe('S12: a banned user', () => {
  test('reads neither history nor members, until the ban is over; others do', async () => {
    const readUser: TestChat['readUser'] = async ({ headers }) => {
      return { userId: headers.get('x-user') ?? '', name: undefined, cookie: undefined };
    };
    const chat = openTestChat(new MemoryTable(), { kind: 'guest' }, readUser);
    const readBy = async (userId: string) => {
      const asked = { params: inRoom, headers: { 'x-user': userId } };
      const answers = [await ask(history, chat, asked), await ask(members, chat, asked)];
      return answers.map(({ status = 200 }) => status);
    };
    await send(chat, 'hello');
    await chat.rooms.submit(ROOM, { kind: 'ban', userId: 'g-eve', until: chat.now() + HOUR });
    expect(await readBy('g-eve')).toEqual([403, 403]);
    expect(await readBy('g-ada')).toEqual([200, 200]);
    await chat.clock.advance(HOUR);
    expect(await readBy('g-eve')).toEqual([200, 200]);
  });
});

describe('a room that does not exist', () => {
  test.each([
    ['close', closeRoom, {}],
    ['open', openRoom, {}],
    ['erase', eraseRoom, {}],
    ['delete', deleteMessage, { seq: '1' }],
    ['disconnect', disconnect, { connectionId: 'c1' }],
    ['members', connections, {}],
    ['export', exportRoom, {}],
    ['archive', archiveRoom, {}],
  ] as const)('is not taken for an empty one: %s', async (_name, handler, params) => {
    const table = countCalls(new MemoryTable());
    const chat = openTestChat(table);
    expect(await ask(handler, chat, { params: { room: 'lobyb', ...params } })).toMatchObject({
      status: 404,
      jsonBody: { error: { code: 'no_room', message: expect.stringContaining('"lobyb"') } },
    });
    expect([table.commits, chat.closedRooms]).toEqual([[], []]);
  });
});
