// The data-plane REST API, as the SDK, the Functions bindings and hand-written callers use it.

import { beforeEach, describe, expect, test } from '@jest/globals';
import type { HubConnection } from '@microsoft/signalr';
import { decode, encode } from '@msgpack/msgpack';
import { decodeJwt } from 'jose';
import { EMULATOR_KEY, signAccessToken } from '../../../../local/access-token.ts';
import { sendBytes } from '../../../support/raw-http.ts';
import { rest as call, collect, type RestOptions } from '../hub-client.ts';
import { stageService } from '../stage.ts';

const stage = stageService();
const HUB = '/api/hubs/chat';
const BODY = { body: { target: 'news', arguments: ['hi'] } };

let ada: HubConnection;
let ada2: HubConnection;
let bob: HubConnection;

/** For the tests that reach somebody: most refusals need nobody. */
async function connect(): Promise<void> {
  [ada, ada2, bob] = await Promise.all([
    stage.client({ userId: 'ada' }),
    stage.client({ userId: 'ada', protocol: 'messagepack' }),
    stage.client({ userId: 'bob' }),
  ]);
}

const rest = (method: string, path: string, options?: RestOptions) =>
  call(stage.service, method, path, options);

async function status(method: string, path: string, options?: RestOptions): Promise<number> {
  return (await rest(method, path, options)).status;
}

/**
 * The receivers of `send`. A last broadcast, which arrives after it on every connection, shows that nothing more is on
 * its way.
 */
async function receivers(send: () => Promise<unknown>): Promise<string[]> {
  const clients = { ada, ada2, bob };
  const got = Object.entries(clients).map(([name, client]) => ({
    name,
    news: collect(client, 'news'),
    end: collect(client, 'end'),
  }));
  await send();
  await rest('POST', `${HUB}/:send`, { body: { target: 'end' } });
  await Promise.all(got.map(({ end }) => end.until(1)));
  for (const client of Object.values(clients))
    for (const target of ['news', 'end']) client.off(target);
  return got.filter(({ news }) => news.arrived.length > 0).map(({ name }) => name);
}

describe('sends', () => {
  beforeEach(connect);

  test.each([
    ['everybody', () => `${HUB}/:send`, ['ada', 'ada2', 'bob']],
    ['everybody, as v1 does', () => '/api/v1/hubs/chat', ['ada', 'ada2', 'bob']],
    [
      'everybody of a hub in other letter case',
      () => '/api/hubs/CHAT/:send',
      ['ada', 'ada2', 'bob'],
    ],
    ['a user', () => `${HUB}/users/ada/:send`, ['ada', 'ada2']],
    ['a user, as v1 does', () => '/api/v1/hubs/chat/users/ada', ['ada', 'ada2']],
    ['a connection', () => `${HUB}/connections/${ada2.connectionId}/:send`, ['ada2']],
    [
      'a connection, as v1 does',
      () => `/api/v1/hubs/chat/connections/${bob.connectionId}`,
      ['bob'],
    ],
    ['nobody of another hub', () => '/api/hubs/other/:send', []],
    ['nobody of an unknown user', () => `${HUB}/users/eve/:send`, []],
    ['nobody of an unknown connection', () => `${HUB}/connections/x/:send`, []],
    ['nobody of an unknown group', () => `${HUB}/groups/x/:send`, []],
    ['everybody but one', () => `${HUB}/:send?excluded=${bob.connectionId}`, ['ada', 'ada2']],
    [
      'everybody but two',
      () => `${HUB}/:send?excluded=${ada.connectionId}&excluded=${bob.connectionId}`,
      ['ada2'],
    ],
  ])('reach %s', async (_, path, expected) => {
    const reached = await receivers(async () => {
      expect(await status('POST', path(), BODY)).toBe(202);
    });
    expect(reached).toEqual(expected);
  });

  test('take target and arguments in any letter case, arguments also left out or null', async () => {
    const news = collect(ada, 'news');
    for (const body of [
      { Target: 'news', Arguments: ['2024-01-01T00:00:00.000Z'] },
      { TARGET: 'news', arguments: null },
      { target: 'news' },
    ]) {
      expect(await status('POST', `${HUB}/:send`, { body })).toBe(202);
    }
    expect(await news.until(3)).toEqual([['2024-01-01T00:00:00.000Z'], [], []]);
  });

  test('take more than ten arguments', async () => {
    const args = Array.from({ length: 20 }, (_, index) => index);
    const news = [collect(ada, 'news'), collect(ada2, 'news')];
    await rest('POST', `${HUB}/:send`, { body: { target: 'news', arguments: args } });
    for (const { until } of news) expect(await until(1)).toEqual([args]);
  });

  test('reach the hub of an application under its prefix', async () => {
    const other = await stage.client({ hub: 'app_chat' });
    const news = collect(other, 'news');
    const reached = await receivers(() => rest('POST', `${HUB}/:send?application=App`, BODY));
    expect(reached).toEqual([]);
    expect(await news.until(1)).toEqual([['hi']]);
  });
});

describe('bodies', () => {
  test.each([
    ['no JSON', { rawBody: '{"target":' }, 400, 'it is no JSON'],
    ['no UTF-8', { rawBody: Buffer.from('{"target":"\xff"}', 'latin1') }, 400, 'it is no JSON'],
    ['nothing', { rawBody: '' }, 400, 'it is no JSON'],
    ['an array', { body: [] }, 400, 'it is no JSON object'],
    ['no target', { body: {} }, 400, 'target is missing'],
    ['an empty target', { body: { target: '' } }, 400, 'target is missing'],
    ['a target that is a number', { body: { target: 1 } }, 400, 'target is missing'],
    ['arguments that are text', { body: { target: 'a', arguments: 'b' } }, 400, 'no array'],
    [
      'bottomless arguments',
      { rawBody: `{"target":"a","arguments":${'['.repeat(60_000)}${']'.repeat(60_000)}}` },
      400,
      'nested more than 64 deep',
    ],
    ['plain text', { ...BODY, contentType: 'text/plain' }, 415, 'Send application/json'],
    [
      'JSON with the type of MessagePack',
      { ...BODY, contentType: 'application/x-msgpack' },
      400,
      'it is no MessagePack',
    ],
    [
      'a MessagePack array',
      { rawBody: encode(['news']), contentType: 'application/x-msgpack' },
      400,
      'it is no MessagePack map',
    ],
    [
      'MessagePack without a target',
      { rawBody: encode({ arguments: [] }), contentType: 'application/x-msgpack' },
      400,
      'target is missing',
    ],
    [
      'octets for no known protocol',
      { rawBody: encode({ other: new Uint8Array(3) }), contentType: 'application/octet-stream' },
      400,
      'neither for json nor for messagepack',
    ],
    [
      'octets that are no invocation',
      {
        rawBody: encode({ json: Buffer.from('{"type":6}\x1e') }),
        contentType: 'application/octet-stream',
      },
      400,
      'its entry json is no single framed invocation',
    ],
    [
      'octets with two invocations',
      {
        rawBody: encode({
          json: Buffer.from('{"type":1,"target":"a","arguments":[]}\x1e'.repeat(2)),
        }),
        contentType: 'application/octet-stream',
      },
      400,
      'its entry json is no single framed invocation',
    ],
    [
      'octets that are text',
      { rawBody: encode({ json: 'text' }), contentType: 'application/octet-stream' },
      400,
      'its entry json holds no bytes',
    ],
    ['more than 1 MB', { body: { target: 'x'.repeat(1_100_000) } }, 413, 'more than 1048576 bytes'],
  ])('%s gets an answer with the reason', async (_, options, expected, reason) => {
    const response = await rest('POST', `${HUB}/:send`, options);
    expect(response.status).toBe(expected);
    const { code, message } = (await response.json()) as { code: string; message: string };
    expect(code).toMatch(/^[A-Za-z]+$/);
    expect(message).toMatch(/^unable to .+; /);
    expect(message).toContain(reason);
  });

  test('a chunked body over 1 MB is refused while it comes', async () => {
    const path = `${HUB}/:send`;
    const token = await signAccessToken(EMULATOR_KEY, `http://127.0.0.1${path}`, {}, Date.now());
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        sent += 1;
        if (sent > 100) controller.close();
        else controller.enqueue(Buffer.alloc(64 * 1_024, 'x'));
      },
    });
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    // The types lack this option. Node needs it for a body that is a stream.
    const init = { method: 'POST', headers, body, duplex: 'half' };
    const outcome = await fetch(`${stage.service.endpoint}${path}`, init as RequestInit).then(
      (response) => response.status,
      // The connection may be closed while the caller is still sending.
      () => 'closed',
    );
    expect([413, 'closed']).toContain(outcome);
    expect(await status('POST', path, BODY)).toBe(202);
  });

  test('the charset of JSON does not matter', async () => {
    const contentType = 'application/json; charset=utf-8';
    expect(await status('POST', `${HUB}/:send`, { ...BODY, contentType })).toBe(202);
  });
});

describe('what a body holds', () => {
  beforeEach(connect);

  const args = ['你好', 1.5, -7, null, { nested: [true] }];

  test.each([
    ['application/json', () => JSON.stringify({ target: 'news', arguments: args })],
    ['application/x-msgpack', () => encode({ Target: 'news', Arguments: args })],
    [
      'application/octet-stream',
      () => {
        const message = encode([1, {}, null, 'news', args]);
        return encode({
          json: Buffer.from(`${JSON.stringify({ type: 1, target: 'news', arguments: args })}\x1e`),
          messagepack: Buffer.concat([Buffer.from([message.length]), message]),
        });
      },
    ],
  ])('reaches clients of both protocols as %s', async (contentType, rawBody) => {
    const news = [collect(ada, 'news'), collect(ada2, 'news')];
    expect(await status('POST', `${HUB}/:send`, { rawBody: rawBody(), contentType })).toBe(202);
    for (const { until } of news) expect(await until(1)).toEqual([args]);
  });

  test('reaches both protocols if the octets are for one of them', async () => {
    const message = encode([1, {}, null, 'news', [9_007_199_254_740_991, Uint8Array.of(1, 2)]]);
    const rawBody = encode({
      messagepack: Buffer.concat([Buffer.from([message.length]), message]),
    });
    const contentType = 'application/octet-stream';
    const news = collect(ada, 'news');
    expect(await status('POST', `${HUB}/:send`, { rawBody, contentType })).toBe(202);
    expect(await news.until(1)).toEqual([[9_007_199_254_740_991, 'AQI=']]);
  });

  test('passes to JSON clients unchanged, including numbers that JavaScript cannot hold', async () => {
    const raw = await stage.shakenClient();
    const rawBody =
      '{"Target":"news", "arguments" : [ 9007199254740993, 1e400, "2024-01-01T00:00:00.000Z" ] }';
    await rest('POST', `${HUB}/:send`, { rawBody });
    expect(await raw.next()).toBe(
      '{"type":1,"target":"news","arguments":[ 9007199254740993, 1e400, "2024-01-01T00:00:00.000Z" ]}\x1e',
    );
  });

  test('keeps integers of 64 bits for MessagePack clients', async () => {
    const raw = await stage.rawClient();
    raw.send('{"protocol":"messagepack","version":1}\x1e');
    await raw.next();
    const bytes = new Promise<Buffer>((resolve) => raw.socket.once('message', resolve));
    const rawBody =
      '{"target":"n","arguments":[9007199254740993,18446744073709551615,1700000000000,"12345678901234567"]}';
    await rest('POST', `${HUB}/:send`, { rawBody });
    const message = decode((await bytes).subarray(1), { useBigInt64: true }) as unknown[];
    expect(message[4]).toEqual([
      9_007_199_254_740_993n,
      18_446_744_073_709_551_615n,
      1_700_000_000_000n,
      '12345678901234567',
    ]);
  });
});

describe('client results', () => {
  beforeEach(connect);

  const invoke = (client: HubConnection, body: unknown = { target: 'ask', arguments: [2] }) =>
    rest('POST', `${HUB}/connections/${client.connectionId}/:invoke`, { body });

  test.each(['json', 'messagepack'] as const)('come back from a %s client', async (protocol) => {
    const client = protocol === 'json' ? ada : ada2;
    client.on('ask', (number: number) => ({ twice: 2 * number, text: '你好' }));
    const response = await invoke(client);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ result: { twice: 4, text: '你好' }, protocol });
  });

  test('are null if the client has none', async () => {
    ada2.on('ask', () => null);
    expect(await (await invoke(ada2)).json()).toEqual({ result: null, protocol: 'messagepack' });
  });

  test('that are an error get 400 with its text', async () => {
    ada.on('ask', () => {
      throw new Error('not today');
    });
    const response = await invoke(ada);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: 'Error.Invocation.Failed',
      message: expect.stringContaining('not today'),
    });
  });

  test('from a client that leaves meanwhile, or does not exist, get 404', async () => {
    const asked = new Promise<void>((resolve) => {
      ada.on('ask', () => {
        resolve();
        return new Promise(() => {});
      });
    });
    const waiting = invoke(ada);
    await asked;
    await rest('DELETE', `${HUB}/connections/${ada.connectionId}`);
    const response = await waiting;
    expect(response.status).toBe(404);
    expect(response.headers.get('x-ms-error-code')).toBe('Error.Connection.NotExisted');
    expect((await invoke(ada)).status).toBe(404);
  });
});

describe('the connections of a group', () => {
  interface Members {
    readonly value: readonly { readonly connectionId: string; readonly userId?: string }[];
    readonly nextLink?: string;
  }
  const path = `${HUB}/groups/g/connections`;

  beforeEach(async () => {
    await connect();
    for (const { connectionId } of [ada, ada2, bob]) {
      await rest('PUT', `${HUB}/groups/g/connections/${connectionId}`);
    }
  });

  test('are listed with their users', async () => {
    const { value, nextLink } = (await (await rest('GET', path)).json()) as Members;
    expect(nextLink).toBeUndefined();
    expect(new Set(value.map(({ connectionId }) => connectionId))).toEqual(
      new Set([ada, ada2, bob].map(({ connectionId }) => connectionId)),
    );
    expect(value.map(({ userId }) => userId).sort()).toEqual(['ada', 'ada', 'bob']);
  });

  test('come page by page', async () => {
    const seen: string[] = [];
    let next: string | undefined = `${path}?maxpagesize=1&api-version=2024-12-01`;
    while (next !== undefined) {
      const { value, nextLink }: Members = (await (await rest('GET', next)).json()) as Members;
      expect(value).toHaveLength(1);
      seen.push(...value.map(({ connectionId }) => connectionId));
      next = nextLink?.replace(/^http:\/\/[^/]+/, '');
      if (next) expect(next).toContain('api-version=2024-12-01');
    }
    expect(seen).toEqual([...seen].sort());
    expect(seen).toHaveLength(3);
  });

  test('are as many as asked for', async () => {
    const first = (await (await rest('GET', `${path}?top=2&maxpagesize=1`)).json()) as Members;
    const link = first.nextLink?.replace(/^http:\/\/[^/]+/, '') ?? '';
    const second = (await (await rest('GET', link)).json()) as Members;
    expect([first.value.length, second.value.length]).toEqual([1, 1]);
    expect(second.nextLink).toBeUndefined();
  });

  test('of nobody are an empty list', async () => {
    expect(await (await rest('GET', `${HUB}/groups/empty/connections`)).json()).toEqual({
      value: [],
    });
  });
});

test('a generated token opens the hub for its user', async () => {
  const response = await rest('POST', `${HUB}/:generateToken?userId=eve&minutesToExpire=5`);
  expect(response.status).toBe(200);
  const { token } = (await response.json()) as { token: string };
  const negotiate = await fetch(`${stage.service.endpoint}/client/negotiate?hub=chat`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}` },
  });
  expect(negotiate.status).toBe(200);
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  expect(claims).toMatchObject({ 'asrs.s.uid': 'eve', exp: claims.iat + 300 });
});

describe('groups', () => {
  beforeEach(connect);

  const members = (group: string) =>
    receivers(() => rest('POST', `${HUB}/groups/${group}/:send`, BODY));

  test.each([
    'room',
    'a%2Fb%20c',
    '%F0%9F%91%A9%E2%80%8D%F0%9F%91%A7',
    '%3Asend',
    'x'.repeat(1_024),
  ])('named %.30s add and remove connections', async (group) => {
    const path = `${HUB}/groups/${group}/connections/${ada.connectionId}`;
    expect(await status('PUT', path)).toBe(200);
    expect(await status('PUT', `${HUB}/connections/${bob.connectionId}/groups/${group}`)).toBe(200);
    expect(await members(group)).toEqual(['ada', 'bob']);
    expect(await status('DELETE', path)).toBe(200);
    expect(await members(group)).toEqual(['bob']);
  });

  test('exclude single connections', async () => {
    for (const { connectionId } of [ada, bob])
      await rest('PUT', `${HUB}/groups/g/connections/${connectionId}`);
    const excluded = `excluded=${ada.connectionId}&excluded=nobody`;
    const path = `${HUB}/groups/g/:send?${excluded}`;
    expect(await receivers(() => rest('POST', path, BODY))).toEqual(['bob']);
  });

  test('add no connection that is not open: 404 with the code that the SDK ignores', async () => {
    const response = await rest('PUT', `${HUB}/groups/g/connections/gone`);
    expect(response.status).toBe(404);
    expect(response.headers.get('x-ms-error-code')).toBe('Error.Connection.NotExisted');
  });

  test('may be left by connections that are not in them', async () => {
    expect(await status('DELETE', `${HUB}/groups/g/connections/${ada.connectionId}`)).toBe(200);
    expect(await status('DELETE', `${HUB}/groups/g/connections/gone`)).toBe(200);
    expect(await status('DELETE', `${HUB}/users/nobody/groups`)).toBe(204);
  });

  test('are left together by a connection', async () => {
    for (const group of ['a', 'b'])
      await rest('PUT', `${HUB}/groups/${group}/connections/${ada.connectionId}`);
    expect(await status('DELETE', `${HUB}/connections/${ada.connectionId}/groups`)).toBe(200);
    expect(await members('a')).toEqual([]);
    expect(await members('b')).toEqual([]);
  });

  test('keep a user through reconnects, and a connection not', async () => {
    await rest('PUT', `${HUB}/users/ada/groups/kept`);
    await rest('PUT', `${HUB}/groups/lost/connections/${ada.connectionId}`);
    await ada.stop();
    await ada.start();
    expect(await members('kept')).toEqual(['ada', 'ada2']);
    expect(await members('lost')).toEqual([]);
  });

  test('hold with a TTL of 0 only the current connections of a user', async () => {
    expect(await status('PUT', `${HUB}/users/ada/groups/g?ttl=0`)).toBe(200);
    await ada.stop();
    await ada.start();
    expect(await members('g')).toEqual(['ada2']);
  });

  test('remove a user, also if a connection was added by itself', async () => {
    await rest('PUT', `${HUB}/groups/g/connections/${ada.connectionId}`);
    await rest('PUT', `${HUB}/groups/g/connections/${bob.connectionId}`);
    expect(await status('DELETE', `${HUB}/users/ada/groups/g`)).toBe(204);
    expect(await members('g')).toEqual(['bob']);
    await rest('PUT', `${HUB}/groups/g/users/ada`);
    expect(await status('DELETE', `${HUB}/users/ada/groups`)).toBe(204);
    expect(await members('g')).toEqual(['bob']);
  });

  test('answer user changes with 202 under v1', async () => {
    const path = '/api/v1/hubs/chat/groups/g/users/ada';
    expect([await status('PUT', path), await status('DELETE', path)]).toEqual([202, 202]);
  });
});

describe('existence', () => {
  beforeEach(async () => {
    await connect();
    await rest('PUT', `${HUB}/groups/g/connections/${ada.connectionId}`);
    await rest('PUT', `${HUB}/users/ada/groups/g`);
  });

  test.each(['HEAD', 'GET'])('is checked with %s', async (method) => {
    for (const path of [
      `connections/${ada.connectionId}`,
      'users/ada',
      'groups/g',
      'users/ada/groups/g',
    ]) {
      expect(await status(method, `${HUB}/${path}`)).toBe(200);
    }
    expect(await status(method, '/api/v1/hubs/chat/groups/g/users/ada')).toBe(200);
  });

  test.each([
    ['connections/x', 'Warning.Connection.NotExisted'],
    ['users/x', 'Warning.User.NotExisted'],
    ['groups/x', 'Warning.Group.NotExisted'],
    ['users/bob/groups/g', 'Info.User.NotInGroup'],
  ])('of %s is denied with %s', async (path, code) => {
    const response = await rest('HEAD', `${HUB}/${path}`);
    expect(response.status).toBe(404);
    expect(response.headers.get('x-ms-error-code')).toBe(code);
  });
});

describe('closing', () => {
  beforeEach(connect);

  const closedWith = (client: HubConnection) =>
    new Promise<string | undefined>((resolve) =>
      client.onclose((error) => resolve(error?.message)),
    );

  test.each([
    ['everybody', () => `${HUB}/:closeConnections`, ['ada', 'ada2', 'bob']],
    [
      'everybody but one',
      () => `${HUB}/:closeConnections?excluded=${bob.connectionId}`,
      ['ada', 'ada2'],
    ],
    ['a user', () => `${HUB}/users/ada/:closeConnections`, ['ada', 'ada2']],
    [
      'a user but for one connection',
      () => `${HUB}/users/ada/:closeConnections?excluded=${ada.connectionId}`,
      ['ada2'],
    ],
  ])('ends %s', async (_, path, expected) => {
    const clients = { ada, ada2, bob };
    const ends = expected.map((name) => closedWith(clients[name as keyof typeof clients]));
    const url = path();
    expect(
      await status('POST', `${url}${url.includes('?') ? '&' : '?'}reason=time%20is%20up`),
    ).toBe(204);
    for (const end of ends) expect(await end).toContain('time is up');
    expect(stage.service.counts.connections).toBe(3 - expected.length);
  });

  test('ends a group', async () => {
    await rest('PUT', `${HUB}/groups/g/connections/${bob.connectionId}`);
    const end = closedWith(bob);
    expect(await status('POST', `${HUB}/groups/g/:closeConnections`)).toBe(204);
    // No reason was given, so the client gets none.
    expect(await end).toBeUndefined();
    expect(stage.service.counts.connections).toBe(2);
  });

  test('of an unknown connection is a 404 that the SDK ignores', async () => {
    const response = await rest('DELETE', `${HUB}/connections/gone`);
    expect(response.status).toBe(404);
    expect(response.headers.get('x-ms-error-code')).toBe('Warning.Connection.NotExisted');
  });

  test('M9b: answers 202 under v1, also for a connection that is not there', async () => {
    expect(await status('DELETE', `/api/v1/hubs/chat/connections/${ada.connectionId}`)).toBe(202);
    expect(await status('DELETE', '/api/v1/hubs/chat/connections/gone')).toBe(202);
  });

  // The definition of v1 has 404 for these, and only DELETE of a connection has none.
  test.each([
    ['HEAD', '/connections/gone'],
    ['GET', '/users/gone'],
    ['HEAD', '/groups/gone'],
    ['GET', '/groups/g/users/gone'],
    ['PUT', '/groups/g/connections/gone'],
  ])('M9b: %s %s answers 404 under v1', async (method, path) => {
    expect(await status(method, `/api/v1/hubs/chat${path}`)).toBe(404);
  });
});

describe('refusals', () => {
  test.each([
    ['a hub with a hyphen', 'POST', '/api/hubs/my-chat/:send', 400],
    ['an application with a hyphen', 'POST', `${HUB}/:send?application=a-b`, 400],
    ['a group of spaces', 'POST', `${HUB}/groups/%20%20/:send`, 400],
    ['a group of 1025 characters', 'POST', `${HUB}/groups/${'x'.repeat(1_025)}/:send`, 400],
    ['a TTL below zero', 'PUT', `${HUB}/users/ada/groups/g?ttl=-1`, 400],
    ['a page of nothing', 'GET', `${HUB}/groups/g/connections?maxpagesize=0`, 400],
    ['a page of too many', 'GET', `${HUB}/groups/g/connections?maxpagesize=201`, 400],
    ['a token for no time', 'POST', `${HUB}/:generateToken?minutesToExpire=0`, 400],
    ['a TTL that is no number', 'PUT', `${HUB}/users/ada/groups/g?ttl=soon`, 400],
    ['broken percent-encoding', 'POST', `${HUB}/groups/%zz/:send`, 404],
    ['an unknown path', 'POST', `${HUB}/rooms/x/:send`, 404],
    ['no hub', 'POST', '/api/hubs', 404],
    ['the wrong method', 'PATCH', `${HUB}/users/ada`, 405],
  ])('%s', async (_, method, path, expected) => {
    const response = await rest(method, path, method === 'GET' ? {} : BODY);
    expect(response.status).toBe(expected);
    expect(await response.json()).toMatchObject({ message: expect.stringMatching(/^unable to /) });
  });

  test.each([
    ['no token', null],
    ['a token for another call', 'http://127.0.0.1/api/hubs/chat/users/ada/:send'],
    ['a client’s token', 'http://127.0.0.1/client/?hub=chat'],
  ])('%s gets 401 and sends nothing', async (_, audience) => {
    await connect();
    const token = audience && (await signAccessToken(EMULATOR_KEY, audience, {}, Date.now()));
    const reached = await receivers(async () => {
      expect(await status('POST', `${HUB}/:send`, { ...BODY, token })).toBe(401);
    });
    expect(reached).toEqual([]);
  });
});

describe('REST: parameters', () => {
  beforeEach(connect);

  test.each(['excluded', 'Excluded', 'EXCLUDED', '%45xcluded'])(
    '%s spares a connection',
    async (name) => {
      const reached = await receivers(() =>
        rest('POST', `${HUB}/:send?${name}=${bob.connectionId}`, BODY),
      );
      expect(reached).toEqual(['ada', 'ada2']);
    },
  );

  test('count in any case, each of them', async () => {
    await rest('PUT', `${HUB}/groups/g/connections/${ada.connectionId}?APPLICATION=app`);
    // The connection is of another hub, so the application counted.
    expect(await status('HEAD', `${HUB}/groups/g`)).toBe(404);
    expect(await status('PUT', `${HUB}/users/ada/groups/g?TTL=x`)).toBe(400);
    expect(await status('POST', `${HUB}/:generateToken?MINUTESTOEXPIRE=0`)).toBe(400);
    const { token } = (await (await rest('POST', `${HUB}/:generateToken?USERID=eve`)).json()) as {
      token: string;
    };
    expect(decodeJwt(token)).toMatchObject({ 'asrs.s.uid': 'eve' });
    const path = `${HUB}/groups/all/connections`;
    for (const { connectionId } of [ada, ada2, bob]) {
      await rest('PUT', `${HUB}/groups/all/connections/${connectionId}`);
    }
    expect(await status('GET', `${path}?MaxPageSize=0`)).toBe(400);
    const first = (await (await rest('GET', `${path}?MaxPageSize=1&Top=2`)).json()) as Page;
    const link = first.nextLink?.replace(/^http:\/\/[^/]+/, '') ?? '';
    const upper = link.replace('continuationToken', 'CONTINUATIONTOKEN');
    const second = (await (await rest('GET', upper)).json()) as Page;
    expect([first.value.length, second.value.length]).toEqual([1, 1]);
    expect(second.value).not.toEqual(first.value);
    expect(second.nextLink).toBeUndefined();
    const end = new Promise<Error | undefined>((resolve) => bob.onclose(resolve));
    await rest('DELETE', `${HUB}/connections/${bob.connectionId}?REASON=enough`);
    expect((await end)?.message).toContain('enough');
  });

  interface Page {
    readonly value: readonly unknown[];
    readonly nextLink?: string;
  }
});

describe('REST: names of dots', () => {
  /** Without a client that resolves the path. */
  async function raw(path: string, audience: string): Promise<string> {
    const token = await signAccessToken(
      EMULATOR_KEY,
      `http://127.0.0.1${audience}`,
      {},
      Date.now(),
    );
    const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{"target":"a"}`;
    const url = `http://127.0.0.1:${stage.service.port}`;
    const { status: code, body } = await sendBytes(url, Buffer.from(head));
    return `${code} ${body}`;
  }

  test.each(['.', '..', '%2e', '%2E%2e', '.%2E'])(
    'a user or group %s gets 400 with the reason',
    async (name) => {
      for (const kind of ['users', 'groups', 'connections']) {
        const path = `${HUB}/${kind}/${name}/:send`;
        expect(await raw(path, path)).toMatch(/^400 .*it has \. or \.\. as a part/);
      }
    },
  );

  test('a path that the client has resolved gets 401 with the reason, and sends nothing', async () => {
    await connect();
    const reached = await receivers(async () => {
      const answer = await raw(`${HUB}/:send`, `${HUB}/users/../:send`);
      expect(answer).toMatch(/^401 .*its audience has \. or \.\. as a part of its path/);
    });
    expect(reached).toEqual([]);
  });

  test.each(['...', '.a', 'a..', '..a'])('%s is a name like any other', async (name) => {
    expect(await status('POST', `${HUB}/groups/${name}/:send`, BODY)).toBe(202);
  });
});

test.each([
  ['POST', `${HUB}/:execute?filter=x`, ':execute'],
  ['POST', `${HUB}/connections/c/streams/s/:send?completed=true`, ':send of a stream'],
  ['POST', `${HUB}/connections/c/streams/s/:complete`, ':complete of a stream'],
  ['GET', '/api/auth/accessKey?api-version=2024-12-01', 'auth/accessKey'],
])('REST: %s %s of 2024-12-01 gets 501, which names it', async (method, path, name) => {
  const response = await rest(method, path, method === 'POST' ? { body: [] } : {});
  expect(response.status).toBe(501);
  expect(await response.json()).toEqual({
    code: 'NotImplemented',
    message: expect.stringContaining(name),
  });
});

test('REST: an app with an Entra token gets 501 for auth/accessKey, not 401', async () => {
  const response = await rest('GET', '/api/auth/accessKey', { token: 'x.y.z' });
  expect(response.status).toBe(501);
});

test.each(['/api/health', '/api/v1/health'])('%s needs no token', async (path) => {
  expect(await status('HEAD', path, { token: null })).toBe(200);
  expect(await status('GET', path, { token: null })).toBe(200);
});

test.each(['POST', 'DELETE'])('health takes no %s', async (method) => {
  const response = await rest(method, '/api/health');
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe('GET, HEAD');
});
