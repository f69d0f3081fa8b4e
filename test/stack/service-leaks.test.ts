// Clients leave nothing in the service when they end, with or without a goodbye.

import { Agent, request } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { EMULATOR_KEY, signAccessToken } from '../../local/access-token.ts';
import { startEmulator } from '../../local/service/emulator.ts';
import type { Emulator } from '../../local/service/server.ts';
import { connectionInfo, openRawClient, type RawClient } from '../local/service/hub-client.ts';
import {
  type RecordingUpstream,
  startRecordingUpstream,
} from '../local/service/recording-upstream.ts';
import { HANDSHAKE } from '../local/service/stage.ts';
import { eventually } from '../support/eventually.ts';

const CLIENTS = 60;

let upstream: RecordingUpstream;
let service: Emulator;

beforeAll(async () => {
  upstream = await startRecordingUpstream();
  service = await startEmulator({
    ip: '127.0.0.1',
    upstream: upstream.url,
    // Silent clients are removed soon.
    times: { clientTimeoutMs: 2_000, handshakeMs: 2_000, negotiateMs: 2_000, pingMs: 500 },
  });
});
afterAll(async () => {
  await service.stop();
  await upstream.stop();
});

/** Both ends of every connection: service and clients are in this process. */
function sockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
}

/** A request on a new connection, which no pool keeps. */
async function call(
  method: string,
  url: string,
  token: string,
  {
    body,
    accept = '*/*',
    cutAfterMs,
  }: { body?: string; accept?: string; cutAfterMs?: number } = {},
): Promise<string> {
  const agent = new Agent({ keepAlive: false });
  return new Promise((resolve) => {
    const headers = { Authorization: `Bearer ${token}`, Accept: accept };
    const sent = request(url, { method, headers, agent }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => {
        text += chunk;
      });
      answer.on('close', () => resolve(text));
    });
    sent.on('error', () => resolve(''));
    sent.end(body);
    if (cutAfterMs !== undefined) setTimeout(() => sent.destroy(), cutAfterMs);
  });
}

async function comeByHttp(index: number): Promise<void> {
  const { url, token } = await connectionInfo(service, { userId: `u${index % 5}` });
  const negotiate = url.replace('/client/?', '/client/negotiate?negotiateVersion=1&');
  const { connectionToken } = JSON.parse(await call('POST', negotiate, token)) as {
    connectionToken: string;
  };
  // A third of them negotiates and never connects.
  if (index % 3 === 0) return;
  const at = `${url}&id=${connectionToken}`;
  if (index % 3 === 1) {
    const stream = call('GET', at, token, { accept: 'text/event-stream', cutAfterMs: 100 });
    await call('POST', at, token, { body: HANDSHAKE });
    await stream;
    return;
  }
  await call('GET', at, token);
  await call('POST', at, token, { body: HANDSHAKE });
  await call('GET', at, token);
  // One ends with a goodbye, the other one stops polling.
  if (index % 2) await call('DELETE', at, token);
}

async function comeByWebSocket(index: number): Promise<RawClient> {
  const client = await openRawClient(service, { userId: `u${index % 5}` });
  // Some never send a handshake.
  if (index % 4 === 0) return client;
  client.send(HANDSHAKE);
  await client.next();
  client.send('{"type":1,"target":"hi","arguments":[]}\x1e');
  return client;
}

async function send(): Promise<void> {
  const url = `http://127.0.0.1:${service.port}/api/hubs/chat/:send`;
  const token = await signAccessToken(EMULATOR_KEY, url, {}, Date.now());
  await call('POST', url, token, { body: '{"target":"news"}' });
}

test('no connection, no socket', async () => {
  const before = sockets();
  const numbers = Array.from({ length: CLIENTS }, (_, index) => index);
  await Promise.all(numbers.map(comeByHttp));
  const clients = await Promise.all(numbers.map(comeByWebSocket));
  expect(sockets()).toBeGreaterThan(before + CLIENTS);
  await send();
  for (const [index, { socket }] of clients.entries()) {
    if (index % 3 === 0) socket.terminate();
    else if (index % 3 === 1) socket.close();
    // The rest is silent until the service removes them.
  }
  await eventually(() => service.counts.connections === 0, 'the service to have no connection');
  // The service keeps connections to its upstream for the next event. The upstream closes them.
  await upstream.stop();
  await eventually(() => sockets() <= before, `${before} sockets, as before`);
  const { connected, disconnected } = service.counts.upstream;
  expect(disconnected).toBe(connected);
}, 60_000);
