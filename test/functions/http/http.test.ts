// The API's functions: their answers and their refusals.

import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { disconnect } from '../../../functions/http/disconnect.ts';
import { forget } from '../../../functions/http/forget.ts';
import { openHealth } from '../../../functions/http/health.ts';
import { history } from '../../../functions/http/history.ts';
import type { HttpHandler } from '../../../functions/http/http-function.ts';
import { members } from '../../../functions/http/members.ts';
import { negotiate } from '../../../functions/http/negotiate.ts';
import { publish } from '../../../functions/http/publish.ts';
import { connected } from '../../../functions/hub/connected.ts';
import type { ConnectionInfo } from '../../../functions/protocol.ts';
import { TableUnavailable } from '../../../functions/room/table.ts';
import { SignalRRest } from '../../../functions/service/signalr-rest.ts';
import { ask, eventsIn, openTestChat, type TestChat } from '../../support/chat.ts';
import { MemoryTable } from '../../support/memory-table.ts';

const ada = { userId: 'g-ada', name: 'Ada', room: 'lobby' };
const inLobby = { room: 'lobby' };
const say = async (chat: TestChat, count: number) => {
  const body = Array.from({ length: count }, (_, n) => `line ${n + 1}`).join('\n');
  const headers = { 'content-type': 'text/plain' };
  return ask(publish, chat, { method: 'POST', params: inLobby, headers, body });
};

describe('negotiate', () => {
  const ticketIn = async (chat: TestChat, answer: { jsonBody?: unknown }) => {
    const { url } = answer.jsonBody as ConnectionInfo;
    return chat.tickets.read(new URL(url).searchParams.get('ticket'), 'fresh');
  };

  test('answers where to connect, with a ticket for that person and room', async () => {
    const chat = openTestChat();
    const answer = await ask(negotiate, chat, {
      method: 'POST',
      query: '?room=%E5%A4%A7%E5%8E%85&name=+Ada++L+',
    });
    expect(answer.jsonBody).toMatchObject({
      url: expect.stringMatching(/^http:\/\/s:8888\/client\/\?hub=chat&ticket=/),
      accessToken: 'token',
    });
    expect(await ticketIn(chat, answer)).toMatchObject({ name: 'Ada L', room: '大厅' });
  });

  test('row lan: sends a page to the service at its own host name, if a setting says so', async () => {
    const chat = openTestChat();
    const urlIn = async (settings: Partial<TestChat['settings']>) => {
      const answer = await ask(
        negotiate,
        { ...chat, settings: { ...chat.settings, ...settings } },
        {},
      );
      return new URL((answer.jsonBody as ConnectionInfo).url).host;
    };
    expect(await urlIn({})).toBe('s:8888');
    expect(await urlIn({ serviceAtPage: true })).toBe('localhost:8888');
  });

  test('recognises a guest by a cookie whose secret is not the user id', async () => {
    const chat = openTestChat();
    const first = await ask(negotiate, chat, { query: '?name=Ada' });
    const [cookie] = first.cookies ?? [];
    expect(cookie).toMatchObject({ name: 'guest', httpOnly: true, sameSite: 'Lax', path: '/' });
    const { userId } = await ticketIn(chat, first);
    expect(userId).not.toContain(cookie?.value);
    const headers = { cookie: `a=b; guest=${cookie?.value}; c=d` };
    expect(await ticketIn(chat, await ask(negotiate, chat, { headers }))).toMatchObject({ userId });
    expect(await ticketIn(chat, await ask(negotiate, chat, {}))).not.toMatchObject({ userId });
  });

  test.each([
    ['cross-site', 0],
    ['same-site', 0],
    ['same-origin', 1],
    ['none', 1],
  ])(
    'to a page that asks %s gives %i cookies, so that no other site makes somebody a stranger',
    async (site, count) => {
      const answer = await ask(negotiate, openTestChat(), { headers: { 'sec-fetch-site': site } });
      expect(answer.cookies ?? []).toHaveLength(count);
    },
  );

  test('gives a cookie for https only if the request came over https', async () => {
    const secureOf = async (headers: Record<string, string>) => {
      const { cookies } = await ask(negotiate, openTestChat(), { headers });
      return cookies?.[0]?.secure;
    };
    expect(await secureOf({ 'x-forwarded-proto': 'https' })).toBe(true);
    expect(await secureOf({})).toBe(false);
  });

  test.each([
    ['https,http', true],
    ['HTTPS', true],
    [' https , https', true],
    ['http,https', false],
    ['httpsx', false],
    ['', false],
  ])(
    'H10: takes the first proxy’s word, in any case, for how it was asked: %j',
    async (proto, isSecure) => {
      const headers = { 'x-forwarded-proto': proto };
      const [cookie] = (await ask(negotiate, openTestChat(), { headers })).cookies ?? [];
      expect(cookie).toMatchObject({ name: isSecure ? '__Host-guest' : 'guest', secure: isSecure });
    },
  );

  test('H10: over https no cookie of a sibling domain replaces a guest’s, and older cookies go on working', async () => {
    const chat = openTestChat();
    const [own, other] = ['A'.repeat(22), 'B'.repeat(22)];
    const userOf = async (cookie: string) => {
      const headers = { cookie, 'x-forwarded-proto': 'https' };
      const answer = await ask(negotiate, chat, { headers });
      expect(answer.cookies?.[0]).toMatchObject({ name: '__Host-guest', path: '/', secure: true });
      expect(answer.cookies?.[0]).not.toHaveProperty('domain');
      return (await ticketIn(chat, answer))?.userId;
    };
    const userId = await userOf(`__Host-guest=${own}`);
    expect(await userOf(`guest=${other}; __Host-guest=${own}`)).toBe(userId);
    expect(await userOf(`guest=${own}`)).toBe(userId);
  });

  test('uses the lobby and an invented name without parameters', async () => {
    const chat = openTestChat();
    expect(await ticketIn(chat, await ask(negotiate, chat, {}))).toMatchObject({
      room: 'lobby',
      name: expect.stringMatching(/^Guest \S{4}$/),
    });
  });

  test.each([
    ['?room=a%20b&name=Ada', 'bad_room'],
    ['?room=&name=Ada', 'bad_room'],
    ['?room=a&name=', 'bad_name'],
    ['?room=a&name=%00', 'bad_name'],
  ])('refuses %s', async (query, code) => {
    expect(await ask(negotiate, openTestChat(), { query })).toMatchObject({
      status: 400,
      jsonBody: { error: { code } },
    });
  });
});

describe('P16: forget', () => {
  test.each([
    ['http', {}, ['guest']],
    ['https', { 'x-forwarded-proto': 'https' }, ['__Host-guest', 'guest']],
  ])('over %s ends every cookie that makes a guest', async (_, headers, names) => {
    const answer = await ask(forget, openTestChat(), { method: 'DELETE', headers });
    expect(answer.status).toBe(204);
    expect(answer.cookies?.map(({ name }) => name)).toEqual(names);
    for (const cookie of answer.cookies ?? []) {
      // A browser removes a cookie of the prefix only if these are as they were.
      expect(cookie).toMatchObject({ value: '', maxAge: 0, path: '/', secure: names.length > 1 });
      expect(cookie).not.toHaveProperty('domain');
    }
  });

  test.each(['cross-site', 'same-site'])('ends none for a page that asks %s', async (site) => {
    const headers = { 'sec-fetch-site': site };
    expect(await ask(forget, openTestChat(), { headers })).toMatchObject({ cookies: [] });
  });
});

describe('history', () => {
  const seqsOf = async (chat: TestChat, query: string) => {
    const { jsonBody } = await ask(history, chat, { params: inLobby, query });
    return (jsonBody as { messages: { seq: number }[] }).messages.map(({ seq }) => seq);
  };

  test('of a room that nobody has entered is empty', async () => {
    expect((await ask(history, openTestChat(), { params: inLobby })).jsonBody).toEqual({
      room: 'lobby',
      revision: 0,
      first: 1,
      seq: 0,
      online: 0,
      messages: [],
    });
  });

  test('answers the latest, what came after, and what came before, oldest first', async () => {
    const chat = openTestChat();
    await say(chat, 210);
    const range = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, n) => from + n);
    expect(await seqsOf(chat, '')).toEqual(range(11, 210));
    expect(await seqsOf(chat, '?limit=3')).toEqual([208, 209, 210]);
    expect(await seqsOf(chat, '?after=0')).toEqual(range(1, 200));
    expect(await seqsOf(chat, '?after=100&limit=2')).toEqual([101, 102]);
    expect(await seqsOf(chat, '?after=210')).toEqual([]);
    expect(await seqsOf(chat, '?after=999')).toEqual([]);
    expect(await seqsOf(chat, '?before=11&limit=2')).toEqual([9, 10]);
    expect(await seqsOf(chat, '?before=1')).toEqual([]);
    expect(await seqsOf(chat, '?before=999&limit=1')).toEqual([210]);
    expect(await seqsOf(chat, '?after=5&before=8')).toEqual([6, 7]);
    expect(await seqsOf(chat, '?at=0&limit=2')).toEqual([1, 2]);
    expect(await seqsOf(chat, '?at=8640000000000000')).toEqual([]);
  });

  test.each([
    '?limit=0',
    '?limit=201',
    '?limit=x',
    '?after=-1',
    '?before=1.5',
    '?after=1e3',
    '?limit=',
    '?at=',
    '?at=-1',
    '?at=2026-11-28',
    '?at=8640000000000001',
    '?at=1&after=1',
    '?at=1&before=1',
  ])('refuses %s', async (query) => {
    const answer = await ask(history, openTestChat(), { params: inLobby, query });
    expect(answer).toMatchObject({ status: 400, jsonBody: { error: { code: 'bad_request' } } });
  });

  test('refuses what is no room', async () => {
    const answer = await ask(history, openTestChat(), { params: { room: 'a b' } });
    expect(answer).toMatchObject({ status: 400, jsonBody: { error: { code: 'bad_room' } } });
  });
});

describe('members', () => {
  test('lists open connections, two of one user included', async () => {
    const chat = openTestChat();
    for (const id of ['c1', 'c2', 'c3']) await connected(await chat.call(id, ada), chat);
    await chat.rooms.submit('lobby', { kind: 'leave', connectionId: 'c2' });
    const { jsonBody } = await ask(members, chat, { params: inLobby });
    const { userId, name } = ada;
    expect(jsonBody).toEqual({
      room: 'lobby',
      revision: 4,
      online: 2,
      members: ['c1', 'c3'].map((connectionId) => {
        return { connectionId, userId, name, connectedAt: chat.now() };
      }),
      truncated: false,
    });
  });
});

describe('publish', () => {
  const post = (chat: TestChat, type: string | undefined, body: string | Buffer, query = '') =>
    ask(publish, chat, {
      method: 'POST',
      params: inLobby,
      query,
      body,
      headers: type === undefined ? {} : { 'content-type': type },
    });

  test('stores the lines of a text in order', async () => {
    const chat = openTestChat();
    const answer = await post(chat, 'text/plain; charset=utf-8', 'one\r\n\ntwo\n三\n', '?name=ci');
    expect(answer).toMatchObject({ status: 202, jsonBody: { seq: 3 } });
    const messages = eventsIn({ actions: answer.actions ?? [] }).flatMap((event) => event.messages);
    expect(messages.map(({ text, name }) => `${name}: ${text}`)).toEqual([
      'ci: one',
      'ci: two',
      'ci: 三',
    ]);
  });

  test('stores a message once per id', async () => {
    const chat = openTestChat();
    const body = JSON.stringify({ text: 'built', name: 'ci', id: 'build-7' });
    expect((await post(chat, 'application/json', body)).jsonBody).toEqual({ seq: 1 });
    expect((await post(chat, 'application/json', body)).jsonBody).toEqual({ seq: 1 });
    await post(chat, 'text/plain', 'a\nb', '?id=batch');
    expect((await post(chat, 'text/plain', 'a\nb', '?id=batch')).jsonBody).toEqual({ seq: 3 });
  });

  test.each([
    ['text/html', 'hi', 400, 'bad_request'],
    ['application/json', '{', 400, 'bad_request'],
    ['application/json', '[]', 400, 'bad_text'],
    ['application/json', 'null', 400, 'bad_request'],
    ['application/json', '{}', 400, 'bad_text'],
    ['application/json', '{"text":"hi","id":7}', 400, 'bad_id'],
    ['application/json', '{"text":"hi","name":"\\n"}', 400, 'bad_name'],
    ['text/plain', '', 400, 'bad_request'],
    ['text/plain', '\n \n', 400, 'bad_request'],
    ['text/plain', 'x\n'.repeat(1_001), 413, 'too_large'],
    ['text/plain', 'x'.repeat(1_048_577), 413, 'too_large'],
  ])('refuses as %s the body of case %#', async (type, body, status, code) => {
    const chat = openTestChat();
    const answer = await post(chat, type, body);
    expect(answer).toMatchObject({ status, jsonBody: { error: { code } } });
  });

  const bad = Buffer.from([0xff]);
  const e = Buffer.from('é', 'latin1');
  test.each([
    ['text/plain', [Buffer.from('a\r\n\r\n文\ufffd\n'), e, Buffer.from('\nb')], /^line 4: unable/],
    ['text/plain', [Buffer.from('caf'), e, Buffer.from('\n')], /^line 1: unable/],
    ['text/plain', [Buffer.from('文').subarray(0, 2), Buffer.from('\rx')], /^line 1: unable/],
    [
      'application/json',
      [Buffer.from('{"text":"'), bad, Buffer.from('"}')],
      /^unable to publish; /,
    ],
  ])('refuses in %s what is no UTF-8, case %#', async (type, parts, message) => {
    const chat = openTestChat();
    expect(await post(chat, type, Buffer.concat(parts))).toMatchObject({
      status: 400,
      jsonBody: { error: { code: 'bad_request', message: expect.stringMatching(message) } },
    });
    expect((await say(chat, 1)).jsonBody).toEqual({ seq: 1 });
  });

  test.each(['iso-8859-1', 'UTF-16', '"windows-1252"', '""'])(
    'refuses the charset %s, in which the bytes might mean something else',
    async (charset) => {
      for (const type of ['text/plain', 'application/json']) {
        const answer = await post(openTestChat(), `${type}; charset=${charset}`, '{"text":"a"}');
        expect(answer).toMatchObject({
          status: 400,
          jsonBody: { error: { message: expect.stringMatching(/its charset is .*UTF-8\.$/) } },
        });
      }
    },
  );

  test.each(['utf-8', 'UTF-8', 'utf8', '"utf-8"', 'us-ascii'])(
    'takes the charset %s',
    async (charset) => {
      const type = `text/plain; format=flowed; Charset=${charset}`;
      expect((await post(openTestChat(), type, 'a')).status).toBe(202);
    },
  );

  test('accepts an id that leaves space for the highest line number', async () => {
    const body = `${'\n'.repeat(1_048_575)}x`;
    const answer = await post(openTestChat(), 'text/plain', body, `?id=${'文'.repeat(56)}`);
    expect(answer.status).toBe(202);
  });

  test.each([
    ['x'.repeat(57), /^unable to publish; the id has 57 characters, the limit is 56, as each line/],
    ['x'.repeat(65), /^unable to publish; the id has 65 characters/],
    ['', /^unable to .* id must be 1 /],
    ['%07', /^unable to .* id must be 1 /],
  ])('refuses ?id=%s at once, without blaming a line', async (id, message) => {
    const answer = await post(openTestChat(), 'text/plain', 'a', `?id=${id}`);
    expect(answer).toMatchObject({
      status: 400,
      jsonBody: { error: { code: 'bad_id', message: expect.stringMatching(message) } },
    });
  });

  test('names the wrong line, and stores none', async () => {
    const chat = openTestChat();
    const answer = await post(chat, 'text/plain', `fine\n${'x'.repeat(4_001)}`);
    expect(answer).toMatchObject({
      status: 400,
      jsonBody: { error: { code: 'bad_text', message: expect.stringMatching(/^line 2: /) } },
    });
    expect((await say(chat, 1)).jsonBody).toEqual({ seq: 1 });
  });
});

describe('disconnect', () => {
  const end = (chat: TestChat, connectionId: string, query = '') =>
    ask(disconnect, chat, { method: 'DELETE', params: { ...inLobby, connectionId }, query });

  test('ends the connection with the reason', async () => {
    const chat = openTestChat();
    await connected(await chat.call('c1', ada), chat);
    expect(await end(chat, 'c1', '?reason=%E5%90%B5')).toMatchObject({ status: 204 });
    expect(chat.closed).toEqual([{ connectionId: 'c1', reason: '吵' }]);
  });

  test('ends the user’s other connections, too, if it bans the user', async () => {
    const chat = openTestChat();
    for (const [connectionId, userId] of [
      ['c1', 'g-eve'],
      ['c2', 'g-eve'],
      ['c3', 'g-ada'],
    ] as const) {
      await chat.rooms.submit('lobby', { kind: 'join', connectionId, userId, name: 'X' });
    }
    await end(chat, 'c1', '?banMinutes=5');
    expect(chat.closed.map(({ connectionId }) => connectionId)).toEqual(['c1', 'c2']);
  });

  test('bans the user for the requested minutes, from negotiate on', async () => {
    const chat = openTestChat();
    const first = await ask(negotiate, chat, { query: '?name=Ada' });
    const headers = { cookie: `guest=${first.cookies?.[0]?.value}` };
    const { url } = first.jsonBody as ConnectionInfo;
    const ticket = new URL(url).searchParams.get('ticket');
    await connected({ connectionId: 'c1', ticket, arguments: [] }, chat);
    await end(chat, 'c1', '?banMinutes=5');
    expect(await ask(negotiate, chat, { headers })).toMatchObject({
      status: 403,
      jsonBody: { error: { code: 'banned' }, until: chat.now() + 5 * 60_000 },
    });
    // Its old ticket opens no connection either.
    await connected({ connectionId: 'c2', ticket, arguments: [] }, chat);
    expect(chat.closed.map(({ connectionId }) => connectionId)).toEqual(['c1', 'c2']);
    await chat.clock.advance(5 * 60_000);
    expect((await ask(negotiate, chat, { headers })).status).toBeUndefined();
  });

  test('removes a connection that the service does not know from the count', async () => {
    const chat = openTestChat();
    await connected(await chat.call('c1', ada), chat);
    chat.unknown.add('c1');
    const answer = await end(chat, 'c1');
    expect(answer).toMatchObject({ status: 204 });
    expect(eventsIn({ actions: answer.actions ?? [] })).toMatchObject([{ online: 0 }]);
  });

  test('answers 404 for a connection that is not in the room, or not any more', async () => {
    const chat = openTestChat();
    await connected(await chat.call('c1', ada), chat);
    await chat.rooms.submit('lobby', { kind: 'leave', connectionId: 'c1' });
    for (const id of ['c1', 'never', ''])
      expect(await end(chat, id)).toMatchObject({ status: 404 });
    expect(chat.closed).toEqual([]);
  });

  test.each(['?banMinutes=-1', '?banMinutes=x', '?banMinutes=99999999'])(
    'refuses %s',
    async (query) => {
      const chat = openTestChat();
      await connected(await chat.call('c1', ada), chat);
      expect(await end(chat, 'c1', query)).toMatchObject({ status: 400 });
      expect(chat.closed).toEqual([]);
    },
  );
});

describe('health', () => {
  test('is ok when storage and service answer', async () => {
    expect(await ask(openHealth(), openTestChat(), {})).toMatchObject({
      status: 200,
      jsonBody: { status: 'ok', storage: 'ok', signalR: 'ok' },
    });
  });

  const failing = (error: unknown) => {
    const table = new MemoryTable();
    table.list = async () => {
      throw error;
    };
    return openTestChat(table);
  };
  const restError = (facts: { statusCode?: number; code?: string }) => {
    return Object.assign(new Error('secretaccount.table\nRequestId:1'), {
      name: 'RestError',
      ...facts,
    });
  };

  test.each([
    [new TableUnavailable(restError({ code: 'ECONNREFUSED' })), 'it does not answer'],
    [new TableUnavailable(new Error('socket hang up')), 'it does not answer'],
    [new TableUnavailable(restError({ statusCode: 503 })), 'it is busy or broken'],
    [restError({ statusCode: 403 }), 'the role Storage Table Data Contributor'],
    [restError({ statusCode: 401 }), 'the role Storage Table Data Contributor'],
    [new TableUnavailable(restError({ code: 'ENOTFOUND' })), 'Correct CHAT_STORAGE'],
    [restError({ statusCode: 404 }), 'Correct CHAT_STORAGE'],
  ])('is 503 and says of %p what to do, and nothing of how it was put', async (error, sentence) => {
    const answer = await ask(openHealth(), failing(error), {});
    expect(answer).toMatchObject({
      status: 503,
      jsonBody: {
        status: 'unavailable',
        storage: expect.stringContaining(sentence),
        signalR: 'ok',
      },
    });
    const { storage } = answer.jsonBody as { storage: string };
    expect(storage).toMatch(/^unable to .+; .+\. .+\.$/);
    expect(storage).not.toMatch(/secretaccount|ECONN|hang up|RequestId/);
  });

  test('describes a failed service by a fixed sentence, without the error below it', async () => {
    const chat = openTestChat();
    const send = async () => {
      throw new TypeError('fetch failed: secretservice');
    };
    const service = new SignalRRest(chat.settings.signalR, Date.now, send);
    expect(await ask(openHealth(), { ...chat, service }, {})).toMatchObject({
      status: 503,
      jsonBody: {
        storage: 'ok',
        signalR:
          'unable to reach SignalR Service; it did not answer. Try again, and check AzureSignalRConnectionString if it stays so.',
      },
    });
  });

  describe('on a clock', () => {
    beforeEach(() => {
      jest.useFakeTimers();
    });
    afterEach(() => {
      jest.useRealTimers();
    });

    const never = () => new Promise<never>(() => {});
    const slow = (ms: number) => () =>
      new Promise<undefined>((resolve) => setTimeout(resolve, ms, undefined));
    async function healthWithin(ms: number, health: HttpHandler, chat: TestChat) {
      const answer = ask(health, chat, {});
      await jest.advanceTimersByTimeAsync(ms);
      return Promise.race([answer, 'no answer']);
    }

    test('allows the first request of a new process more time, because a cold client is slow', async () => {
      const chat = openTestChat();
      chat.table.list = async () => slow(3_000)().then(() => []);
      chat.service.checkHealth = slow(3_000);
      expect(await healthWithin(3_100, openHealth(), chat)).toMatchObject({ status: 200 });
    });

    test.each([
      ['it answered before', slow(3_000)],
      ['it never did', never],
    ])('answers within a second where nobody answers it, also where %s', async (_, first) => {
      const chat = openTestChat();
      const health = openHealth();
      chat.table.list = async () => first().then(() => []);
      chat.service.checkHealth = first;
      await healthWithin(5_100, health, chat);
      chat.table.list = never;
      chat.service.checkHealth = never;
      expect(await healthWithin(900, health, chat)).toMatchObject({
        status: 503,
        jsonBody: {
          storage: expect.stringContaining('it does not answer'),
          signalR: expect.stringContaining('it does not answer'),
        },
      });
    });
  });
});

test('a failure of ours is a 503 without its text', async () => {
  const table = new MemoryTable();
  table.get = async () => {
    throw new Error('secret');
  };
  const answer = await ask(history, openTestChat(table), { params: inLobby });
  expect(answer).toMatchObject({ status: 503, jsonBody: { error: { code: 'unavailable' } } });
  expect(JSON.stringify(answer)).not.toContain('secret');
});
