// Hostile callers against the real host, service and storage: every request is answered below 500, every `send` with
// {ok}, and two people who chat meanwhile do not notice.

import { request } from 'node:http';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { type HubConnection, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { MessagePackHubProtocol } from '@microsoft/signalr-protocol-msgpack';
import fc from 'fast-check';
import { WebSocket } from 'ws';
import { type ConnectionInfo, parseText, type SendResult } from '../../functions/protocol.ts';
import { type ChaosStack, startChaosStack } from '../support/chaos-stack.ts';
import { type ChatClient, joinRoom } from '../support/chat-client.ts';
import { eventually } from '../support/eventually.ts';
import { headerValue, hostileQuery, hostileText, hostileValue } from '../support/hostile-input.ts';
import { sized } from '../support/sizes.ts';

jest.setTimeout(120_000);

/** Fewer than the burst of the rate limit. */
const SENDS_PER_USER = 20;
const MAX_URL_LENGTH = 8_000;

let stack: ChaosStack;
let ada: ChatClient;
let bob: ChatClient;
let said = 0;

beforeAll(async () => {
  // Without keys, so that requests reach functions that a key protects, too.
  stack = await startChaosStack();
  ada = await joinRoom(stack.url, 'quiet', 'Ada');
  bob = await joinRoom(stack.url, 'quiet', 'Bob', { protocol: 'messagepack' });
});
afterAll(async () => {
  await Promise.all([ada?.stop(), bob?.stop()]);
  await stack?.stop();
});

/** Ada sends, Bob receives it soon, both are still counted, and no process has printed an error. */
async function nobodyNotices(): Promise<void> {
  said += 1;
  const sentAt = Date.now();
  expect(await ada.send('hi', `quiet ${said}`)).toMatchObject({ ok: true, seq: said, online: 2 });
  await eventually(() => bob.seqs().includes(said), 'the message');
  expect(Date.now() - sentAt).toBeLessThan(2_000);
  expect([...ada.ends, ...bob.ends]).toEqual([]);
  expect(stack.crashes).toEqual([]);
}

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

function ask({ method, path, headers, body }: Sent): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(stack.url);
    const sent = request({ hostname, port, method, path, headers, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    sent.on('error', reject).setTimeout(10_000, () => sent.destroy(new Error('no answer in 10 s')));
    sent.end(body);
  });
}

/** UTF-8 and URLs have no lone surrogates. */
const wellFormed = (text: string) => Buffer.from(text).toString();

/** Any bytes, encoded as a segment of a path. */
const segment = fc.oneof(
  hostileText.map((text) => encodeURIComponent(wellFormed(text)).slice(0, 2_000)),
  fc
    .uint8Array({ maxLength: 20 })
    .map((bytes) =>
      bytes.reduce((text, byte) => `${text}%${byte.toString(16).padStart(2, '0')}`, ''),
    ),
  fc.constantFrom('lobby', 'quiet-2', '1', '%', '%zz', '%2e%2e', '%00', '..', ''),
);
const route = fc.oneof(
  ...[
    'negotiate',
    'guest',
    'health',
    'rooms',
    'rooms/*',
    'rooms/*/messages',
    'rooms/*/members',
    'rooms/*/connections',
    'rooms/*/export',
    'rooms/*/closed',
    'rooms/*/messages/*',
    'rooms/*/connections/*',
    '*',
    '*/*',
  ].map((template) =>
    fc
      .array(segment, { minLength: 2, maxLength: 2 })
      .map(
        ([first = '', second = '']) =>
          `/api/${template.replace('*', () => first).replace('*', () => second)}`,
      ),
  ),
  segment.map((path) => `/${path}`),
  segment.map((room) => `/r/${room}`),
  segment.map((path) => `/runtime/webhooks/${path}`),
  fc.constant('/runtime/webhooks/signalr'),
);
const sentRequest = fc.record<Sent>({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS'),
  path: fc.tuple(route, hostileQuery).map(([path, query]) => {
    const url = `${path}?${encodeURI(wellFormed(query)).replaceAll(' ', '+')}`;
    // The HTTP server refuses longer ones with 431, or with a reset while they are being sent.
    return url.slice(0, MAX_URL_LENGTH);
  }),
  headers: fc.record({
    'content-type': fc.oneof(fc.constantFrom('application/json', 'text/plain'), headerValue),
    cookie: headerValue,
    'x-asrs-event': fc.constantFrom('connected', 'disconnected', 'send', 'typing', 'other'),
    'x-asrs-category': fc.constantFrom('connections', 'messages', 'other'),
    'x-asrs-hub': fc.constantFrom('chat', 'other', ''),
    'x-asrs-connection-id': headerValue,
    'x-asrs-signature': headerValue,
    'x-asrs-client-query': headerValue,
  }),
  body: fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.oneof(hostileText, fc.json()).map((text) => Buffer.from(text)),
  ),
});

test('HTTP requests of every kind get an answer below 500, without a stack', async () => {
  await fc.assert(
    fc.asyncProperty(sentRequest, async (sent) => {
      const { status, text } = await ask(sent);
      expect(status).toBeGreaterThanOrEqual(200);
      // The platform answers 500 to an event that it cannot read. The event reaches no function.
      const isWebhook = sent.path.startsWith('/runtime/webhooks/signalr?');
      expect(status).toBeLessThan(isWebhook ? 501 : 500);
      expect(text).not.toMatch(/\n\s+at .+:\d+/);
    }),
    { numRuns: sized(100, 400) },
  );
  await nobodyNotices();
});

test.each(['__proto__', 'constructor', '𠮷'.repeat(64), 'हिन्दी', 'غرفة', '_'.repeat(64), 'head'])(
  'a room called %j is a room like others',
  async (room) => {
    const path = `${stack.url}/api/rooms/${encodeURIComponent(room)}/messages`;
    // Ids and texts of the largest size, in characters of four bytes.
    const body = JSON.stringify({ text: '😀'.repeat(4_000), id: '😀'.repeat(64) });
    const headers = { 'content-type': 'application/json' };
    for (const _ of [1, 2]) {
      const answer = await fetch(path, { method: 'POST', headers, body });
      expect([answer.status, await answer.json()]).toEqual([202, { seq: 1 }]);
    }
    expect(await (await fetch(path)).json()).toMatchObject({
      room,
      seq: 1,
      messages: [{ seq: 1, text: '😀'.repeat(4_000), id: '😀'.repeat(64) }],
    });
  },
);

test.each([
  ...[
    'a\u2028b',
    'a\u2029b',
    'a\u0085b',
    '\u0001\u007f\uffff',
    '"}\n',
    '--batch_1\r\nHTTP/1.1 400\r\n\r\n',
  ],
  ...["'; drop", '%00%0a', '\u202eevil', '<!--', '\\', '\ufeffx'],
])('%j is stored at once, with any special meaning that it has in storage', async (text) => {
  const sentAt = Date.now();
  expect(await ada.send(text, `said ${said}`)).toMatchObject({ ok: true, seq: said + 1 });
  said += 1;
  expect(Date.now() - sentAt).toBeLessThan(2_000);
  expect((await stack.readHistory('quiet')).at(-1)?.text).toBe(parseText(text));
});

test.each(['json', 'messagepack'] as const)(
  'send in %s answers arguments of every type, count and size',
  async (protocol) => {
    let sends = 0;
    let eve: HubConnection | undefined;
    await fc.assert(
      fc.asyncProperty(fc.array(hostileValue, { maxLength: 4 }), async (args) => {
        if (!isEncodable(args)) return;
        if (sends++ % SENDS_PER_USER === 0) {
          await eve?.stop();
          eve = connection(protocol);
          await eve.start();
        }
        const answer: SendResult | undefined = await inTime(eve?.invoke('send', ...args));
        // Small ids come again with other texts, and a third argument may be anything.
        const refusals = ['bad_text', 'bad_id', 'bad_request', 'id_in_use'];
        if (!answer?.ok) expect(refusals).toContain(answer?.code);
      }),
      { numRuns: sized(60, 250) },
    );
    await eve?.stop();
    expect(sends).toBeGreaterThan(sized(25, 100));
    await nobodyNotices();
  },
);

/** Rejects, so that fast-check can search for the smallest input that hangs. */
async function inTime<T>(answer: Promise<T> | undefined): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in 5 s')), 5_000);
  });
  return Promise.race([answer, tooLate]).finally(() => clearTimeout(timer));
}

function connection(protocol: 'json' | 'messagepack'): HubConnection {
  const builder = new HubConnectionBuilder()
    .withUrl(`${stack.url}/api?room=loud&name=Eve`)
    .configureLogging(LogLevel.None);
  if (protocol === 'messagepack') builder.withHubProtocol(new MessagePackHubProtocol());
  const hub = builder.build();
  hub.on('welcome', () => {});
  hub.on('events', () => {});
  return hub;
}

/** Whether the client can encode it. */
function isEncodable(args: readonly unknown[]): boolean {
  try {
    JSON.stringify(args);
    const protocol = new MessagePackHubProtocol();
    protocol.writeMessage({ type: 1, target: 'send', arguments: [...args], invocationId: '1' });
    return true;
  } catch {
    return false;
  }
}

test('invalid frames end at most the connection that sends them', async () => {
  const invocation = (fields: string) =>
    `{"type":1,"target":"send","invocationId":"1",${fields}}\x1e`;
  const frames: readonly (string | Buffer)[] = [
    'x\x1e',
    '{}\x1e',
    '[]\x1e',
    '\x1e\x1e\x1e',
    '{"type":"1"}\x1e',
    `${'['.repeat(100_000)}\x1e`,
    `{"type":1,"target":"send","arguments":${'['.repeat(5_000)}${']'.repeat(5_000)}}\x1e`,
    '{"type":1,"target":"connected","arguments":[]}\x1e',
    '{"type":1,"target":"__proto__","arguments":[],"invocationId":"1"}\x1e',
    '{"type":1,"target":"","arguments":[],"invocationId":"1"}\x1e',
    '{"type":4,"target":"send","arguments":["hi","1"],"invocationId":"1"}\x1e',
    '{"type":3,"invocationId":"1","result":{"ok":true}}\x1e',
    invocation('"arguments":{"0":"hi","1":"id"}'),
    invocation('"arguments":"hi"'),
    invocation('"arguments":null'),
    invocation('"arguments":[]'),
    invocation('"arguments":[1e400,-0]'),
    invocation('"arguments":["\\ud800","\\u0000"]'),
    invocation(`"arguments":["${'x'.repeat(900_000)}","id"]`),
    invocation('"arguments":["a","b"],"arguments":["c","d"]'),
    Buffer.from([0xff, 0xfe, 0x00]),
    Buffer.alloc(70_000, 0x7b),
    'x'.repeat(2_000_000),
  ];
  for (const frame of frames) {
    const socket = await openSocket();
    socket.send(frame);
    // It may get an answer, its end, or nothing. The others must not notice.
    await new Promise((resolve) => setTimeout(resolve, 20));
    await nobodyNotices();
    socket.terminate();
  }
});

test('no line of any log holds a ticket, a token, a cookie, a function key or a message’s text', async () => {
  const negotiated = await fetch(`${stack.url}/api/negotiate?room=loud&name=Eve`, {
    method: 'POST',
  });
  const [cookie = ''] = negotiated.headers.getSetCookie();
  const [, secret = ''] = /^guest=([^;]+)/.exec(cookie) ?? [];
  const { url, accessToken } = (await negotiated.json()) as ConnectionInfo;
  const eve = connection('json');
  await eve.start();
  await eve.invoke('send', 'not for the log 秘密', 'log-1');
  // Refused requests with secrets, because their log lines are the most detailed.
  await eve.invoke('send', { secret: 'not for the log 秘密' }, 'log-2');
  await fetch(url.replace('/client/', '/client/negotiate'), { method: 'POST' });
  await fetch(`${stack.url}/api/rooms/a%20b/messages?code=not-for-the-log`, {
    headers: { cookie },
  });
  const forged = { 'x-asrs-hub': 'chat', 'x-asrs-category': 'messages', 'x-asrs-event': 'send' };
  await fetch(`${stack.url}/runtime/webhooks/signalr`, {
    method: 'POST',
    headers: {
      ...forged,
      'content-type': 'application/json',
      'x-asrs-connection-id': 'c',
      'x-asrs-client-query': new URL(url).search,
    },
    body: '{"type":1,"target":"send","arguments":["not for the log 秘密","x"]}',
  });
  await eve.stop();
  await nobodyNotices();
  expect(stack.lines.length).toBeGreaterThan(10);
  expect(secret).toHaveLength(22);
  const ticket = new URL(url).searchParams.get('ticket') ?? '';
  const secrets = [secret, accessToken, ticket, 'not for the log', 'not-for-the-log'];
  const leaking = stack.lines.filter(
    (line) =>
      secrets.some((hidden) => line.includes(hidden)) || /eyJ[\w-]{10,}\.[\w-]+\./.test(line),
  );
  expect(leaking).toEqual([]);
});

/** A raw connection, after negotiate and handshake. */
async function openSocket(): Promise<WebSocket> {
  const answer = await fetch(`${stack.url}/api/negotiate?room=loud&name=Eve`, { method: 'POST' });
  const { url, accessToken } = (await answer.json()) as ConnectionInfo;
  const socket = new WebSocket(url.replace(/^http/, 'ws'), {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  socket.on('error', () => {});
  await new Promise((resolve, reject) => socket.once('open', resolve).once('close', reject));
  socket.send('{"protocol":"json","version":1}\x1e');
  await new Promise((resolve, reject) => socket.once('message', resolve).once('close', reject));
  return socket;
}
