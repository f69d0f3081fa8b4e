// Somebody without a connection, a server or a build, puts messages into a room.

import { isUtf8 } from 'node:buffer';
import type { HttpRequest } from '@azure/functions';
import type { Chat } from '../chat.ts';
import { keptOut } from '../kept-out.ts';
import {
  ChatError,
  type Events,
  lengthOf,
  MAX_ID_LENGTH,
  PUBLISHER,
  parseMessageId,
  parseName,
  parseRoom,
  parseText,
} from '../protocol.ts';
import { type Line, MOST_LINES } from '../room/change.ts';
import { toRoomTogether } from '../service/bindings.ts';
import { type HttpAnswer, toErrorAnswer } from './http-function.ts';

const DEFAULT_NAME = 'App';
const MAX_BODY_BYTES = 1_048_576;
const MAX_LINES = 1_000;
/** A line's id is `<id>.<line number>`, and a body has no more lines than bytes. */
const MAX_BATCH_ID_LENGTH = MAX_ID_LENGTH - `.${MAX_BODY_BYTES}`.length;
const LINE_BREAK = /\r\n?|\n/;

export async function publish(request: HttpRequest, { rooms }: Chat): Promise<HttpAnswer> {
  const room = parseRoom(request.params.room);
  const { name, lines } = await parseBody(request);
  const told: Events[] = [];
  let seq = 0;
  let messages = 0;
  const answer: HttpAnswer = await storeAll().catch((error) => {
    if (messages === 0) throw error;
    return toErrorAnswer(error);
  });
  return {
    ...answer,
    about: { room, user: PUBLISHER, seq, messages },
    // Also where it went wrong on the way: what was stored until then is told.
    actions: toRoomTogether(room, told),
  };

  /** One part after the other: after one that failed none is stored, so that the same text sent again keeps its order. */
  async function storeAll(): Promise<HttpAnswer> {
    for (const part of inTransactions(lines)) {
      const change = { kind: 'publish', userId: PUBLISHER, name, lines: part } as const;
      const { outcome, tell } = await rooms.submit(room, change);
      if (outcome.kind !== 'stored') throw keptOut(outcome);
      told.push(...tell);
      seq = outcome.seq;
      messages += part.length;
    }
    return { status: 202, jsonBody: { seq } };
  }
}

/** As many lines as a transaction has space for, each time: the same lines, sent again, get the same parts. */
function inTransactions(lines: readonly Line[]): [Line, ...Line[]][] {
  const parts: [Line, ...Line[]][] = [];
  for (let start = 0; start < lines.length; start += MOST_LINES) {
    const [first, ...others] = lines.slice(start, start + MOST_LINES);
    if (first) parts.push([first, ...others]);
  }
  return parts;
}

async function parseBody(request: HttpRequest): Promise<{ name: string; lines: Line[] }> {
  const bytes = await readBody(request);
  const contentType = request.headers.get('content-type') ?? '';
  checkCharset(contentType);
  const type = contentType.split(';')[0]?.trim().toLowerCase();
  switch (type) {
    case 'application/json':
      return parseJson(bytes);
    case 'text/plain':
      return parsePlain(bytes, request.query);
    default:
      throw badRequest(
        `its content type is ${type || 'missing'}`,
        'Use application/json or text/plain',
      );
  }
}

async function readBody(request: HttpRequest): Promise<Buffer> {
  const bytes = Buffer.from(await request.arrayBuffer());
  if (bytes.length > MAX_BODY_BYTES) {
    throw new ChatError(
      'too_large',
      `unable to publish; the body has ${bytes.length} bytes, the limit is ${MAX_BODY_BYTES}. Send it in parts.`,
    );
  }
  return bytes;
}

/** ASCII is UTF-8 as it stands. */
function checkCharset(contentType: string): void {
  const [, charset = 'utf-8'] = /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(contentType) ?? [];
  if (!['utf-8', 'utf8', 'us-ascii', 'ascii'].includes(charset.toLowerCase())) {
    throw badRequest(`its charset is ${charset.slice(0, 40) || 'empty'}`, 'Send it as UTF-8');
  }
}

function parseJson(body: Buffer): { name: string; lines: Line[] } {
  // Refused, not replaced: nobody could tell afterwards what it was.
  if (!isUtf8(body)) throw badRequest('its body is no UTF-8', 'Send it as UTF-8');
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw badRequest(`its body is no JSON (${String(error)})`, 'Correct it');
  }
  if (typeof value !== 'object' || value === null) {
    throw badRequest('its body is no JSON object', 'Send {"text": …}');
  }
  const { text, name, id } = value as Record<string, unknown>;
  return {
    name: parseName(name ?? DEFAULT_NAME),
    lines: [{ text: parseText(text), id: parseMessageId(id ?? crypto.randomUUID()) }],
  };
}

/** One message a line, blank ones left out. With `?id=` the lines' ids are `<id>.<line number>`. */
function parsePlain(body: Buffer, query: URLSearchParams): { name: string; lines: Line[] } {
  const name = parseName(query.get('name') ?? DEFAULT_NAME);
  const id = parseBatchId(query.get('id') ?? crypto.randomUUID());
  if (!isUtf8(body)) throw notUtf8(body);
  const lines = body
    .toString('utf8')
    .split(LINE_BREAK)
    .map((text, index) => ({ text, number: index + 1 }))
    .filter(({ text }) => text.trim() !== '')
    .map(({ text, number }) => {
      try {
        return { text: parseText(text), id: parseMessageId(`${id}.${number}`) };
      } catch (error) {
        if (!(error instanceof ChatError)) throw error;
        throw new ChatError(error.code, `line ${number}: ${error.message}`);
      }
    });
  if (lines.length === 0) throw badRequest('it has no line with text', 'Send at least one');
  if (lines.length > MAX_LINES) {
    throw new ChatError(
      'too_large',
      `unable to publish; there are ${lines.length} lines, the limit is ${MAX_LINES}. Send them in parts.`,
    );
  }
  return { name, lines };
}

function parseBatchId(id: string): string {
  const length = lengthOf(id);
  if (length > MAX_BATCH_ID_LENGTH) {
    throw new ChatError(
      'bad_id',
      `unable to publish; the id has ${length} characters, the limit is ${MAX_BATCH_ID_LENGTH}, as each line is stored under <id>.<line number>. Shorten it.`,
    );
  }
  return parseMessageId(id);
}

/** Names the line: in UTF-8 the bytes of a line break stand for nothing else. */
function notUtf8(body: Buffer): ChatError {
  const lines = body.toString('latin1').split(LINE_BREAK);
  const number = 1 + lines.findIndex((line) => !isUtf8(Buffer.from(line, 'latin1')));
  const { code, message } = badRequest('it is no UTF-8', 'Send it as UTF-8');
  return new ChatError(code, `line ${number}: ${message}`);
}

function badRequest(reason: string, remedy: string): ChatError {
  return new ChatError('bad_request', `unable to publish; ${reason}. ${remedy}.`);
}
