// What the service reads of a client's messages, and what ends the connection instead, part by part.

import { describe, expect, test } from '@jest/globals';
import { JsonHubProtocol, NullLogger } from '@microsoft/signalr';
import { MessagePackHubProtocol } from '@microsoft/signalr-protocol-msgpack';
import { encode } from '@msgpack/msgpack';
import { ProtocolError } from '../../../../local/service/hub-protocol/hub-protocol.ts';
import { jsonHubProtocol } from '../../../../local/service/hub-protocol/json-hub-protocol.ts';
import { messagePackHubProtocol } from '../../../../local/service/hub-protocol/messagepack-hub-protocol.ts';
import { ABSENT, JSON_ROWS, MESSAGEPACK_ROWS, VALUES } from './client-message-rows.ts';

type Read = (bytes: Buffer) => unknown;

const readJson: Read = (bytes) => jsonHubProtocol.parse(bytes);
const readMessagePack: Read = (bytes) => messagePackHubProtocol.parse(bytes);
const toJsonBytes = (message: unknown) => Buffer.from(JSON.stringify(message));
const toMessagePackBytes = (message: unknown) => Buffer.from(encode(message));

function takes(read: Read, bytes: Buffer): boolean {
  try {
    read(bytes);
    return true;
  } catch (error) {
    // Any other error would be a fault of ours.
    expect(error).toBeInstanceOf(ProtocolError);
    return false;
  }
}

describe.each([
  ['json', JSON_ROWS, readJson, toJsonBytes],
  ['messagepack', MESSAGEPACK_ROWS, readMessagePack, toMessagePackBytes],
] as const)('M6: %s', (_, rows, read, toBytes) => {
  test.each(rows.map((row) => [row.kind, row.part, row] as const))(
    '%s, %s: exactly the values that ASP.NET Core takes',
    (_kind, _part, row) => {
      expect(VALUES.filter((value) => takes(read, toBytes(row.with(value))))).toEqual(
        VALUES.filter((value) => row.takes.some((taken) => areEqual(taken, value))),
      );
    },
  );
});

// The JavaScript client reads messages of a server, so it refuses less. What it refuses is refused here, with one exception:
// an invocation with an empty id, which ASP.NET Core takes for one that awaits no answer.
test.each([
  [
    'json',
    JSON_ROWS,
    readJson,
    toJsonBytes,
    (bytes: Buffer) => new JsonHubProtocol().parseMessages(`${bytes}\x1e`, NullLogger.instance),
    [['invocation', 'invocationId', '']],
  ],
  [
    'messagepack',
    MESSAGEPACK_ROWS,
    readMessagePack,
    toMessagePackBytes,
    (bytes: Buffer) =>
      new MessagePackHubProtocol().parseMessages(toArrayBuffer(bytes), NullLogger.instance),
    [],
  ],
] as const)(
  'M6: %s refuses what @microsoft/signalr refuses',
  (_, rows, read, toBytes, readAsClient, exceptions) => {
    const messages = rows.flatMap((row) =>
      VALUES.map((value) => ({ value, row, bytes: toBytes(row.with(value)) })),
    );
    const refused = messages.filter(({ bytes }) => !isRead(() => readAsClient(bytes)));
    expect(refused.length).toBeGreaterThan(10);
    expect(
      refused
        .filter(({ bytes }) => takes(read, bytes))
        .map(({ row, value }) => [row.kind, row.part, value]),
    ).toEqual(exceptions);
  },
);

describe('M6: a number', () => {
  test.each([
    ['1', true],
    ['-1', true],
    ['2147483647', true],
    ['2147483648', false],
    ['1.5', false],
    ['1.0', false],
    ['1e0', false],
  ])('type %s in JSON: %j', (type, expected) => {
    const parts = [`"type":${type}`, '"target":"t"', '"arguments":[]'];
    // First, last and in the middle, because these places are read differently.
    for (const [first, second, third] of [
      parts,
      [...parts].reverse(),
      [parts[1], parts[0], parts[2]],
    ]) {
      expect(takes(readJson, Buffer.from(`{${first},${second},${third}}`))).toBe(expected);
    }
  });

  test('of a nested type is not taken for the type of the message', () => {
    const text = '{"target":"t","arguments":[{"type":1}],"type":1.0}';
    expect(takes(readJson, Buffer.from(text))).toBe(false);
    expect(takes(readJson, Buffer.from('{"a,\\"type":1,"type":1.5}'))).toBe(false);
  });

  test.each([
    ['[6]', '9106', true],
    ['[6] with 64 bits', '91cf0000000000000006', true],
    ['[6] in a long array', 'dc000106', true],
    ['[6.0]', '91cb4018000000000000', false],
    ['[6.0] in a long array', 'dc0001cb4018000000000000', false],
    ['[6.0] with 32 bits', '91ca40c00000', false],
    ['a sequence id of 1.0', '9208ca3f800000', false],
    ['a result kind of 3.0', '950380a131ca40400000a178', false],
    ['a header with a number for a key', '96018101a162a131a17490 90'.replace(' ', ''), false],
  ])('%s in MessagePack', (_, hex, expected) => {
    expect(takes(readMessagePack, Buffer.from(hex, 'hex'))).toBe(expected);
  });
});

test.each([
  [62, true],
  [63, false],
])('M6: arguments of %d more levels are read as JSON: %j', (levels, expected) => {
  const nested = '['.repeat(levels) + ']'.repeat(levels);
  const text = `{"type":1,"target":"t","arguments":[${nested}]}`;
  expect(takes(readJson, Buffer.from(text))).toBe(expected);
});

test.each([
  ['json', readJson, toJsonBytes({ type: 3, invocationId: '1', error: 'x', result: null })],
  ['messagepack', readMessagePack, toMessagePackBytes([3, {}, '1', 4, 'x'])],
])('M6: a %s completion is either a result or an error', (_, read, bytes) => {
  expect(takes(read, bytes)).toBe(false);
});

test.each([
  [readJson, toJsonBytes({ type: 1, target: 't', arguments: [], streamIds: ['1'] }), true],
  [readJson, toJsonBytes({ type: 1, target: 't', arguments: [], streamIds: [] }), false],
  [readJson, toJsonBytes({ type: 1, target: 't', arguments: [] }), false],
  [readMessagePack, toMessagePackBytes([1, {}, null, 't', [], ['1']]), true],
  [readMessagePack, toMessagePackBytes([1, {}, null, 't', [], []]), false],
])('M4: an invocation with streams is known: %#', (read, bytes, hasStreams) => {
  expect(read(bytes)).toMatchObject({ kind: 'invocation', hasStreams });
});

function isRead(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}

function areEqual(one: unknown, other: unknown): boolean {
  if (one === ABSENT || other === ABSENT) return one === other;
  return JSON.stringify(one) === JSON.stringify(other);
}

function toArrayBuffer(message: Buffer): ArrayBuffer {
  return new Uint8Array([message.length, ...message]).buffer;
}
