// /client over HTTP: negotiate, CORS, and refusals.

import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { EMULATOR_KEY, signAccessToken } from '../../../../local/access-token.ts';
import { connectionInfo } from '../hub-client.ts';
import { HANDSHAKE, stageService } from '../stage.ts';

let now = Date.now();
const stage = stageService({ now: () => now });

async function negotiate(query = '?hub=chat&negotiateVersion=1', init: RequestInit = {}) {
  const { token } = await connectionInfo(stage.service);
  return fetch(`${stage.service.endpoint}/client/negotiate${query}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}` },
    ...init,
  });
}

/** The status that an upgrade gets, 101 for an open socket. */
async function upgrade(query: string, hub = 'chat'): Promise<number> {
  const { token } = await connectionInfo(stage.service, { hub });
  const url = `ws://127.0.0.1:${stage.service.port}/client/?hub=${hub}${query}`;
  return new Promise((resolve) => {
    const socket = new WebSocket(url, { headers: { Authorization: `Bearer ${token}` } });
    socket.on('open', () => resolve(101));
    socket.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
    socket.on('error', () => {});
  });
}

describe('negotiate', () => {
  test('version 1 answers id, token and transports', async () => {
    const response = await negotiate();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    const answer = (await response.json()) as Record<string, unknown>;
    expect(answer).toEqual({
      negotiateVersion: 1,
      connectionId: expect.stringMatching(/^[\w-]{22}$/),
      connectionToken: expect.stringMatching(/^[\w-]{22}$/),
      availableTransports: [
        { transport: 'WebSockets', transferFormats: ['Text', 'Binary'] },
        { transport: 'ServerSentEvents', transferFormats: ['Text'] },
        { transport: 'LongPolling', transferFormats: ['Text', 'Binary'] },
      ],
    });
    expect(answer.connectionId).not.toBe(answer.connectionToken);
  });

  test('version 0 answers no token', async () => {
    const answer = await (await negotiate('?hub=chat')).json();
    expect(answer).toEqual({
      negotiateVersion: 0,
      connectionId: expect.any(String),
      availableTransports: expect.any(Array),
    });
  });

  test.each([
    ['no hub', '', 400],
    ['two hubs', '?hub=chat&hub=chat', 400],
    ['a hub with a hyphen', '?hub=my-chat', 400],
    ['an empty hub', '?hub=', 400],
    ['a hub that the token is not for', '?hub=other', 401],
  ])('%s gets an error', async (_, query, status) => {
    const response = await negotiate(query);
    expect(response.status).toBe(status);
    expect(await response.text()).toMatch(/^unable to .+; .+\. .+\.$/);
  });

  test('parameters count in any case', async () => {
    const answer = (await (await negotiate('?Hub=chat&NegotiateVersion=1')).json()) as object;
    expect(answer).toHaveProperty('connectionToken');
    expect((await negotiate('?hub=chat&HUB=chat')).status).toBe(400);
  });

  test('anything but POST gets 405', async () => {
    const { token } = await connectionInfo(stage.service);
    const response = await negotiate('?hub=chat', {
      method: 'PUT',
      headers: { Authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(405);
  });

  test('no token gets 401, and the page may see that', async () => {
    const response = await negotiate('?hub=chat', { headers: { Origin: 'http://page.test' } });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(response.headers.get('access-control-allow-origin')).toBe('http://page.test');
  });

  test('a token of another key gets 401', async () => {
    const token = await signAccessToken('other', 'http://127.0.0.1/client/?hub=chat', {}, now);
    const headers = { Authorization: `Bearer ${token}` };
    const response = await negotiate('?hub=chat', { headers });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('invalid_token');
  });

  test('an expired token gets 401', async () => {
    const audience = 'http://127.0.0.1/client/?hub=chat';
    const token = await signAccessToken(EMULATOR_KEY, audience, {}, now - 2 * 3_600_000);
    const headers = { Authorization: `Bearer ${token}` };
    expect((await negotiate('?hub=chat', { headers })).status).toBe(401);
  });
});

describe('CORS', () => {
  test('the answer to a preflight names the origin, with credentials', async () => {
    const response = await negotiate('?hub=chat', {
      method: 'OPTIONS',
      headers: {
        Origin: 'http://page.test',
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'authorization,x-new',
      },
    });
    expect(response.status).toBe(204);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': 'http://page.test',
      'access-control-allow-credentials': 'true',
      'access-control-allow-headers': 'authorization,x-new',
      'access-control-allow-methods': 'GET, POST, DELETE, OPTIONS',
      vary: 'Origin',
    });
  });

  test('an answer names the origin too', async () => {
    const { token } = await connectionInfo(stage.service);
    const headers = { Origin: 'http://page.test', Authorization: `Bearer ${token}` };
    const response = await negotiate('?hub=chat', { headers });
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe('http://page.test');
  });
});

describe('connecting', () => {
  async function token(): Promise<string> {
    const answer = (await (await negotiate()).json()) as { connectionToken: string };
    return answer.connectionToken;
  }

  test('a negotiated token opens one WebSocket, a second one gets 409', async () => {
    const id = await token();
    await expect(upgrade(`&id=${id}`)).resolves.toBe(101);
    await expect(upgrade(`&id=${id}`)).resolves.toBe(409);
  });

  test('an unknown id gets 404', async () => {
    await expect(upgrade('&id=nobody')).resolves.toBe(404);
  });

  test('the connection id in place of the token gets 404', async () => {
    const answer = (await (await negotiate()).json()) as { connectionId: string };
    await expect(upgrade(`&id=${answer.connectionId}`)).resolves.toBe(404);
  });

  test('a token gets 404 after the window of 15 s', async () => {
    const id = await token();
    now += 15_000;
    await expect(upgrade(`&id=${id}`)).resolves.toBe(404);
  });

  test('a token gets 404 on another hub', async () => {
    await expect(upgrade(`&id=${await token()}`, 'other')).resolves.toBe(404);
  });

  test('without an id, as with skipNegotiation, a WebSocket opens', async () => {
    await expect(upgrade('')).resolves.toBe(101);
  });

  test.each([
    ['', 400, 'Connection ID required'],
    ['&id=nobody', 404, 'No Connection with that ID'],
  ])('a GET%s that is not a WebSocket gets %d', async (query, status, text) => {
    const { url, token: bearer } = await connectionInfo(stage.service, { query });
    const response = await fetch(url, { headers: { Authorization: `Bearer ${bearer}` } });
    expect([response.status, await response.text()]).toEqual([status, text]);
  });
});

test.each([
  ['/api/hubs/chat/:send', 'application/json', /^\{"code":"NotFound","message":"unable to .+"\}$/],
  ['/elsewhere', 'text/plain; charset=utf-8', /clients connect to \/client\//],
])('a WebSocket to %s gets 404 with the reason', async (path, contentType, text) => {
  const socket = new WebSocket(`ws://127.0.0.1:${stage.service.port}${path}`);
  socket.on('error', () => {});
  const response = await new Promise<IncomingMessage>((resolve) => {
    socket.on('unexpected-response', (_, answer) => resolve(answer));
  });
  expect(response.statusCode).toBe(404);
  expect(response.headers['content-type']).toBe(contentType);
  expect(String(Buffer.concat(await response.toArray()))).toMatch(text);
});

describe('handshake', () => {
  test.each([
    ['{"protocol":"nope","version":1}\x1e', "The protocol 'nope' is not supported."],
    [
      '{"protocol":"json","version":99}\x1e',
      "The server does not support version 99 of the 'json' protocol.",
    ],
  ])('%s is answered with the error and the end', async (text, error) => {
    const client = await stage.rawClient();
    client.send(text);
    expect(await client.next()).toBe(`${JSON.stringify({ error })}\x1e`);
    expect((await client.closed).code).toBe(1000);
    expect(stage.upstream.events).toEqual([]);
  });

  test.each(['hello\x1e', '\x1e', 'x'.repeat(5_000)])(
    '%.10s is answered with an error',
    async (text) => {
      const client = await stage.rawClient();
      client.send(text);
      expect(await client.next()).toMatch(/^\{"error":"unable to read /);
      await client.closed;
      expect(stage.upstream.events).toEqual([]);
    },
  );

  test('an invocation in the same frame is not lost', async () => {
    const client = await stage.rawClient();
    client.send(`${HANDSHAKE}{"type":1,"target":"hi","arguments":[],"invocationId":"0"}\x1e`);
    expect(await client.next()).toBe('{}\x1e');
    expect(await client.next()).toBe('{"type":3,"invocationId":"0"}\x1e');
  });

  test('a message cut anywhere, also within a character, arrives whole', async () => {
    const client = await stage.rawClient();
    const bytes = Buffer.from(`${HANDSHAKE}{"type":1,"target":"hi","arguments":["你好"]}\x1e`);
    for (const byte of bytes) client.socket.send(Buffer.from([byte]), { binary: false });
    const { body } = await stage.upstream.next(({ event }) => event === 'hi');
    expect(body.toString()).toBe('{"type":1,"target":"hi","arguments":["你好"]}');
  });
});

describe('malformed messages', () => {
  const CALL = '"target":"a","arguments":[]';

  test.each([
    ['no JSON', 'what?\x1e', 'Error reading JSON.'],
    ['an invocation without target', '{"type":1,"arguments":[]}\x1e', 'its target is no text'],
    ['M6: an id that is null', `{"type":1,"invocationId":null,${CALL}}\x1e`, 'its invocationId'],
    ['M6: headers that are null', `{"type":1,"headers":null,${CALL}}\x1e`, 'its headers'],
    ['M6: a header that is a number', `{"type":1,"headers":{"a":1},${CALL}}\x1e`, 'its headers'],
    ['M6: a type with a fraction', `{"type":1.5,${CALL}}\x1e`, 'its type'],
  ])('%s closes the one client that sent it', async (_, text, reason) => {
    const other = await stage.client();
    const client = await stage.shakenClient();
    const { connectionId } = await stage.upstream.next(
      ({ event, connectionId: id }) => event === 'connected' && id !== other.connectionId,
    );
    client.send(text);
    expect(await client.next()).toBe(
      '{"type":7,"error":"Connection closed with an error.","allowReconnect":true}\x1e',
    );
    expect((await client.closed).code).toBe(1000);
    const { error } = await stage.disconnected(connectionId);
    expect(error).toContain(reason);
    await expect(other.invoke('still here')).resolves.toBeUndefined();
  });

  test('M6: MessagePack headers that are nil close the one client that sent them', async () => {
    const client = await stage.rawClient();
    client.send('{"protocol":"messagepack","version":1}\x1e');
    await client.next();
    const { connectionId } = await stage.upstream.next(({ event }) => event === 'connected');
    client.send(Buffer.from('089601c0c0a178909000'.slice(0, 18), 'hex'));
    expect((await client.closed).code).toBe(1000);
    expect((await stage.disconnected(connectionId)).error).toContain('its headers');
    expect(stage.eventsOf(connectionId)).toEqual(['connected', 'disconnected']);
  });

  test('broken WebSocket frames end the one client that sent them', async () => {
    const other = await stage.client();
    const client = await stage.shakenClient();
    // @ts-expect-error: the socket below the WebSocket, which adds no frames.
    client.socket._socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
    await client.closed;
    await expect(other.invoke('still here')).resolves.toBeUndefined();
  });
});

test.each([
  ['/nowhere', 404, 'unable to find'],
  ['//', 404, 'unable to find'],
  ['/client/%ff?hub=chat', 401, 'unable to accept'],
])('%s gets %d', async (path, status, text) => {
  const response = await fetch(`${stage.service.endpoint}${path}`, { method: 'POST' });
  expect(response.status).toBe(status);
  expect(await response.text()).toContain(text);
});
