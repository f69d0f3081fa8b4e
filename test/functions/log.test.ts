// The log line of a call: what it holds for an operator, and what it never holds.

import { describe, expect, test } from '@jest/globals';
import { closeRoom } from '../../functions/http/close-room.ts';
import { deleteMessage } from '../../functions/http/delete-message.ts';
import { disconnect } from '../../functions/http/disconnect.ts';
import { eraseRoom } from '../../functions/http/erase-room.ts';
import { history } from '../../functions/http/history.ts';
import {
  answerHttp,
  type HttpHandler,
  type HttpRoute,
} from '../../functions/http/http-function.ts';
import { negotiate } from '../../functions/http/negotiate.ts';
import { publish } from '../../functions/http/publish.ts';
import { connected } from '../../functions/hub/connected.ts';
import { answerHub } from '../../functions/hub/hub-function.ts';
import { message } from '../../functions/hub/message.ts';
import { typing } from '../../functions/hub/typing.ts';
import { cleanUpRooms } from '../../functions/timer/cleanup.ts';
import { answerTimer } from '../../functions/timer/timer-function.ts';
import {
  type Asked,
  openContext,
  openTestChat,
  type TestChat,
  toRequest,
} from '../support/chat.ts';
import { runUntil } from '../support/clock.ts';
import { MemoryTable } from '../support/memory-table.ts';
import { troubled } from '../support/troubled-table.ts';

const ada = { userId: 'g-ada', name: 'Ada', room: 'lobby' };
const params = { room: 'lobby' };
const order = { method: 'DELETE', needsKey: true } as const;

const callsIn = (lines: readonly string[]) =>
  lines.filter((line) => line.startsWith('call ')).map((line) => JSON.parse(line.slice(5)));

/** All log lines of one HTTP call. */
async function linesOf(
  handler: HttpHandler,
  chat: TestChat,
  asked: Asked,
  to: Pick<HttpRoute, 'method' | 'needsKey'> = order,
): Promise<string[]> {
  const lines: string[] = [];
  const context = openContext((line) => lines.push(line));
  await answerHttp('name', to, handler, chat)(toRequest(asked), context);
  return lines;
}

async function openRoom(): Promise<TestChat> {
  const chat = openTestChat();
  await connected(await chat.call('c1', ada), chat);
  const headers = { 'content-type': 'text/plain' };
  await linesOf(publish, chat, { method: 'POST', params, headers, body: 'a secret\nanother' });
  return chat;
}

describe('the line of a moderator request', () => {
  test('names the room of a publish, and the revisions that join it to its commits', async () => {
    const headers = { 'content-type': 'text/plain' };
    const asked = { method: 'POST', params, headers, query: '?name=Eve', body: 'a secret\nb' };
    const lines = await linesOf(publish, openTestChat(), asked);
    expect(callsIn(lines)).toEqual([
      {
        event: 'name',
        invocation: 'i1',
        room: 'lobby',
        user: 'app',
        seq: 2,
        messages: 2,
        broadcasts: [1],
        status: 202,
        ms: 0,
        commit: expect.objectContaining({ room: 'lobby', revision: 1, seq: 2, messages: 2 }),
      },
    ]);
    expect(lines.join()).not.toMatch(/secret|Eve/);
  });

  test('names the banned user and the end of the ban', async () => {
    const chat = await openRoom();
    const asked = { params: { ...params, connectionId: 'c1' }, query: '?banMinutes=5&reason=rude' };
    const lines = await linesOf(disconnect, chat, asked);
    const bannedUntil = chat.now() + 5 * 60_000;
    const who = { room: 'lobby', connection: 'c1', user: 'g-ada', bannedUntil, status: 204 };
    expect(callsIn(lines)).toMatchObject([who]);
    expect(lines.join()).not.toMatch(/rude|Ada/);
  });

  test.each([
    ['removed', deleteMessage, { room: 'lobby', seq: 1, status: 204 }],
    ['closed', closeRoom, { room: 'lobby', status: 204 }],
    ['erased', eraseRoom, { room: 'lobby', status: 204 }],
  ])('says what was %s', async (_, handler, facts) => {
    const asked = { params: { ...params, seq: '1' }, query: '?reason=rude' };
    const lines = await linesOf(handler, await openRoom(), asked);
    expect(callsIn(lines)).toMatchObject([facts]);
    expect(lines.join()).not.toMatch(/rude|secret/);
  });

  test('is written for a refused request, too', async () => {
    const lines = await linesOf(deleteMessage, openTestChat(), { params: { ...params, seq: '9' } });
    expect(callsIn(lines)).toMatchObject([{ status: 404, broadcasts: [] }]);
  });
});

test('the line of negotiate has the user and the room, and holds no ticket, token or name', async () => {
  const asked = { method: 'POST', query: '?room=lobby&name=Ada' };
  const lines = await linesOf(negotiate, openTestChat(), asked, { method: 'POST' });
  expect(callsIn(lines)).toMatchObject([
    { room: 'lobby', user: expect.stringMatching(/^g-/), status: 200 },
  ]);
  expect(lines.join()).not.toMatch(/Ada|token|ticket|eyJ/);
});

test('a read writes no line, unless it fails on our side', async () => {
  const chat = openTestChat();
  const reads = { method: 'GET' } as const;
  expect(callsIn(await linesOf(history, chat, { params }, reads))).toEqual([]);
  chat.table.get = async () => {
    throw new Error('broken');
  };
  expect(callsIn(await linesOf(history, chat, { params }, reads))).toMatchObject([{ status: 503 }]);
});

test('row 5: a typing note writes no line, and a refused one does', async () => {
  const chat = openTestChat();
  const { ticket } = await chat.call('c1', ada);
  const lines: string[] = [];
  const note = async () => {
    const call = { ConnectionId: 'c1', Arguments: [], Headers: {}, Query: { ticket } };
    await answerHub(
      'typing',
      typing,
      chat,
    )(
      call,
      openContext((line) => lines.push(line)),
    );
  };
  await note();
  expect(lines).toEqual([]);
  await chat.rooms.submit('lobby', { kind: 'close', reason: 'late' });
  await chat.clock.advance(6_000);
  chat.rooms.takeNotes();
  await note();
  expect(callsIn(lines)).toMatchObject([{ event: 'typing', refused: 'room_closed' }]);
});

test('row 5: commits of another room, and several commits, have lines of their own', async () => {
  const chat = openTestChat();
  const send = async (room: string, id: string) => {
    const { ticket } = await chat.call('c1', { ...ada, room });
    const call = { ConnectionId: 'c1', Arguments: ['hi', id], Headers: {}, Query: { ticket } };
    const lines: string[] = [];
    await answerHub(
      'send',
      message,
      chat,
    )(
      call,
      openContext((line) => lines.push(line)),
    );
    return lines.map((line) => line.split(' ', 1).join());
  };
  expect(await send('lobby', '1')).toEqual(['call']);
  await chat.rooms.submit('other', { kind: 'join', connectionId: 'c2', userId: 'b', name: 'B' });
  expect(await send('lobby', '2')).toEqual(['call', 'commit', 'commit']);
  chat.rooms.takeNotes();
  await chat.rooms.submit('other', { kind: 'leave', connectionId: 'c2' });
  const { ticket } = await chat.call('c1', ada);
  const refused = { ConnectionId: 'c1', Arguments: [''], Headers: {}, Query: { ticket } };
  const lines: string[] = [];
  await answerHub(
    'send',
    message,
    chat,
  )(
    refused,
    openContext((line) => lines.push(line)),
  );
  expect(lines.map((line) => line.split(' ', 1).join())).toEqual(['call', 'commit']);
});

test('the timer writes a line if it broadcasts to a room', async () => {
  const chat = await openRoom();
  const lines: string[] = [];
  const run = () =>
    answerTimer('cleanup', cleanUpRooms, chat)(openContext((line) => lines.push(line)));
  await run();
  expect(callsIn(lines)).toEqual([]);
  chat.newcomers.confirm('c1');
  chat.unknown.add('c1');
  await chat.clock.advance(6 * 60_000);
  await run();
  expect(callsIn(lines)).toMatchObject([{ event: 'cleanup', broadcasts: [expect.any(Number)] }]);
  expect(lines).toContain('corrected {"room":"lobby","connections":1}');
});

test('row 7: the timer writes one line at the end of each run, and none if it fails', async () => {
  const chat = openTestChat();
  const lines: string[] = [];
  const run = () =>
    answerTimer('cleanup', cleanUpRooms, chat)(openContext((line) => lines.push(line)));
  await run();
  await run();
  expect(lines).toEqual(Array(2).fill('cleanup {"failed":0,"postponed":0,"ms":0}'));
  const ranAt = (await chat.activity.read()).cleanup.lastAt;
  expect(ranAt).toBe(chat.now());
  await chat.clock.advance(60_000);
  chat.cleanup.dueRooms = async () => {
    throw new Error('storage is away');
  };
  await expect(run()).rejects.toThrow('storage is away');
  expect(lines).toHaveLength(2);
  expect((await chat.activity.read()).cleanup.lastAt).toBe(ranAt);
});

test('a room that the timer could not clean up is in the log of its invocation', async () => {
  const chat = await openRoom();
  await chat.clock.advance(6 * 60_000);
  chat.service.hasConnection = async () => {
    throw new Error('the service is away\nRequestId:1');
  };
  const lines: string[] = [];
  await answerTimer('cleanup', cleanUpRooms, chat)(openContext((line) => lines.push(line)));
  expect(lines).toContain('cleanup-failed {"room":"lobby","reason":"Error: the service is away"}');
});

test('a failure of a commit is in the log of an invocation that waited for it', async () => {
  let left = 2;
  const table = troubled(new MemoryTable(), () => (left-- > 0 ? 'no answer before' : 'none'));
  const chat = openTestChat(table);
  const headers = { 'content-type': 'text/plain' };
  const asked = { method: 'POST', params, headers, body: 'a secret' };
  const lines = await runUntil(chat.clock, linesOf(publish, chat, asked));
  const failed = lines.filter((line) =>
    line.startsWith('commit-failed {"room":"lobby","reason":"'),
  );
  expect(failed).toHaveLength(2);
  expect(lines.join()).not.toContain('secret');
});

test('a failure on our side is in the log of the call, and the client gets an answer', async () => {
  const chat = openTestChat();
  const { ticket } = await chat.call('c1', ada);
  chat.rooms.submit = async () => {
    throw new TypeError('a mistake of ours');
  };
  const call = { ConnectionId: 'c1', Arguments: ['hi', 'id-1'], Headers: {}, Query: { ticket } };
  const lines: string[] = [];
  const context = openContext((line) => lines.push(line));
  const result = await answerHub('send', message, chat)(call, context);
  expect(result).toMatchObject({ ok: false, code: 'unavailable' });
  expect(lines.join()).toContain('a mistake of ours');
  expect(callsIn(lines)).toMatchObject([{ event: 'send', refused: 'unavailable' }]);
});

test('so is one that comes after a part of a call was done', async () => {
  const failed = async () => ({ status: 503, failure: new TypeError('a mistake of ours') });
  const lines = await linesOf(failed, openTestChat(), { method: 'DELETE', params });
  expect(lines.join()).toContain('a mistake of ours');
  expect(callsIn(lines)).toMatchObject([{ event: 'name', status: 503 }]);
});
