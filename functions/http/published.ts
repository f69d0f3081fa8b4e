// Parses a published body: one message as JSON, or a text whose lines are messages. Text in another encoding than UTF-8 is
// refused. Replacement characters would lose it.

import { isUtf8 } from 'node:buffer';
import type { HttpRequest } from '@azure/functions';
import {
  ChatError,
  lengthOf,
  MAX_ID_LENGTH,
  parseMessageId,
  parseName,
  parseText,
  showsNothing,
} from '../protocol.ts';
import type { Line } from '../room/change.ts';

export type Published =
  | { readonly kind: 'message'; readonly name: string; readonly message: Line }
  | { readonly kind: 'text'; readonly name: string; readonly lines: readonly Line[] };

const DEFAULT_NAME = 'App';
const MAX_BODY_BYTES = 1_048_576;
const MAX_LINES = 1_000;
/** A line's id is `<id>.<line number>`, and a body has no more lines than bytes. */
const MAX_TEXT_ID_LENGTH = MAX_ID_LENGTH - `.${MAX_BODY_BYTES}`.length;

/** Throws ChatError. */
export async function parsePublished(request: HttpRequest): Promise<Published> {
  const bytes = await readBody(request);
  const contentType = request.headers.get('content-type') ?? '';
  const type = contentType.split(';')[0]?.trim().toLowerCase();
  const text = decode(bytes, contentType, type === 'text/plain');
  switch (type) {
    case 'application/json':
      return parseJson(text);
    case 'text/plain':
      return parsePlain(text, request.query);
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

/** A byte-order mark names the encoding and is no part of the text. PowerShell 5.1 writes UTF-16 with one. */
const MARKS = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
] as const;

function decode(bytes: Buffer, contentType: string, hasLines: boolean): string {
  const [encoding = 'utf-8'] =
    MARKS.find(([, mark]) => mark.every((byte, at) => bytes[at] === byte)) ?? [];
  if (encoding === 'utf-8') checkCharset(contentType);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw notText(bytes, encoding, hasLines);
  }
}

/** ASCII is valid UTF-8. */
function checkCharset(contentType: string): void {
  const [, charset = 'utf-8'] = /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(contentType) ?? [];
  if (!['utf-8', 'utf8', 'us-ascii', 'ascii'].includes(charset.toLowerCase())) {
    throw badRequest(`its charset is ${charset.slice(0, 40) || 'empty'}`, 'Send it as UTF-8');
  }
}

/** The error names the line. In UTF-8 the byte of a line break has no other meaning. */
function notText(bytes: Buffer, encoding: string, hasLines: boolean): ChatError {
  const error = badRequest(`it is no ${encoding.toUpperCase()}`, 'Send it as UTF-8');
  if (encoding !== 'utf-8' || !hasLines) return error;
  const lines = bytes.toString('latin1').split('\n');
  const number = 1 + lines.findIndex((line) => !isUtf8(Buffer.from(line, 'latin1')));
  return new ChatError(error.code, `line ${number}: ${error.message}`);
}

function parseJson(body: string): Published {
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
    kind: 'message',
    name: parseName(name ?? DEFAULT_NAME),
    message: { text: parseLogText(text), id: parseMessageId(id ?? crypto.randomUUID()) },
  };
}

/** One message per line, without lines that show nothing. With `?id=` the lines' ids are `<id>.<line number>`. */
function parsePlain(body: string, query: URLSearchParams): Published {
  const name = parseName(query.get('name') ?? DEFAULT_NAME);
  const id = parseTextId(query.get('id') ?? crypto.randomUUID());
  const lines = body
    .split('\n')
    .map((line, index) => ({ text: lastState(line), number: index + 1 }))
    .filter(({ text }) => text !== '')
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
  return { kind: 'text', name, lines };
}

/** A text that the page shows as a log, so that its control sequences are invisible. Throws `bad_text`. */
function parseLogText(value: unknown): string {
  const text = parseText(value);
  if (isBlank(text)) {
    const reason = 'its text has only control sequences';
    throw new ChatError('bad_text', `unable to publish; ${reason}. Write something.`);
  }
  return text;
}

/** The last visible state of a line. After `\r` a line begins anew, as in a progress bar. Empty if nothing is visible. */
function lastState(line: string): string {
  return line.split('\r').findLast((state) => !isBlank(state)) ?? '';
}

// Control sequences and operating system commands of ECMA-48. No character is read twice.
const CONTROL_SEQUENCE = String.raw`\u001b\[[0-?]*[ -/]*[@-~]`;
const SYSTEM_COMMAND = String.raw`\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?`;
const SEQUENCE = new RegExp(`${CONTROL_SEQUENCE}|${SYSTEM_COMMAND}`, 'g');

function isBlank(text: string): boolean {
  return showsNothing(text.replace(SEQUENCE, ''));
}

function parseTextId(id: string): string {
  const length = lengthOf(id);
  if (length > MAX_TEXT_ID_LENGTH) {
    throw new ChatError(
      'bad_id',
      `unable to publish; the id has ${length} characters, the limit is ${MAX_TEXT_ID_LENGTH}, as each line is stored under <id>.<line number>. Shorten it.`,
    );
  }
  return parseMessageId(id);
}

function badRequest(reason: string, remedy: string): ChatError {
  return new ChatError('bad_request', `unable to publish; ${reason}. ${remedy}.`);
}
