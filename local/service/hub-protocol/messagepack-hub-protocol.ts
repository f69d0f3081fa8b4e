// The MessagePack hub protocol: arrays, each preceded by its length as a base-128 varint, low bits first.

import { encode } from '@msgpack/msgpack';
import { decodeBounded } from '../../messagepack-decoding.ts';
import { toJson } from './big-integers.ts';
import {
  type ClientAnswer,
  type ClientMessage,
  type Frame,
  type HubProtocol,
  ProtocolError,
  type ServiceMessage,
  toClientCompletion,
  toInvocation,
  toStreamInvocation,
} from './hub-protocol.ts';

/** 35 bits are enough for 2 GiB, the protocol's largest message. */
const MAX_LENGTH_BYTES = 5;
/** Result kinds of a completion: the fourth element describes the fifth. */
const COMPLETION_ERROR = 1;
const COMPLETION_VOID = 2;
const COMPLETION_RESULT = 3;

export const messagePackHubProtocol: HubProtocol = {
  name: 'messagepack',
  transferFormat: 'Binary',
  contentType: 'application/x-msgpack',
  frame,
  parse,
  encode: (message) => withLength(encodeWire(message)),
  isCompletion,
};

function frame(bytes: Buffer): Frame | undefined {
  let length = 0;
  for (let index = 0; index < MAX_LENGTH_BYTES; index += 1) {
    const byte = bytes[index];
    if (byte === undefined) return undefined;
    // `<<` would overflow at the fifth byte.
    length += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) {
      const start = index + 1;
      const end = start + length;
      return { start, end, next: end };
    }
  }
  throw new ProtocolError(
    'unable to read message; its length prefix has more than 5 bytes. Send framed MessagePack.',
  );
}

function parse(payload: Buffer): ClientMessage {
  const message = decodeArray(payload);
  if (!message) throw new ProtocolError('Error reading MessagePack.');
  const type = message[0];
  if (typeof type !== 'number') {
    throw new ProtocolError('unable to read message; its type is no number. Send a type.');
  }
  switch (type) {
    case 1:
      return toInvocation(message[3], message[2], message[4], payload);
    case 3:
      return toClientCompletion(message[2], toAnswer(payload));
    case 4:
      return toStreamInvocation(message[2]);
    case 6:
      return { kind: 'ping' };
    case 7:
      return { kind: 'close' };
    default:
      return { kind: 'ignored', type };
  }
}

function encodeWire(message: ServiceMessage): Uint8Array {
  const useBigInt64 = message.kind === 'invocation' && message.hasBigIntegers === true;
  return encode(toWire(message), { ignoreUndefined: true, useBigInt64 });
}

function toAnswer(payload: Buffer): ClientAnswer {
  // Decodes again with full integers. Client results are rare, and other messages do not need it.
  const [, , , kind, value] = decodeBounded(payload, { useBigInt64: true }) as unknown[];
  if (Number(kind) === COMPLETION_ERROR) return { ok: false, error: String(value) };
  return { ok: true, json: Number(kind) === COMPLETION_RESULT ? toJson(value) : 'null' };
}

function toWire(message: ServiceMessage): unknown[] {
  switch (message.kind) {
    case 'invocation':
      return [1, {}, message.invocationId ?? null, message.target, message.arguments, []];
    case 'completion':
      return message.error === undefined
        ? [3, {}, message.invocationId, COMPLETION_VOID]
        : [3, {}, message.invocationId, COMPLETION_ERROR, message.error];
    case 'ping':
      return [6];
    case 'close':
      return [7, message.error ?? null, message.allowReconnect];
  }
}

function withLength(message: Uint8Array): Uint8Array {
  const prefix: number[] = [];
  let rest = message.length;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    prefix.push(rest > 0 ? low | 0x80 : low);
  } while (rest > 0);
  const framed = Buffer.allocUnsafe(prefix.length + message.length);
  framed.set(prefix);
  framed.set(message, prefix.length);
  return framed;
}

function isCompletion(body: Buffer, invocationId: string): boolean {
  try {
    const found = frame(body);
    if (found?.next !== body.length) return false;
    const message = decodeArray(body.subarray(found.start, found.end));
    if (message?.[0] !== 3 || message[2] !== invocationId) return false;
    const kind = message[3];
    return kind === COMPLETION_VOID || kind === COMPLETION_RESULT || kind === COMPLETION_ERROR;
  } catch {
    return false;
  }
}

function decodeArray(bytes: Buffer): unknown[] | undefined {
  try {
    const value: unknown = decodeBounded(bytes);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
