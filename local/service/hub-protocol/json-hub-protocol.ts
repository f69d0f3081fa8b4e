// The JSON hub protocol: UTF-8 text, with a record separator after each message.

import {
  type ClientAnswer,
  type ClientMessage,
  type Frame,
  type HubProtocol,
  ProtocolError,
  type ServiceMessage,
} from './hub-protocol.ts';
import { rawMembers } from './json-members.ts';
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

const RECORD_SEPARATOR = 0x1e;
const SEPARATOR_TEXT = '\x1e';

/** Maximum depth of JSON in .NET's readers, and so in the service. */
export const MAX_DEPTH = 64;
/** A whole number in JSON, without fraction and exponent. */
export const WHOLE_NUMBER = /^-?\d+$/;
/** How the clients that we know write the type: as the first member, the last one, or the only one. */
const USUAL_TYPES = Array.from({ length: 10 }, (_, type) => ({
  first: `{"type":${type},`,
  last: `,"type":${type}}`,
  only: `{"type":${type}}`,
}));

const utf8 = new TextDecoder('utf-8', { fatal: true });

export const jsonHubProtocol: HubProtocol = {
  name: 'json',
  transferFormat: 'Text',
  contentType: 'application/json',
  frame: frameRecord,
  parse,
  encode: (message) => Buffer.from(toText(message) + SEPARATOR_TEXT),
  isCompletion,
};

/** See `HubProtocol.frame`. */
export function frameRecord(bytes: Buffer, searched: number): Frame | undefined {
  const end = bytes.indexOf(RECORD_SEPARATOR, searched);
  return end < 0 ? undefined : { start: 0, end, next: end + 1 };
}

/** The text of one JSON object, and the object. Undefined for anything else. */
export function parseJsonObject(
  bytes: Buffer,
): { readonly text: string; readonly members: Record<string, unknown> } | undefined {
  try {
    const text = utf8.decode(bytes);
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? { text, members: value as Record<string, unknown> }
      : undefined;
  } catch {
    return undefined;
  }
}

function parse(payload: Buffer): ClientMessage {
  const parsed = parseJsonObject(payload);
  // The official emulator's text, which `disconnected` functions get.
  if (!parsed || isTooDeep(parsed.members, payload.length)) {
    throw new ProtocolError('Error reading JSON.');
  }
  const { text, members: message } = parsed;
  checkMembers(message);
  const type = toMessageType(message.type);
  if (!hasWholeType(text, type))
    throw wrong('message', 'its type has a fraction. Send a whole number.');
  switch (type) {
    case 1: {
      const target = requireTarget(message.target, 'invocation');
      checkArguments(message.arguments, 'invocation');
      return {
        kind: 'invocation',
        target,
        invocationId: toInvocationId(message.invocationId),
        hasStreams: toHasStreams(message.streamIds),
        payload,
      };
    }
    case 2:
      requireInvocationId(message.invocationId, 'stream item');
      if (message.item === undefined) throw wrong('stream item', 'it has no item. Send one.');
      return { kind: 'ignored', type };
    case 3:
      return {
        kind: 'completion',
        invocationId: requireInvocationId(message.invocationId, 'completion'),
        answer: toAnswer(message, text),
      };
    case 4:
      requireTarget(message.target, 'stream invocation');
      checkArguments(message.arguments, 'stream invocation');
      return {
        kind: 'streamInvocation',
        invocationId: requireInvocationId(message.invocationId, 'stream invocation'),
      };
    case 5:
      requireInvocationId(message.invocationId, 'cancellation');
      return { kind: 'ignored', type };
    case 6:
      return { kind: 'ping' };
    case 7:
      return { kind: 'close' };
    case 8:
    case 9:
      checkSequenceId(message.sequenceId);
      return { kind: 'ignored', type };
    default:
      return { kind: 'ignored', type };
  }
}

/** A known member has its own type in a message of any type. ASP.NET Core reads it before it knows the message's type. */
function checkMembers(message: Record<string, unknown>): void {
  // The members that are there: looking for all that may be there costs more than the rest of the parsing.
  for (const name in message) {
    const value = message[name];
    switch (name) {
      case 'invocationId':
        if (value !== undefined) toInvocationId(value);
        break;
      case 'target':
        if (typeof value !== 'string') requireTarget(value, 'message');
        break;
      case 'arguments':
        checkArguments(value, 'message');
        break;
      case 'headers':
        checkHeaders(value);
        break;
      case 'streamIds':
        toHasStreams(value);
        break;
      case 'error':
        checkError(value);
        break;
      case 'allowReconnect':
        checkAllowReconnect(value);
        break;
      case 'sequenceId':
        if (value !== null) checkSequenceId(value);
        break;
    }
  }
}

/** JSON.parse takes 1.0 and 1e0 for 1, and .NET does not. */
function hasWholeType(text: string, type: number): boolean {
  const usual = USUAL_TYPES[type];
  if (usual && (text.startsWith(usual.first) || text.endsWith(usual.last))) return true;
  if (text === usual?.only) return true;
  return WHOLE_NUMBER.test(rawMembers(text).get('type') ?? '');
}

function isTooDeep(message: object, bytes: number): boolean {
  // Each level has two brackets.
  return bytes > 2 * MAX_DEPTH && isDeeper(message, MAX_DEPTH);
}

/** Whether the value has more than `depth` levels of objects and arrays. */
export function isDeeper(value: object, depth: number): boolean {
  if (depth === 0) return true;
  if (Array.isArray(value)) return hasDeeperItem(value, depth - 1);
  if (value instanceof Uint8Array) return false;
  const record = value as Readonly<Record<string, unknown>>;
  // Object.values would make an array for each object.
  for (const key in record) {
    const item = record[key];
    if (typeof item === 'object' && item !== null && isDeeper(item, depth - 1)) return true;
  }
  return false;
}

function hasDeeperItem(items: readonly unknown[], depth: number): boolean {
  for (const item of items) {
    if (typeof item === 'object' && item !== null && isDeeper(item, depth)) return true;
  }
  return false;
}

function toAnswer(message: Record<string, unknown>, text: string): ClientAnswer {
  const { error } = message;
  if (error === undefined) return { ok: true, json: rawMembers(text).get('result') ?? 'null' };
  if (message.result !== undefined) {
    throw wrong('completion', 'it has a result and an error. Send one of them.');
  }
  checkError(error);
  return { ok: false, error };
}

function toText(message: ServiceMessage): string {
  switch (message.kind) {
    case 'invocation': {
      const { invocationId, target } = message;
      const head = JSON.stringify({ type: 1, invocationId, target });
      const args = message.argumentsJson ?? JSON.stringify(message.arguments);
      return `${head.slice(0, -1)},"arguments":${args}}`;
    }
    case 'completion': {
      const { invocationId, error } = message;
      return JSON.stringify({ type: 3, invocationId, error });
    }
    case 'ping':
      return JSON.stringify({ type: 6 });
    case 'close': {
      const { error, allowReconnect } = message;
      return JSON.stringify({ type: 7, error, allowReconnect });
    }
  }
}

function isCompletion(body: Buffer, invocationId: string): boolean {
  const frame = frameRecord(body, 0);
  if (!frame || frame.next !== body.length) return false;
  const message = parseJsonObject(body.subarray(frame.start, frame.end))?.members;
  return (
    message !== undefined &&
    message.type === 3 &&
    message.invocationId === invocationId &&
    !('result' in message && message.error !== undefined && message.error !== null)
  );
}
