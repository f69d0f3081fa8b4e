// The life of a connection as real clients see it: start, invoke, send, receive, reconnect, stop.

import { describe, expect, test } from '@jest/globals';
import { Subject } from '@microsoft/signalr';
import { encode } from '@msgpack/msgpack';
import { collect, rest } from '../hub-client.ts';
import { jsonCompletion } from '../recording-upstream.ts';
import { stageService } from '../stage.ts';

const lines: string[] = [];
const stage = stageService({ log: (line) => lines.push(line) });
const TEXT = 'pong 你好 👩‍👩‍👧 <b>';

function messagePackCompletion(invocationId: string, result: unknown): Uint8Array {
  const body = encode([3, {}, invocationId, 3, result]);
  return Buffer.concat([Buffer.from([body.length]), body]);
}

describe.each(['json', 'messagepack'] as const)('a %s client', (protocol) => {
  test('starts, invokes, gets the result and stops', async () => {
    stage.upstream.answer = (event) => {
      if (event.event !== 'echo') return {};
      return protocol === 'json'
        ? jsonCompletion(event, TEXT)
        : { body: messagePackCompletion('0', TEXT) };
    };
    const client = await stage.client({ protocol });
    const id = client.connectionId;
    await expect(client.invoke('echo', 'ping')).resolves.toBe(TEXT);
    await client.stop();
    await expect(stage.disconnected(id)).resolves.toEqual({ type: 11 });
  });

  test('receives messages of any size from the REST API', async () => {
    const client = await stage.client({ protocol });
    const news = collect(client, 'news');
    const long = 'x'.repeat(70_000);
    for (const args of [[TEXT, 1.5, -7, { nested: [null, true] }], ['y'.repeat(200)], [long]]) {
      const body = { target: 'news', arguments: args };
      expect((await rest(stage.service, 'POST', '/api/hubs/chat/:send', { body })).status).toBe(
        202,
      );
    }
    await expect(news.until(3)).resolves.toEqual([
      [TEXT, 1.5, -7, { nested: [null, true] }],
      ['y'.repeat(200)],
      [long],
    ]);
  });

  test('sends more than ten arguments', async () => {
    const client = await stage.client({ protocol });
    await client.invoke('many', 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    expect(stage.upstream.events.at(-1)?.event).toBe('many');
  });

  test('gets an error for an invocation without an upstream', async () => {
    stage.service.setUpstream([]);
    const client = await stage.client({ protocol });
    await expect(client.invoke('echo')).rejects.toThrow('no upstream is configured for this event');
  });

  test('gets an error for a stream', async () => {
    const client = await stage.client({ protocol });
    const ended = new Promise<unknown>((resolve) => {
      client
        .stream('numbers')
        .subscribe({ next: resolve, complete: () => resolve('done'), error: resolve });
    });
    await expect(ended).resolves.toThrow('a serverless hub takes invocations only');
  });

  test('M4: gets an error for an invocation with a stream, which does not go upstream', async () => {
    const client = await stage.client({ protocol });
    const stream = new Subject<string>();
    const answer = client.invoke('upload', stream);
    stream.next('item');
    stream.complete();
    await expect(answer).rejects.toThrow('a serverless hub takes invocations only');
    await expect(client.invoke('still here')).resolves.toBeUndefined();
    expect(stage.eventsOf(client.connectionId)).toEqual(['connected', 'still here']);
  });

  test('M4: a send with a stream does not go upstream, and the log says so', async () => {
    lines.length = 0;
    const client = await stage.client({ protocol });
    const stream = new Subject<string>();
    await client.send('upload', stream);
    stream.complete();
    await client.invoke('still here');
    expect(stage.eventsOf(client.connectionId)).toEqual(['connected', 'still here']);
    expect(lines.join('\n')).toContain('refused "upload": it has a stream');
  });
});

describe('order', () => {
  test('connected is answered before the first message goes upstream', async () => {
    const release = stage.hold(({ event }) => event === 'connected');
    const client = await stage.client();
    await client.send('one');
    await stage.upstream.next(({ event }) => event === 'connected');
    // A round trip through the service, during which the message could have gone upstream.
    await rest(stage.service, 'HEAD', '/api/health', { token: null });
    expect(stage.eventsOf(client.connectionId)).toEqual(['connected']);
    release();
    await stage.upstream.next(({ event }) => event === 'one');
  });

  test('messages go upstream one by one, and disconnected after the last of them', async () => {
    let underWay = 0;
    let most = 0;
    stage.upstream.answer = async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      return {};
    };
    const client = await stage.client();
    const id = client.connectionId;
    const names = Array.from({ length: 20 }, (_, index) => `m${index}`);
    for (const name of names) await client.send(name);
    await client.stop();
    await stage.disconnected(id);
    expect(stage.eventsOf(id)).toEqual(['connected', ...names, 'disconnected']);
    expect(most).toBe(1);
  });

  test('a slow function blocks its own connection only', async () => {
    const release = stage.hold(({ event }) => event === 'slow');
    const slow = await stage.client();
    const quick = await stage.client();
    await slow.send('slow');
    await slow.send('after');
    await stage.upstream.next(({ event }) => event === 'slow');
    await expect(quick.invoke('quick')).resolves.toBeUndefined();
    expect(stage.eventsOf(slow.connectionId)).toEqual(['connected', 'slow']);
    release();
    await stage.upstream.next(({ event }) => event === 'after');
  });

  test('disconnected waits for the running call', async () => {
    const release = stage.hold(({ event }) => event === 'slow');
    const client = await stage.client();
    const id = client.connectionId;
    await client.send('slow');
    await stage.upstream.next(({ event }) => event === 'slow');
    await client.stop();
    // The service has seen the end once it no longer knows the connection.
    let status = 200;
    while (status !== 404) {
      ({ status } = await rest(stage.service, 'HEAD', `/api/hubs/chat/connections/${id}`));
    }
    expect(stage.eventsOf(id)).toEqual(['connected', 'slow']);
    release();
    await stage.disconnected(id);
  });
});

describe('closing', () => {
  test('a closed client with automatic reconnect comes back under a new id', async () => {
    const client = await stage.client({ userId: 'ada', reconnect: true });
    const first = client.connectionId;
    const cameBack = new Promise<string | undefined>((resolve) => client.onreconnected(resolve));
    await rest(stage.service, 'DELETE', `/api/hubs/chat/connections/${first}?reason=later`);
    const second = await cameBack;
    expect(second).not.toBe(first);
    await expect(stage.disconnected(first)).resolves.toEqual({ type: 11 });
    await stage.upstream.next((e) => e.event === 'connected' && e.connectionId === second);
  });

  test('a closed client without automatic reconnect gets the reason', async () => {
    const client = await stage.client();
    const closed = new Promise<Error | undefined>((resolve) => client.onclose(resolve));
    const path = `/api/hubs/chat/connections/${client.connectionId}?reason=be%20nice`;
    expect((await rest(stage.service, 'DELETE', path)).status).toBe(200);
    expect((await closed)?.message).toContain('be nice');
  });

  test.each([
    ['DELETE', (id: string) => `/connections/${id}`],
    ['POST', () => '/:closeConnections'],
    ['POST', () => '/users/ada/:closeConnections'],
    ['POST', () => '/groups/g/:closeConnections'],
  ])('M9a: %s with an empty reason closes without an error (%#)', async (method, path) => {
    const client = await stage.shakenClient({ userId: 'ada' });
    const { connectionId } = await stage.upstream.next(({ event }) => event === 'connected');
    await rest(stage.service, 'PUT', `/api/hubs/chat/groups/g/connections/${connectionId}`);
    const next = client.next();
    await rest(stage.service, method, `/api/hubs/chat${path(connectionId)}?reason=`);
    expect(await next).toBe('{"type":7,"allowReconnect":true}\x1e');
  });

  test('a stopping service lets its clients reconnect, and posts their disconnected events', async () => {
    const client = await stage.shakenClient();
    const { connectionId } = await stage.upstream.next(({ event }) => event === 'connected');
    const text = 'Service reloading, try reconnecting';
    const next = client.next();
    await stage.service.stop();
    expect(await next).toBe(
      `${JSON.stringify({ type: 7, error: text, allowReconnect: true })}\x1e`,
    );
    await expect(stage.disconnected(connectionId)).resolves.toEqual({ type: 11, error: text });
    await client.closed;
  });

  test('a client that is cut off leaves with an error', async () => {
    const client = await stage.shakenClient();
    const { connectionId } = await stage.upstream.next(({ event }) => event === 'connected');
    client.socket.terminate();
    const { error } = await stage.disconnected(connectionId);
    expect(error).toMatch(/without a goodbye/);
  });

  test('a client that said goodbye leaves without an error, for any end of its socket', async () => {
    const client = await stage.shakenClient();
    const { connectionId } = await stage.upstream.next(({ event }) => event === 'connected');
    client.socket.send('{"type":7}\x1e', () => client.socket.terminate());
    await expect(stage.disconnected(connectionId)).resolves.toEqual({ type: 11 });
  });
});

test('the counters have calls, messages and billed messages', async () => {
  const client = await stage.client({ userId: 'ada' });
  const other = await stage.client();
  const news = collect(client, 'news');
  const otherNews = collect(other, 'news');
  const send = (body: object) => rest(stage.service, 'POST', '/api/hubs/chat/:send', { body });
  await send({ target: 'news' });
  await send({ target: 'news', arguments: ['x'.repeat(5_000)] });
  await Promise.all([news.until(2), otherNews.until(2)]);
  await client.invoke('void');
  const answer = await fetch(`${stage.service.endpoint}/emulator/counts`);
  const counts = (await answer.json()) as Record<string, unknown>;
  expect(counts).toEqual(JSON.parse(JSON.stringify(stage.service.counts)));
  expect(counts).toMatchObject({
    connections: 2,
    rest: { broadcast: 2, group: 0 },
    upstream: { connected: 2, void: 1 },
    // Two small, two of 5 KB in three steps each, one completion.
    outboundMessages: 5,
    billedMessages: 9,
    hubs: { chat: { connections: 2, outboundMessages: 5 } },
  });
});
