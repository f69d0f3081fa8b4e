// Server-Sent Events and Long Polling: real clients, and single requests.

import { describe, expect, test } from '@jest/globals';
import { HttpTransportType } from '@microsoft/signalr';
import { eventually } from '../../../support/eventually.ts';
import { collect, connectionInfo, rest } from '../hub-client.ts';
import { jsonCompletion } from '../recording-upstream.ts';
import { HANDSHAKE, stageService } from '../stage.ts';

const stage = stageService({ limits: { slowClientBytes: 256 * 1_024 } });
const OVER = 'over';

describe.each([
  ['Server-Sent Events', HttpTransportType.ServerSentEvents, 'json'],
  ['Long Polling', HttpTransportType.LongPolling, 'json'],
  ['Long Polling', HttpTransportType.LongPolling, 'messagepack'],
] as const)('a client on %s', (_, transport, protocol) => {
  test(`with ${protocol} starts, invokes, receives and stops`, async () => {
    if (protocol === 'json') {
      stage.upstream.answer = (event) =>
        event.event === 'echo' ? jsonCompletion(event, '你好\n') : {};
    }
    const client = await stage.client({ transport, protocol, userId: 'ada' });
    const id = client.connectionId;
    const news = collect(client, 'news');
    const answer = await client.invoke('echo', 'hi');
    expect(answer).toBe(protocol === 'json' ? '你好\n' : undefined);
    for (const text of ['one', 'two\nthree', 'x'.repeat(100_000)]) {
      const body = { target: 'news', arguments: [text] };
      await rest(stage.service, 'POST', '/api/hubs/chat/users/ada/:send', { body });
    }
    expect(await news.until(3)).toEqual([['one'], ['two\nthree'], ['x'.repeat(100_000)]]);
    await client.stop();
    expect(await stage.disconnected(id)).toEqual({ type: 11 });
    expect(stage.eventsOf(id)).toEqual(['connected', 'echo', 'disconnected']);
    await eventually(() => stage.service.counts.connections === 0, 'the client to be gone');
  });

  test(`with ${protocol} gets the reason of its close`, async () => {
    const client = await stage.client({ transport, protocol });
    const closed = new Promise<Error | undefined>((resolve) => client.onclose(resolve));
    const path = `/api/hubs/chat/connections/${client.connectionId}?reason=be%20nice`;
    expect((await rest(stage.service, 'DELETE', path)).status).toBe(200);
    expect((await closed)?.message).toContain('be nice');
  });

  test(`with ${protocol} keeps the order of its messages`, async () => {
    const client = await stage.client({ transport, protocol });
    const names = Array.from({ length: 20 }, (_, index) => `m${index}`);
    await Promise.all(names.map((name) => client.send(name)));
    await stage.upstream.next(({ event }) => event === 'm19');
    expect(stage.eventsOf(client.connectionId)).toEqual(['connected', ...names]);
  });
});

/** The requests of one connection, as a client of Server-Sent Events or Long Polling makes them. */
async function negotiated() {
  const { url, token } = await connectionInfo(stage.service);
  const headers = { Authorization: `Bearer ${token}` };
  const answer = await fetch(url.replace('/client/?', '/client/negotiate?negotiateVersion=1&'), {
    method: 'POST',
    headers,
  });
  const { connectionToken, connectionId } = (await answer.json()) as Record<string, string>;
  const call = (method: string, init: RequestInit = {}) =>
    fetch(`${url}&id=${connectionToken}`, {
      method,
      ...init,
      headers: { ...headers, ...init.headers },
    });
  return {
    connectionId: String(connectionId),
    poll: () => call('GET'),
    events: () => call('GET', { headers: { Accept: 'text/event-stream' } }),
    post: (body: string | Uint8Array) => call('POST', { body: body as string }),
    leave: () => call('DELETE'),
    call,
  };
}

/** A connection whose first poll and handshake are done. */
async function polling() {
  const client = await negotiated();
  expect([(await client.poll()).status, (await client.post(HANDSHAKE)).status]).toEqual([200, 200]);
  expect(await (await client.poll()).text()).toBe('{}\x1e');
  return client;
}

describe('Long Polling', () => {
  test('answers the first poll at once, and a later one with all messages', async () => {
    const client = await polling();
    for (const word of ['a', 'b']) {
      await rest(stage.service, 'POST', '/api/hubs/chat/:send', { body: { target: word } });
    }
    expect(await (await client.poll()).text()).toBe(
      '{"type":1,"target":"a","arguments":[]}\x1e{"type":1,"target":"b","arguments":[]}\x1e',
    );
  });

  test('answers a poll with 204 when another one replaces it', async () => {
    const client = await polling();
    const first = client.poll();
    await eventually(async () => {
      const second = client.poll();
      const answer = await Promise.race([first, second.then(() => OVER)]);
      return answer !== OVER && (answer as Response).status === 204;
    }, 'a poll to be replaced');
  });

  test('a DELETE gets 202, ends the poll with 204, and the connection without an error', async () => {
    const client = await polling();
    const poll = client.poll();
    // The poll has arrived once it gets what is sent after it.
    await rest(stage.service, 'POST', '/api/hubs/chat/:send', { body: { target: 'a' } });
    expect((await poll).status).toBe(200);
    const last = client.poll();
    expect((await client.leave()).status).toBe(202);
    expect([204, 404]).toContain((await last).status);
    expect(await stage.disconnected(client.connectionId)).toEqual({ type: 11 });
    expect((await client.post('x')).status).toBe(404);
  });

  test('keeps the last messages for the next poll, then ends with 204', async () => {
    const client = await polling();
    await rest(stage.service, 'DELETE', `/api/hubs/chat/connections/${client.connectionId}`);
    expect(await (await client.poll()).text()).toBe('{"type":7,"allowReconnect":true}\x1e');
    expect((await client.poll()).status).toBe(204);
    expect((await client.poll()).status).toBe(404);
  });

  test('disconnects a client that fetches nothing', async () => {
    const client = await polling();
    const body = { target: 'a', arguments: ['x'.repeat(100_000)] };
    for (let sent = 0; sent < 4; sent += 1) {
      await rest(stage.service, 'POST', '/api/hubs/chat/:send', { body });
    }
    expect(await stage.disconnected(client.connectionId)).toEqual({
      type: 11,
      error: 'The client is too slow.',
    });
    expect((await client.poll()).status).toBe(404);
  });
});

describe('Server-Sent Events', () => {
  test('open with a comment, end without an error when the client goes', async () => {
    const client = await negotiated();
    const leave = new AbortController();
    const response = await client.call('GET', {
      headers: { Accept: 'text/event-stream' },
      signal: leave.signal,
    });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const reader = response.body?.getReader();
    const next = async () => Buffer.from((await reader?.read())?.value ?? []).toString();
    expect(await next()).toBe(':\r\n\r\n');
    await client.post(HANDSHAKE);
    expect(await next()).toBe('data: {}\x1e\r\n\r\n');
    leave.abort();
    expect(await stage.disconnected(client.connectionId)).toEqual({ type: 11 });
  });

  test('refuse a binary protocol', async () => {
    const client = await negotiated();
    const response = await client.events();
    await client.post('{"protocol":"messagepack","version":1}\x1e');
    expect(await response.text()).toContain("Cannot use the 'messagepack' protocol");
    expect(stage.upstream.events).toEqual([]);
  });

  test('are not ended by DELETE', async () => {
    const client = await negotiated();
    const response = await client.events();
    expect((await client.leave()).status).toBe(400);
    await response.body?.cancel();
  });
});

describe('requests', () => {
  test('of a second transport on the same id get 409', async () => {
    const client = await negotiated();
    const response = await client.events();
    expect((await client.events()).status).toBe(409);
    expect((await client.poll()).status).toBe(409);
    await response.body?.cancel();
  });

  test('with another hub’s token reach nothing', async () => {
    const client = await polling();
    const { token } = await connectionInfo(stage.service, { hub: 'other' });
    const response = await client.call('POST', {
      body: 'x',
      headers: { Authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(401);
  });

  test.each([
    ['before the first GET', 'POST', 404],
    ['with an unknown method', 'PUT', 405],
  ])('%s are refused', async (_, method, status) => {
    const client = await negotiated();
    expect((await client.call(method, { body: HANDSHAKE })).status).toBe(status);
  });

  test('with more than 1 MB get 413', async () => {
    const client = await polling();
    const status = await client.post('x'.repeat(1_100_000)).then(
      (response) => response.status,
      // The connection may be closed while the client is still sending.
      () => 'closed',
    );
    expect([413, 'closed']).toContain(status);
    expect((await client.post('{"type":6}\x1e')).status).toBe(200);
  });
});
