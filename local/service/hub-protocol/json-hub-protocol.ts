// The JSON hub protocol: UTF-8 text, with a record separator after each message.

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
import { rawMembers } from './json-members.ts';

const RECORD_SEPARATOR = 0x1e;
const SEPARATOR_TEXT = '\x1e';

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

/** Parses one JSON object. Undefined for anything else. */
export function parseJsonObject(bytes: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(utf8.decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function parse(payload: Buffer): ClientMessage {
  const message = parseJsonObject(payload);
  // The official emulator's text, which `disconnected` functions get.
  if (!message) throw new ProtocolError('Error reading JSON.');
  const { type } = message;
  if (typeof type !== 'number') {
    throw new ProtocolError('unable to read message; its type is no number. Send a type.');
  }
  switch (type) {
    case 1:
      return toInvocation(message.target, message.invocationId, message.arguments, payload);
    case 3:
      return toClientCompletion(message.invocationId, toAnswer(message, payload));
    case 4:
      return toStreamInvocation(message.invocationId);
    case 6:
      return { kind: 'ping' };
    case 7:
      return { kind: 'close' };
    default:
      return { kind: 'ignored', type };
  }
}

function toAnswer({ error }: Record<string, unknown>, payload: Buffer): ClientAnswer {
  if (error !== undefined && error !== null) return { ok: false, error: String(error) };
  return { ok: true, json: rawMembers(utf8.decode(payload)).get('result') ?? 'null' };
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
  const message = parseJsonObject(body.subarray(frame.start, frame.end));
  return (
    message !== undefined &&
    message.type === 3 &&
    message.invocationId === invocationId &&
    !('result' in message && message.error !== undefined && message.error !== null)
  );
}
