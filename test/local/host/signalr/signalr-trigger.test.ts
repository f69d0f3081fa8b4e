import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decode, encode } from '@msgpack/msgpack';
import { EMULATOR_KEY } from '../../../../local/access-token.ts';
import { fixture, type RunningHost, runHost, stopHosts } from '../run-host.ts';

const CONNECTION = `Endpoint=http://127.0.0.1:9;AccessKey=${EMULATOR_KEY};Version=1.0;`;
let host: RunningHost;

beforeAll(async () => {
  host = await runHost(fixture('classic'), { env: { AzureSignalRConnectionString: CONNECTION } });
});

afterAll(stopHosts);

type Headers = Record<string, string | undefined>;

/** The service's request, by default a signed `messages` event of connection c1. */
async function upstream(event: string, body: unknown, headers: Headers = {}) {
  const all: Headers = {
    'Content-Type': 'application/json',
    'X-ASRS-Hub': 'chat',
    'X-ASRS-Category': 'messages',
    'X-ASRS-Event': event,
    'X-ASRS-Connection-Id': 'c1',
    'X-ASRS-Signature': `sha256=${sign(EMULATOR_KEY, 'c1')}`,
    ...headers,
  };
  const given = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : ([[name, value]] as [string, string][]),
  );
  const content = body instanceof Uint8Array ? body : JSON.stringify(body);
  const url = `${host.url}/runtime/webhooks/signalr`;
  const response = await fetch(url, { method: 'POST', headers: given, body: content });
  return { status: response.status, bytes: new Uint8Array(await response.arrayBuffer()) };
}

const connection = (event: string, body: unknown, headers: Headers = {}) =>
  upstream(event, body, { 'X-ASRS-Category': 'connections', ...headers });

const sign = (key: string, connectionId: string) =>
  createHmac('sha256', key).update(connectionId).digest('hex');

const invocation = (target: string, ...list: unknown[]) => ({
  type: 1,
  invocationId: '7',
  target,
  arguments: list,
});

const nested = (depth: number): unknown => (depth === 0 ? null : [nested(depth - 1)]);

function readCompletion(bytes: Uint8Array) {
  const text = Buffer.from(bytes).toString();
  expect(text.at(-1)).toBe('\u001e');
  return JSON.parse(text.slice(0, -1)) as { result?: unknown; error?: string };
}

describe('the webhook refuses', () => {
  const show = invocation('show');
  test.each<[string, number, string, unknown, Headers]>([
    ['another media type', 415, 'show', show, { 'Content-Type': 'text/plain' }],
    ['a media type in capitals', 415, 'show', show, { 'Content-Type': 'Application/Json' }],
    ['an empty hub', 400, 'show', show, { 'X-ASRS-Hub': '' }],
    ['an empty category', 400, 'show', show, { 'X-ASRS-Category': '' }],
    ['no event', 400, '', show, {}],
    ['an event that no function has', 404, 'unknown', invocation('unknown'), {}],
    ['another hub', 404, 'show', show, { 'X-ASRS-Hub': 'other' }],
    ['no connection id', 500, 'show', show, { 'X-ASRS-Connection-Id': '' }],
    ['a body that is not JSON', 500, 'show', Buffer.from('{'), {}],
    ['a body of another type', 500, 'show', { type: 3 }, {}],
    ['arguments that are no list', 500, 'show', { ...show, arguments: 'x' }, {}],
    ['a target that is not the event', 500, 'show', invocation('fail'), {}],
    [
      'no MessagePack',
      500,
      'show',
      Buffer.from([0xc1]),
      { 'Content-Type': 'application/x-msgpack' },
    ],
    [
      'MessagePack whose header says more than there is',
      500,
      'show',
      Buffer.from([0xdd, 0x01, 0xff, 0xff, 0xff]),
      { 'Content-Type': 'application/x-msgpack' },
    ],
    [
      'MessagePack nested deeper than the service takes it',
      500,
      'show',
      encode([1, {}, '7', 'show', [nested(500)], []], { maxDepth: 600 }),
      { 'Content-Type': 'application/x-msgpack' },
    ],
    ['no signature', 401, 'show', show, { 'X-ASRS-Signature': undefined }],
    ['a signature that is none', 401, 'show', show, { 'X-ASRS-Signature': 'sha256=00' }],
    [
      'the signature of another connection',
      401,
      'show',
      show,
      {
        'X-ASRS-Signature': `sha256=${sign(EMULATOR_KEY, 'c2')}`,
      },
    ],
    [
      'a body that cannot be read before a signature that is wrong',
      500,
      'show',
      Buffer.from('{'),
      {
        'X-ASRS-Signature': undefined,
      },
    ],
  ])('%s with %d', async (_what, status, event, body, headers) => {
    expect(await upstream(event, body, headers)).toMatchObject({ status, bytes: new Uint8Array() });
  });
});

describe('a signature', () => {
  test('may be anywhere in the list, and in capitals', async () => {
    const right = sign(EMULATOR_KEY, 'c1').toUpperCase();
    const headers = { 'X-ASRS-Signature': `sha256=00,SHA256=${right}` };
    expect((await upstream('show', invocation('show'), headers)).status).toBe(200);
  });
});

describe('connected', () => {
  test('gets 200 without a body', async () => {
    expect(await connection('connected', { type: 10 })).toEqual({
      status: 200,
      bytes: new Uint8Array(),
    });
  });

  test('gets 403 if the function fails', async () => {
    const headers = { 'X-ASRS-User-Id': 'stranger' };
    expect((await connection('connected', { type: 10 }, headers)).status).toBe(403);
  });
});

describe('disconnected', () => {
  test('gets 200 even if the function fails, and the function gets the error', async () => {
    // The official emulator writes the names of members in capitals.
    const answer = await connection('disconnected', { Type: 11, Error: 'the network' });
    expect(answer.status).toBe(200);
    await host.sees('gone because of the network');
  });

  test('with a body of another type gets 500', async () => {
    expect((await connection('disconnected', { type: 10 })).status).toBe(500);
  });
});

describe('a message', () => {
  test('reaches the function with every member, in PascalCase', async () => {
    const { status, bytes } = await upstream('SHOW', invocation('show', 'hi', { a: [1] }), {
      'X-ASRS-User-Id': 'ada',
      'X-ASRS-Client-Query': '?hub=chat&a=1&a=2',
      'X-ASRS-User-Claims': 'role: admin, role: other, odd: a: b, name: Ada, cut',
    });
    expect(status).toBe(200);
    expect(readCompletion(bytes)).toEqual({
      type: 3,
      invocationId: '7',
      result: {
        Arguments: ['hi', { a: [1] }],
        Error: null,
        Category: 'messages',
        Event: 'SHOW',
        Hub: 'chat',
        ConnectionId: 'c1',
        UserId: 'ada',
        Headers: expect.objectContaining({ 'X-ASRS-Hub': 'chat' }),
        Query: { hub: 'chat', a: '1,2' },
        Claims: { role: 'admin', name: 'Ada' },
      },
    });
  });

  test('in MessagePack gets an answer in MessagePack, framed', async () => {
    const body = encode([1, {}, '7', 'show', ['hi', Uint8Array.of(1, 2)], []]);
    const headers = { 'Content-Type': 'application/x-msgpack' };
    const { bytes } = await upstream('show', body, headers);
    // Longer than 127 bytes, so the length needs two bytes.
    const [low = 0, high = 0] = bytes;
    expect((low & 0x7f) + (high << 7)).toBe(bytes.length - 2);
    expect(decode(bytes.subarray(2))).toEqual([
      3,
      {},
      '7',
      3,
      expect.objectContaining({ Arguments: ['hi', 'AQI='] }),
    ]);
  });

  test('gets the error of its function, with 200', async () => {
    const { status, bytes } = await upstream('fail', invocation('fail'));
    expect(status).toBe(200);
    expect(readCompletion(bytes).error).toMatch(
      /^Result: Failure\nException: not today\nStack: Error/,
    );
    const headers = { 'Content-Type': 'application/x-msgpack' };
    const packed = await upstream('fail', encode([1, {}, '8', 'fail', []]), headers);
    expect(decode(packed.bytes.subarray(2))).toMatchObject([3, {}, '8', 1, expect.any(String)]);
  });

  test('gets the result null if its function returns nothing', async () => {
    const { bytes } = await upstream('silent', invocation('silent'));
    expect(readCompletion(bytes)).toEqual({ type: 3, invocationId: '7', result: null });
  });

  test.each(['show', 'fail'])(
    'without an invocation id gets 200 and nothing: %s',
    async (target) => {
      const send = { type: 1, target, arguments: [] };
      expect(await upstream(target, send)).toEqual({ status: 200, bytes: new Uint8Array() });
    },
  );
});

test('arguments that are nested too deeply fail only their call', async () => {
  const depth = 200_000;
  const list = `${'['.repeat(depth)}${']'.repeat(depth)}`;
  const body = Buffer.from(`{"type":1,"invocationId":"7","target":"show","arguments":${list}}`);
  expect((await upstream('show', body)).status).toBe(500);
  expect((await upstream('silent', invocation('silent'))).status).toBe(200);
});

describe('parameterNames', () => {
  test('put the arguments into triggerMetadata', async () => {
    const { bytes } = await upstream('named', invocation('named', 'hi', 3));
    expect(readCompletion(bytes).result).toEqual(['hi', 3]);
  });

  test('fail a call with another number of arguments', async () => {
    const { status, bytes } = await upstream('named', invocation('named', 'hi'));
    expect(status).toBe(200);
    expect(readCompletion(bytes).error).toMatch(/^unable to bind the arguments/);
  });
});

test('without an access key no signature is checked', async () => {
  const keyless = await runHost(fixture('classic'), {
    env: { AzureSignalRConnectionString__serviceUri: 'https://example.service.signalr.net' },
  });
  const response = await fetch(`${keyless.url}/runtime/webhooks/signalr`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-asrs-hub': 'chat',
      'x-asrs-category': 'connections',
      'x-asrs-event': 'connected',
      'x-asrs-connection-id': 'c1',
    },
    body: '{"type":10}',
  });
  expect(response.status).toBe(200);
});
