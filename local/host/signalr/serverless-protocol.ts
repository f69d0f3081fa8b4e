// The messages of the service's upstream requests and answers, in the hub protocol: requests are unframed, answers are framed.
// Source: Azure/azure-signalr, Microsoft.Azure.SignalR.Serverless.Protocols.

import { encode } from '@msgpack/msgpack';
import { decodeBounded } from '../../messagepack-decoding.ts';
import { asNewtonsoftReads } from './newtonsoft.ts';

export type UpstreamFormat = 'json' | 'messagepack';

export interface UpstreamInvocation {
  /** Present if the caller waits for an answer. */
  readonly invocationId: string | undefined;
  readonly target: string;
  readonly arguments: readonly unknown[];
}

export type Completion = { readonly result: unknown } | { readonly error: string };

// Types of hub-protocol messages.
const INVOCATION = 1;
const COMPLETION = 3;
const CLOSE_CONNECTION = 11;

const RECORD_SEPARATOR = '\u001e';

/** Throws for a body that is no invocation. An empty invocation id means that no answer is expected. */
export function parseInvocation(body: Uint8Array, format: UpstreamFormat): UpstreamInvocation {
  const [type, invocationId, target, list] =
    format === 'json' ? readJsonInvocation(body) : readMessagePackInvocation(body);
  if (type !== INVOCATION || typeof target !== 'string' || !Array.isArray(list)) {
    throw unreadable('it is no invocation message');
  }
  const isAwaited = typeof invocationId === 'string' && invocationId !== '';
  return { invocationId: isAwaited ? invocationId : undefined, target, arguments: list };
}

/** Why a connection ended. Null if it ended without an error. */
export function parseCloseError(body: Uint8Array, format: UpstreamFormat): string | null {
  if (format === 'messagepack') throw unreadable('a close message comes as JSON');
  const message = readJson(body);
  if (message.get('type') !== CLOSE_CONNECTION) throw unreadable('it is no close message');
  const error = message.get('error');
  return typeof error === 'string' ? error : null;
}

/** The framed answer to an invocation: JSON ends with 0x1E, MessagePack begins with its length. */
export function writeCompletion(
  invocationId: string,
  completion: Completion,
  format: UpstreamFormat,
): Uint8Array {
  return format === 'json'
    ? writeJsonCompletion(invocationId, completion)
    : writeMessagePackCompletion(invocationId, completion);
}

function writeJsonCompletion(invocationId: string, completion: Completion): Uint8Array {
  const outcome =
    'error' in completion
      ? { error: completion.error }
      : { result: bytesAsBase64(completion.result) ?? null };
  const message = { type: COMPLETION, invocationId, ...outcome };
  return Buffer.from(JSON.stringify(message) + RECORD_SEPARATOR);
}

function writeMessagePackCompletion(invocationId: string, completion: Completion): Uint8Array {
  // Result kinds of the hub protocol: 1 an error, 2 nothing, 3 a value.
  const outcome = 'error' in completion ? [1, completion.error] : [3, completion.result ?? null];
  const payload = encode([COMPLETION, {}, invocationId, ...outcome]);
  return Buffer.concat([toVarInt(payload.length), payload]);
}

/** Seven bits per byte, the lowest first. The eighth bit says that more bytes follow. */
function toVarInt(length: number): Uint8Array {
  const bytes: number[] = [];
  let rest = length;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  return Uint8Array.from([...bytes, rest]);
}

function bytesAsBase64(value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
}

function readJsonInvocation(body: Uint8Array): unknown[] {
  const message = readJson(body);
  return ['type', 'invocationid', 'target', 'arguments'].map((name) => message.get(name));
}

/** The members of a JSON object by lower-case name, because the official emulator writes some names in capitals. */
function readJson(body: Uint8Array): ReadonlyMap<string, unknown> {
  let value: unknown;
  try {
    value = asNewtonsoftReads(JSON.parse(Buffer.from(body).toString()));
  } catch (error) {
    throw unreadable(`its JSON cannot be read (${(error as Error).message})`);
  }
  if (typeof value !== 'object' || value === null) throw unreadable('it is no JSON object');
  return new Map(Object.entries(value).map(([name, member]) => [name.toLowerCase(), member]));
}

/** `[type, headers, invocationId, target, arguments, streamIds]` */
function readMessagePackInvocation(body: Uint8Array): unknown[] {
  let value: unknown;
  try {
    // As in the extension, this runs before the check of the signature. So the bytes are hostile.
    value = decodeBounded(body);
  } catch {
    throw unreadable('it is no MessagePack, or nested too deep');
  }
  if (!Array.isArray(value)) throw unreadable('it is no list');
  const [type, , invocationId, target, list] = value as unknown[];
  return [type, invocationId, target, list];
}

function unreadable(reason: string): Error {
  return new Error(
    `unable to read the upstream message; ${reason}. Send what the SignalR Service sends.`,
  );
}
