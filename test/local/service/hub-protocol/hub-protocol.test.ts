import { describe, expect, test } from '@jest/globals';
import { decode, encode } from '@msgpack/msgpack';
import type {
  ClientMessage,
  HubProtocol,
} from '../../../../local/service/hub-protocol/hub-protocol.ts';
import { InboundBuffer } from '../../../../local/service/hub-protocol/inbound-buffer.ts';
import { jsonHubProtocol } from '../../../../local/service/hub-protocol/json-hub-protocol.ts';
import { messagePackHubProtocol } from '../../../../local/service/hub-protocol/messagepack-hub-protocol.ts';

const LIMIT = 1_000;

function json(message: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(message)}\x1e`);
}

function framed(message: unknown): Buffer {
  return withLength(encode(message));
}

function withLength(body: Uint8Array): Buffer {
  const low = body.length & 0x7f;
  const prefix = body.length < 0x80 ? [body.length] : [low | 0x80, body.length >> 7];
  return Buffer.concat([Buffer.from(prefix), body]);
}

const STREAMS: Record<HubProtocol['name'], Buffer> = {
  json: Buffer.concat([
    json({ arguments: ['你好 👩‍👩‍👧'], target: 'send', type: 1, invocationId: '7', extra: 1 }),
    json({ type: 6 }),
    json({ type: 1, target: 'typing', arguments: [] }),
    json({ type: 99 }),
    json({ type: 4, target: 'count', arguments: [], invocationId: '8' }),
    json({ type: 7 }),
  ]),
  messagepack: Buffer.concat([
    // Longer than 127 bytes, so that its length has two bytes.
    framed([1, {}, '7', 'send', ['你好 👩‍👩‍👧'.repeat(10)], []]),
    framed([6]),
    framed([1, {}, null, 'typing', []]),
    framed([99]),
    framed([4, {}, '8', 'count', []]),
    framed([7, null]),
  ]),
};

const WHAT_THEY_SAY = [
  { kind: 'invocation', target: 'send', invocationId: '7' },
  { kind: 'ping' },
  { kind: 'invocation', target: 'typing' },
  { kind: 'ignored', type: 99 },
  { kind: 'streamInvocation', invocationId: '8' },
  { kind: 'close' },
];

function read(protocol: HubProtocol, chunks: readonly Buffer[]): ClientMessage[] {
  const inbound = new InboundBuffer();
  const messages: ClientMessage[] = [];
  for (const chunk of chunks) {
    inbound.append(chunk);
    for (
      let bytes = inbound.take(protocol.frame, LIMIT);
      bytes;
      bytes = inbound.take(protocol.frame, LIMIT)
    ) {
      messages.push(protocol.parse(bytes));
    }
  }
  return messages;
}

describe.each([jsonHubProtocol, messagePackHubProtocol])('the $name hub protocol', (protocol) => {
  const stream = STREAMS[protocol.name];

  test('reads several messages in one chunk', () => {
    expect(read(protocol, [stream])).toMatchObject(WHAT_THEY_SAY);
  });

  test('reads the same for any boundaries of the chunks', () => {
    const whole = read(protocol, [stream]);
    for (let cut = 1; cut < stream.length; cut += 1) {
      expect(read(protocol, [stream.subarray(0, cut), stream.subarray(cut)])).toEqual(whole);
    }
  });

  test('reads the same byte by byte', () => {
    const bytes = [...stream].map((byte) => Buffer.from([byte]));
    expect(read(protocol, bytes)).toEqual(read(protocol, [stream]));
  });

  test('keeps an invocation unchanged, without its framing', () => {
    const [first] = read(protocol, [stream]);
    const payload = first?.kind === 'invocation' ? first.payload : Buffer.alloc(0);
    expect(stream.includes(payload)).toBe(true);
    if (protocol.name === 'json') {
      expect(JSON.parse(payload.toString())).toMatchObject({ type: 1, target: 'send', extra: 1 });
    } else {
      expect(decode(payload)).toEqual([1, {}, '7', 'send', [expect.any(String)], []]);
    }
  });

  test('refuses a message over the limit before it is complete', () => {
    const inbound = new InboundBuffer();
    const start =
      protocol.name === 'json' ? Buffer.alloc(LIMIT + 1, 'x') : Buffer.from([0xe9, 0x07]);
    inbound.append(start);
    expect(() => inbound.take(protocol.frame, LIMIT)).toThrow('more than 1000 bytes');
  });

  test('parses a client’s result, an error or nothing', () => {
    const completions = [{ error: 'no' }, {}].map(({ error }) =>
      Buffer.from(protocol.encode({ kind: 'completion', invocationId: '1', error })),
    );
    expect(read(protocol, completions)).toEqual([
      { kind: 'completion', invocationId: '1', answer: { ok: false, error: 'no' } },
      { kind: 'completion', invocationId: '1', answer: { ok: true, json: 'null' } },
    ]);
  });
});

test.each([
  [
    { kind: 'invocation', target: 'a', arguments: [1, 'ü'] },
    '{"type":1,"target":"a","arguments":[1,"ü"]}',
  ],
  [{ kind: 'completion', invocationId: '3' }, '{"type":3,"invocationId":"3"}'],
  [
    { kind: 'completion', invocationId: '3', error: 'no' },
    '{"type":3,"invocationId":"3","error":"no"}',
  ],
  [{ kind: 'ping' }, '{"type":6}'],
  [{ kind: 'close', allowReconnect: true }, '{"type":7,"allowReconnect":true}'],
  [
    { kind: 'close', error: 'x', allowReconnect: false },
    '{"type":7,"error":"x","allowReconnect":false}',
  ],
] as const)('json writes %j', (message, text) => {
  expect(Buffer.from(jsonHubProtocol.encode(message)).toString()).toBe(`${text}\x1e`);
});

test.each([
  [{ kind: 'invocation', target: 'a', arguments: [1, 'ü'] }, [1, {}, null, 'a', [1, 'ü'], []]],
  [{ kind: 'completion', invocationId: '3' }, [3, {}, '3', 2]],
  [{ kind: 'completion', invocationId: '3', error: 'no' }, [3, {}, '3', 1, 'no']],
  [{ kind: 'ping' }, [6]],
  [{ kind: 'close', allowReconnect: true }, [7, null, true]],
  [{ kind: 'close', error: 'x', allowReconnect: false }, [7, 'x', false]],
] as const)('messagepack writes %j', (message, array) => {
  expect(Buffer.from(messagePackHubProtocol.encode(message))).toEqual(framed(array));
});

test('messagepack prefixes long messages with several bytes of length', () => {
  const bytes = Buffer.from(
    messagePackHubProtocol.encode({
      kind: 'invocation',
      target: 'a',
      arguments: ['x'.repeat(20_000)],
    }),
  );
  const frame = messagePackHubProtocol.frame(bytes, 0);
  expect(frame).toEqual({ start: 3, end: bytes.length, next: bytes.length });
});

test.each([
  ['nothing', ''],
  ['no JSON', 'x'],
  ['an array', '[]'],
  ['null', 'null'],
  ['no type', '{}'],
  ['a type that is text', '{"type":"1"}'],
  ['no target', '{"type":1,"arguments":[]}'],
  ['an empty target', '{"type":1,"target":"","arguments":[]}'],
  ['a target that is a number', '{"type":1,"target":1,"arguments":[]}'],
  ['no arguments', '{"type":1,"target":"a"}'],
  ['arguments that are an object', '{"type":1,"target":"a","arguments":{}}'],
  ['an invocation id that is a number', '{"type":1,"target":"a","arguments":[],"invocationId":1}'],
  [
    'an endless invocation id',
    `{"type":1,"target":"a","arguments":[],"invocationId":"${'1'.repeat(1_025)}"}`,
  ],
  ['a stream without id', '{"type":4,"target":"a","arguments":[]}'],
])('json refuses %s', (_, text) => {
  expect(() => jsonHubProtocol.parse(Buffer.from(text))).toThrow();
});

test('json refuses bytes that are no UTF-8', () => {
  const bytes = Buffer.concat([
    Buffer.from('{"type":6,"a":"'),
    Buffer.from([0xff]),
    Buffer.from('"}'),
  ]);
  expect(() => jsonHubProtocol.parse(bytes)).toThrow('Error reading JSON.');
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['a cut array', Buffer.from([0x92, 0x06])],
  ['more than one value', Buffer.from([0x91, 0x06, 0x91, 0x06])],
  ['a map', Buffer.from(encode({ type: 6 }))],
  ['an empty array', Buffer.from(encode([]))],
  ['a type that is text', Buffer.from(encode(['1']))],
  ['no target', Buffer.from(encode([1, {}, null]))],
  ['arguments that are a map', Buffer.from(encode([1, {}, null, 'a', {}]))],
  ['an invocation id that is a number', Buffer.from(encode([1, {}, 5, 'a', []]))],
  ['a stream without id', Buffer.from(encode([4, {}, null, 'a', []]))],
])('messagepack refuses %s', (_, bytes) => {
  expect(() => messagePackHubProtocol.parse(bytes)).toThrow();
});

test('messagepack refuses a length of six bytes', () => {
  const bytes = Buffer.from([0x80, 0x80, 0x80, 0x80, 0x80, 0x01]);
  expect(() => messagePackHubProtocol.frame(bytes, 0)).toThrow('more than 5 bytes');
});

test.each([
  [jsonHubProtocol, json({ type: 3, invocationId: '1', result: null }), true],
  [jsonHubProtocol, json({ type: 3, invocationId: '1' }), true],
  [jsonHubProtocol, json({ type: 3, invocationId: '2', result: 1 }), false],
  [jsonHubProtocol, json({ type: 3, invocationId: '1', result: 1, error: 'x' }), false],
  [jsonHubProtocol, Buffer.from('{"type":3,"invocationId":"1"}'), false],
  [
    jsonHubProtocol,
    Buffer.concat([json({ type: 3, invocationId: '1' }), json({ type: 6 })]),
    false,
  ],
  [jsonHubProtocol, Buffer.from('<html>'), false],
  [messagePackHubProtocol, framed([3, {}, '1', 3, 'x']), true],
  [messagePackHubProtocol, framed([3, {}, '1', 2]), true],
  [messagePackHubProtocol, framed([3, {}, '2', 2]), false],
  [messagePackHubProtocol, Buffer.from(encode([3, {}, '1', 2])), false],
  [messagePackHubProtocol, Buffer.from('garbage'), false],
] as const)('%s knows a completion: %#', (protocol, body, expected) => {
  expect(protocol.isCompletion(body, '1')).toBe(expected);
});
