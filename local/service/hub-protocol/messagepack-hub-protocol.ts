// The MessagePack hub protocol: arrays, each preceded by its length as a base-128 varint, low bits first.

import { encode } from '@msgpack/msgpack';
import { decodeBounded, positionsWithin } from '../../messagepack-decoding.ts';
import { toJson } from './big-integers.ts';
import {
  type ClientAnswer,
  type ClientMessage,
  type Frame,
  type HubProtocol,
  ProtocolError,
  type ServiceMessage,
} from './hub-protocol.ts';
import {
  checkAllowReconnect,
  checkArguments,
  checkError,
  checkHeaders,
  checkSequenceId,
  requireInvocationId,
  requireTarget,
  toHasStreams,
  toInvocationId,
  toMessageType,
  wrong,
} from './message-parts.ts';

/** 35 bits are enough for 2 GiB, the protocol's largest message. */
const MAX_LENGTH_BYTES = 5;
/** Result kinds of a completion: the fourth element describes the fifth. */
const COMPLETION_ERROR = 1;
const COMPLETION_VOID = 2;
const COMPLETION_RESULT = 3;
/** First byte of an array that is not short → length of its header. */
const ARRAY_HEADERS: ReadonlyMap<number | undefined, number> = new Map([
  [0xdc, 3],
  [0xdd, 5],
]);

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
  const type = toMessageType(message[0]);
  if (isFloat(payload, ARRAY_HEADERS.get(payload[0]) ?? 1)) {
    throw wrong('message', 'its type is a float. Send an integer.');
  }
  switch (type) {
    case 1:
      return toInvocation(message, payload);
    case 2:
      checkStreamPart(message, payload, 'stream item');
      if (message.length < 4) throw wrong('stream item', 'it has no item. Send one.');
      return { kind: 'ignored', type };
    case 3:
      checkHeadersOf(message, payload);
      return {
        kind: 'completion',
        invocationId: requireInvocationId(orUndefined(message[2]), 'completion'),
        answer: toAnswer(payload),
      };
    case 4: {
      const { invocationId } = toInvocation(message, payload);
      return {
        kind: 'streamInvocation',
        invocationId: requireInvocationId(invocationId, 'stream invocation'),
      };
    }
    case 5:
      checkStreamPart(message, payload, 'cancellation');
      return { kind: 'ignored', type };
    case 6:
      return { kind: 'ping' };
    case 7:
      if (message[1] !== null) checkError(message[1]);
      if (message.length > 2) checkAllowReconnect(message[2]);
      return { kind: 'close' };
    case 8:
    case 9:
      checkSequenceId(message[1]);
      if (isFloat(payload, positionsWithin(payload)[1])) {
        throw wrong('message', 'its sequenceId is a float. Send an integer.');
      }
      return { kind: 'ignored', type };
    default:
      return { kind: 'ignored', type };
  }
}

function toInvocation(
  message: readonly unknown[],
  payload: Buffer,
): Extract<ClientMessage, { kind: 'invocation' }> {
  const [, , invocationId, name, args, streamIds] = message;
  checkHeadersOf(message, payload);
  const target = requireTarget(name, 'invocation');
  checkArguments(args, 'invocation');
  return {
    kind: 'invocation',
    target,
    invocationId: toInvocationId(orUndefined(invocationId)),
    hasStreams: toHasStreams(streamIds),
    payload,
  };
}

function checkStreamPart(message: readonly unknown[], payload: Buffer, kind: string): void {
  checkHeadersOf(message, payload);
  requireInvocationId(orUndefined(message[2]), kind);
}

function checkHeadersOf([, headers]: readonly unknown[], payload: Buffer): void {
  checkHeaders(headers);
  if (Object.keys(headers as object).length === 0) return;
  // The decoder makes texts of keys that are numbers.
  const keys = positionsWithin(payload, positionsWithin(payload)[1]).filter((_, n) => n % 2 === 0);
  if (!keys.every((at) => isText(payload[at] ?? 0))) {
    throw wrong('message', 'its headers are no map of texts. Send texts, or none.');
  }
}

/** For the one part that may be nil. */
function orUndefined(value: unknown): unknown {
  return value === null ? undefined : value;
}

/** Whether there is a float. Decoded, 1.0 would be 1, and .NET takes no float for an integer. */
function isFloat(payload: Buffer, at: number | undefined): boolean {
  const head = payload[at ?? 0];
  return head === 0xca || head === 0xcb;
}

function isText(head: number): boolean {
  return (head >= 0xa0 && head < 0xc0) || (head >= 0xd9 && head <= 0xdb);
}

function encodeWire(message: ServiceMessage): Uint8Array {
  const useBigInt64 = message.kind === 'invocation' && message.hasBigIntegers === true;
  return encode(toWire(message), { ignoreUndefined: true, useBigInt64 });
}

function toAnswer(payload: Buffer): ClientAnswer {
  // Decodes again with full integers. Client results are rare, and other messages do not need it.
  const message = decodeBounded(payload, { useBigInt64: true }) as unknown[];
  const kind = isFloat(payload, positionsWithin(payload)[3]) ? undefined : message[3];
  const value = message[4];
  switch (typeof kind === 'bigint' ? Number(kind) : kind) {
    case COMPLETION_ERROR:
      // .NET writes nil for an error without a text.
      if (value !== null) checkError(value);
      return { ok: false, error: String(value ?? '') };
    case COMPLETION_VOID:
      return { ok: true, json: 'null' };
    case COMPLETION_RESULT:
      if (message.length < 5) throw wrong('completion', 'it has no result. Send one.');
      return { ok: true, json: toJson(value) };
    default:
      throw wrong('completion', 'its result kind is none of 1, 2 and 3. Send one of them.');
  }
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

/** The framing: the message's length, then the message. */
export function withLength(message: Uint8Array): Uint8Array {
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
