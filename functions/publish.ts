// Somebody without a connection, a server or a build, puts messages into a room.

import type { HttpRequest } from '@azure/functions';
import { toRoom } from './bindings.ts';
import { type Line, MOST_LINES } from './change.ts';
import type { Chat } from './chat.ts';
import { mergeEvents, toFrames } from './frames.ts';
import { type HttpAnswer, toErrorAnswer } from './http-function.ts';
import { keptOut } from './kept-out.ts';
import {
  ChatError,
  type Events,
  PUBLISHER,
  parseMessageId,
  parseName,
  parseRoom,
  parseText,
} from './protocol.ts';

const DEFAULT_NAME = 'App';
const MAX_BODY_BYTES = 1_048_576;
const MAX_LINES = 1_000;

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
  // Also where it went wrong on the way: what was stored until then is told.
  const events = mergeEvents(told);
  return {
    ...answer,
    about: { room, user: PUBLISHER, seq, messages },
    actions: events ? toFrames(events).map((frame) => toRoom(room, frame)) : [],
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
  const body = await readBody(request);
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  switch (type) {
    case 'application/json':
      return parseJson(body);
    case 'text/plain':
      return parsePlain(body, request.query);
    default:
      throw badRequest(
        `its content type is ${type ?? 'missing'}`,
        'Use application/json or text/plain',
      );
  }
}

async function readBody(request: HttpRequest): Promise<string> {
  const bytes = Buffer.from(await request.arrayBuffer());
  if (bytes.length > MAX_BODY_BYTES) {
    throw new ChatError(
      'too_large',
      `unable to publish; the body has ${bytes.length} bytes, the limit is ${MAX_BODY_BYTES}. Send it in parts.`,
    );
  }
  return bytes.toString('utf8');
}

function parseJson(body: string): { name: string; lines: Line[] } {
  let value: unknown;
  try {
    value = JSON.parse(body);
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
function parsePlain(body: string, query: URLSearchParams): { name: string; lines: Line[] } {
  const name = parseName(query.get('name') ?? DEFAULT_NAME);
  const id = query.get('id') ?? crypto.randomUUID();
  const lines = body
    .split(/\r\n?|\n/)
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

function badRequest(reason: string, remedy: string): ChatError {
  return new ChatError('bad_request', `unable to publish; ${reason}. ${remedy}.`);
}
