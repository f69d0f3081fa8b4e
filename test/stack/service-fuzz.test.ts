// Any bytes on a socket: none of them crash the service, hang it, leave a connection open or disturb another client.

import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EMULATOR_KEY, signAccessToken } from '../../local/access-token.ts';
import { startEmulator } from '../../local/service/emulator.ts';
import type { Emulator } from '../../local/service/server.ts';
import {
  collect,
  connectionInfo,
  openRawClient,
  rest,
  startClient,
} from '../local/service/hub-client.ts';
import { HANDSHAKE } from '../local/service/stage.ts';
import { eventually } from '../support/eventually.ts';
import { runs } from '../support/sizes.ts';

const RUNS = runs(150);
const TIMEOUT_MS = 60_000;

let service: Emulator;
let failures: string[];

beforeAll(async () => {
  service = await startEmulator({
    ip: '127.0.0.1',
    log: (line) => {
      // The service's log lines about its own errors.
      if (line.includes('failed: ')) failures.push(line);
    },
  });
});
afterAll(() => service.stop());

afterEach(async () => {
  await eventually(() => service.counts.connections === 0, 'all connections to be gone');
  // A normal client is served as before.
  const client = await startClient(service);
  const news = collect(client, 'news');
  const sent = await rest(service, 'POST', '/api/hubs/chat/:send', { body: { target: 'news' } });
  expect(sent.status).toBe(202);
  await news.until(1);
  await client.stop();
  await eventually(() => service.counts.connections === 0, 'the client to be gone');
});

/** The answer to these bytes. */
function say(...chunks: readonly (string | Uint8Array)[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(service.port, '127.0.0.1', () => {
      for (const chunk of chunks) socket.write(chunk);
      socket.end();
    });
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
  });
}

/** Runs the property. Also fails if the service logged an error of its own. */
async function holds<Input>(
  input: fc.Arbitrary<Input>,
  property: (input: Input) => Promise<void>,
): Promise<void> {
  failures = [];
  await fc.assert(fc.asyncProperty(input, property), RUNS);
  expect(failures).toEqual([]);
}

const text = fc.string({ maxLength: 60 });
const path = fc.oneof(
  text.map((part) => `/${encodeURI(part.replace(/[\ud800-\udfff]/g, ''))}`),
  fc.constantFrom('/client', '/client/', '/client/negotiate', '/server/', '/emulator/counts', '*'),
  text.map((part) => `/api/hubs/${part.replace(/[^!-~]/g, '%')}`),
  text.map((part) => `/client/?hub=chat&id=${part.replace(/[^!-~]/g, '+')}`),
);
const method = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'QUERY');
const header = fc.tuple(
  fc.constantFrom(
    'Authorization',
    'Accept',
    'Origin',
    'Upgrade',
    'Connection',
    'Content-Type',
    'Content-Length',
    'Transfer-Encoding',
    'Sec-WebSocket-Key',
    'Sec-WebSocket-Version',
    'Expect',
  ),
  fc.oneof(
    fc.constantFrom('websocket', 'Upgrade', 'text/event-stream', '13', 'Bearer x', '100-continue'),
    fc.constantFrom('chunked', '5', 'application/json', 'application/octet-stream', 'h2c'),
    text.map((value) => value.replace(/[^ -~]/g, '')),
  ),
);

test(
  'any bytes in the place of HTTP',
  () =>
    holds(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 4 }), async (chunks) => {
      await say(...chunks);
    }),
  TIMEOUT_MS,
);

test(
  'any request without a token changes nothing',
  () =>
    holds(
      fc.tuple(method, path, fc.array(header, { maxLength: 5 }), fc.uint8Array({ maxLength: 50 })),
      async ([verb, target, headers, body]) => {
        const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
        const head = `${verb} ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\n${lines}\r\n`;
        const answer = await say(head, body);
        // Only health, counts, preflights and methods that Node refuses get answers of success.
        expect(answer).not.toMatch(/^HTTP\/1\.1 (101|202|5)/);
      },
    ),
  TIMEOUT_MS,
);

test(
  'any request with a token is answered, and never with 500',
  () =>
    holds(
      fc.tuple(method, text, text, fc.array(header, { maxLength: 3 }), fc.json()),
      async ([verb, one, other, headers, body]) => {
        const target = `/api/hubs/chat/${encodeURIComponent(one.replace(/[\ud800-\udfff]/g, ''))}/${encodeURIComponent(other.replace(/[\ud800-\udfff]/g, ''))}`;
        const token = await signAccessToken(
          EMULATOR_KEY,
          `http://127.0.0.1${target}`,
          {},
          Date.now(),
        );
        const lines = headers
          .filter(([name]) => !/^(auth|content|transfer|expect)/i.test(name))
          .map(([name, value]) => `${name}: ${value}\r\n`)
          .join('');
        const answer = await say(
          `${verb} ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\n${lines}` +
            `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
        );
        expect(answer).toMatch(/^HTTP\/1\.1 [1-4]\d\d /);
      },
    ),
  TIMEOUT_MS,
);

test(
  'any messages of a client that has shaken hands, or not',
  () =>
    holds(
      fc.tuple(
        fc.boolean(),
        fc.array(
          fc.oneof(
            fc.uint8Array({ maxLength: 300 }),
            fc.json().map((json) => `${json}\x1e`),
          ),
          {
            maxLength: 5,
          },
        ),
      ),
      async ([shakes, messages]) => {
        const client = await openRawClient(service);
        if (shakes) client.send(HANDSHAKE);
        for (const message of messages) client.send(message);
        client.socket.close();
        await client.closed;
      },
    ),
  TIMEOUT_MS,
);

test(
  'any bytes below the WebSocket',
  () =>
    holds(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (bytes) => {
      const { token } = await connectionInfo(service);
      await say(
        `GET /client/?hub=chat HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
          `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nAuthorization: Bearer ${token}\r\n\r\n`,
        bytes,
      );
    }),
  TIMEOUT_MS,
);
