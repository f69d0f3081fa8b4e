// The life of a connection as a real client sees it: start, invoke, send, receive, stop.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { HubConnection } from '@microsoft/signalr';
import { encode } from '@msgpack/msgpack';
import { messagePackHubProtocol } from '../../../local/service/messagepack-hub-protocol.ts';
import { type Service, startService } from '../../../local/service/server.ts';
import { type ClientOptions, collect, rest, startClient, stopClient } from './hub-client.ts';
import {
  jsonCompletion,
  type RecordedEvent,
  type RecordingUpstream,
  startRecordingUpstream,
} from './recording-upstream.ts';

let upstream: RecordingUpstream;
let service: Service;
let clients: HubConnection[];

beforeAll(async () => {
  upstream = await startRecordingUpstream();
});
afterAll(() => upstream.stop());
beforeEach(async () => {
  service = await startService({ ip: '127.0.0.1', upstream: upstream.url });
  upstream.answer = () => ({});
  clients = [];
});
afterEach(async () => {
  await Promise.all(clients.map(stopClient));
  await service.stop();
});

async function start(options: ClientOptions = {}): Promise<HubConnection> {
  const client = await startClient(service, options);
  clients.push(client);
  return client;
}

const PROTOCOLS = ['json', 'messagepack'] as const;

describe.each(PROTOCOLS)('a %s client', (protocol) => {
  test('starts, invokes, gets the result, receives and stops', async () => {
    upstream.answer = (event) =>
      event.event !== 'echo'
        ? {}
        : protocol === 'json'
          ? jsonCompletion(event, 'pong 你好 👩‍👩‍👧')
          : { body: framed([3, {}, '0', 3, 'pong 你好 👩‍👩‍👧']) };
    const client = await start({ protocol });
    const news = collect(client, 'news');

    await expect(client.invoke('echo', 'ping')).resolves.toBe('pong 你好 👩‍👩‍👧');
    const sent = await rest(service, 'POST', '/api/hubs/chat/:send?api-version=2022-06-01', {
      body: { Target: 'news', Arguments: ['hi', 1.5, { nested: [null, true] }] },
    });
    expect(sent.status).toBe(202);
    await expect(news.until(1)).resolves.toEqual([['hi', 1.5, { nested: [null, true] }]]);

    const id = client.connectionId;
    await client.stop();
    const gone = await upstream.next((e) => e.event === 'disconnected' && e.connectionId === id);
    expect(JSON.parse(gone.body.toString())).toEqual({ type: 11 });
  });
});

function framed(message: unknown[]): Uint8Array {
  const body = encode(message);
  return Buffer.concat([Buffer.from([body.length]), body]);
}

describe('upstream events', () => {
  test('connected comes first and disconnected last', async () => {
    const release = hold((event) => event.event === 'connected');
    const client = await start({ userId: 'ada' });
    const id = client.connectionId;
    await client.send('one', 1);
    await client.send('two', 2);
    await upstream.next((event) => event.event === 'connected' && event.connectionId === id);
    expect(eventsOf(id)).toEqual(['connected']);
    release();
    await client.stop();
    await upstream.next((event) => event.event === 'disconnected' && event.connectionId === id);
    expect(eventsOf(id)).toEqual(['connected', 'one', 'two', 'disconnected']);
  });
});

/** Keeps the answers to the fitting events back until the returned function is called. */
function hold(fits: (event: RecordedEvent) => boolean): () => void {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  upstream.answer = async (event) => {
    if (fits(event)) await held;
    return {};
  };
  return release;
}

function eventsOf(connectionId: string | null): string[] {
  return upstream.events
    .filter((event) => event.connectionId === connectionId)
    .map(({ event }) => event);
}

test('a messagepack message is framed by its length', () => {
  expect(messagePackHubProtocol.encode({ kind: 'ping' })).toEqual(Buffer.from([2, 0x91, 6]));
});
