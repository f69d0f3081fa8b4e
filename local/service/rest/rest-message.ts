// The body of a REST send, in one of three types:
//   application/json          {"target":"name","arguments":[…]}, member names in any letter case
//   application/x-msgpack     the same as a MessagePack map
//   application/octet-stream  a MessagePack map from hub protocol to the framed invocation, which passes unchanged
// Source: Azure/azure-signalr, docs/swagger, and the payload builders of its Management SDK.

import { decodeBounded } from '../../messagepack-decoding.ts';
import { HttpError } from '../http/http-error.ts';
import { mayHoldBigIntegers, parseBigIntegers, toJson } from '../hub-protocol/big-integers.ts';
import {
  type EncodedMessage,
  encodeBytes,
  OutgoingMessage,
} from '../hub-protocol/encoded-message.ts';
import { type HubProtocol, type Invocation, ProtocolError } from '../hub-protocol/hub-protocol.ts';
import { isDeeper, jsonHubProtocol, MAX_DEPTH } from '../hub-protocol/json-hub-protocol.ts';
import { rawMembers } from '../hub-protocol/json-members.ts';
import { messagePackHubProtocol } from '../hub-protocol/messagepack-hub-protocol.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

export type BodyReader = (body: Buffer) => OutgoingMessage<Invocation>;

const READERS: ReadonlyMap<string, BodyReader> = new Map([
  ['application/json', (body) => new OutgoingMessage(fromJson(body))],
  ['application/x-msgpack', (body) => new OutgoingMessage(fromMessagePack(body))],
  ['application/octet-stream', fromEncoded],
]);

/**
 * The reader for a body of this type. Throws {@link HttpError} for an unknown type. The reader throws it for an invalid
 * body.
 *
 * @param jsonOnly as in the official emulator
 */
export function bodyReader(contentType: string | undefined, jsonOnly: boolean): BodyReader {
  const mediaType = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  const allowed = jsonOnly ? ['application/json'] : [...READERS.keys()];
  const reader = allowed.includes(mediaType) ? READERS.get(mediaType) : undefined;
  if (reader) return reader;
  const given = mediaType ? `it is ${JSON.stringify(mediaType)}` : 'no Content-Type is given';
  throw new HttpError(
    415,
    'UnsupportedMediaType',
    `unable to read the body; ${given}. Send ${allowed.join(' or ')}.`,
  );
}

function fromJson(body: Buffer): Invocation {
  const json = decodeText(body);
  const members = toLowerCase(Object.entries(parseJson(json)));
  const message = toInvocation(members.get('target'), members.get('arguments'));
  const argumentsJson = toLowerCase(rawMembers(json)).get('arguments');
  if (argumentsJson === undefined || argumentsJson === 'null') return message;
  if (!mayHoldBigIntegers(argumentsJson)) return { ...message, argumentsJson };
  return {
    ...message,
    arguments: parseBigIntegers(argumentsJson) as unknown[],
    argumentsJson,
    hasBigIntegers: true,
  };
}

function fromMessagePack(body: Buffer): Invocation {
  const members = toLowerCase(Object.entries(decodeMap(body)));
  return withJson(toInvocation(members.get('target'), members.get('arguments')));
}

/** 64-bit integers are bigint here, see `decodeMap`. */
function withJson(message: Invocation): Invocation {
  return { ...message, argumentsJson: toJson(message.arguments), hasBigIntegers: true };
}

/** Clients whose protocol is not in the map get the message in their own protocol. */
function fromEncoded(body: Buffer): OutgoingMessage<Invocation> {
  const encoded = new Map<HubProtocol, EncodedMessage>();
  let message: Invocation | undefined;
  for (const [name, bytes] of Object.entries(decodeMap(body))) {
    const protocol = [jsonHubProtocol, messagePackHubProtocol].find((known) => known.name === name);
    if (!protocol) continue;
    if (!(bytes instanceof Uint8Array)) throw bad(`its entry ${name} holds no bytes`);
    const framed = Buffer.from(bytes);
    message = readFramed(framed, protocol);
    encoded.set(protocol, encodeBytes(framed, protocol.transferFormat));
  }
  if (!message) throw bad('it has an entry neither for json nor for messagepack');
  return new OutgoingMessage(message, encoded);
}

function readFramed(framed: Buffer, protocol: HubProtocol): Invocation {
  const brokenError = () => bad(`its entry ${protocol.name} is no single framed invocation`);
  try {
    const frame = protocol.frame(framed, 0);
    if (frame?.next !== framed.length) throw brokenError();
    const payload = framed.subarray(frame.start, frame.end);
    if (protocol.parse(payload).kind !== 'invocation') throw brokenError();
    if (protocol === jsonHubProtocol) return fromJson(payload);
    const message = decodeBounded(payload, { useBigInt64: true }) as unknown[];
    return withJson(toInvocation(message[3], message[4]));
  } catch (error) {
    throw error instanceof ProtocolError ? brokenError() : error;
  }
}

function toInvocation(target: unknown, args: unknown): Invocation {
  if (typeof target !== 'string' || target === '') throw bad('target is missing or no text');
  const list = args ?? [];
  if (!Array.isArray(list)) throw bad('arguments is no array');
  if (isDeeper(list, MAX_DEPTH)) throw bad(`arguments is nested more than ${MAX_DEPTH} deep`);
  return { kind: 'invocation', target, arguments: list };
}

function decodeText(body: Buffer): string {
  try {
    return utf8.decode(body);
  } catch {
    throw bad('it is no JSON: its bytes are no UTF-8');
  }
}

function parseJson(json: string): object {
  try {
    return toObject(JSON.parse(json), 'JSON object');
  } catch (error) {
    if (error instanceof HttpError) throw error;
    throw bad(`it is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function decodeMap(body: Buffer): object {
  try {
    return toObject(decodeBounded(body, { useBigInt64: true }), 'MessagePack map');
  } catch (error) {
    if (error instanceof HttpError) throw error;
    throw bad(`it is no MessagePack: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function toObject(value: unknown, kind: string): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw bad(`it is no ${kind}`);
}

function toLowerCase<Value>(
  members: Iterable<readonly [string, Value]>,
): ReadonlyMap<string, Value> {
  return new Map([...members].map(([name, value]) => [name.toLowerCase(), value]));
}

function bad(reason: string): HttpError {
  return new HttpError(
    400,
    'BadRequest',
    `unable to send the message; ${reason}. Send {"target":"name","arguments":[]}.`,
  );
}
