// From chunks of bytes to batches of lines: a batch goes as soon as it is full, or its first line has waited long
// enough. No more than one chunk is read ahead, so whoever takes batches slowly slows down whoever writes.

import { MAX_TEXT_LENGTH } from '../../functions/protocol.ts';

export interface Limits {
  readonly lines: number;
  /** UTF-8, line breaks included. */
  readonly bytes: number;
  /** How long a line may wait for company. */
  readonly waitMs: number;
}

export interface LineBatch {
  /** The number of its first line, from 1. */
  readonly first: number;
  readonly lines: readonly string[];
}

export async function* toBatches(
  chunks: AsyncIterable<Uint8Array>,
  limits: Limits,
  sleep: (ms: number) => Promise<void>,
): AsyncGenerator<LineBatch> {
  const reader = toLines(chunks)[Symbol.asyncIterator]();
  let waiting: string[] = [];
  let first = 1;
  const take = (count: number): LineBatch => {
    const batch = { first, lines: waiting.slice(0, count) };
    waiting = waiting.slice(count);
    first += count;
    return batch;
  };
  let next = reader.next();
  let deadline: Promise<'late'> | undefined;
  for (;;) {
    const count = fitting(waiting, limits);
    if (count < waiting.length || count === limits.lines) {
      yield take(count);
      continue;
    }
    if (waiting.length > 0) deadline ??= sleep(limits.waitMs).then(() => 'late');
    const come = await (deadline === undefined ? next : Promise.race([next, deadline]));
    if (come === 'late') {
      deadline = undefined;
      if (waiting.length > 0) yield take(waiting.length);
      continue;
    }
    if (come.done) break;
    waiting = waiting.concat(come.value);
    next = reader.next();
  }
  while (waiting.length > 0) yield take(fitting(waiting, limits));
}

/** How many of the lines go into one batch; one always does. */
function fitting(lines: readonly string[], limits: Limits): number {
  let bytes = 0;
  const most = Math.min(lines.length, limits.lines);
  for (let count = 0; count < most; count += 1) {
    bytes += Buffer.byteLength(lines[count] ?? '') + 1;
    if (bytes > limits.bytes) return Math.max(1, count);
  }
  return most;
}

/** Lines with text in them, each short enough for a message: what is longer goes in parts. */
async function* toLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const text = rest + decoder.decode(chunk, { stream: true });
    // A \r may be the first half of \r\n.
    const end = text.endsWith('\r') ? text.length - 1 : text.length;
    const lines = text.slice(0, end).split(LINE_BREAK).flatMap(cut);
    rest = (lines.pop() ?? '') + text.slice(end);
    const withText = lines.filter(isNotBlank);
    if (withText.length > 0) yield withText;
  }
  const last = (rest + decoder.decode()).split(LINE_BREAK).flatMap(cut).filter(isNotBlank);
  if (last.length > 0) yield last;
}

/** As the function splits a text. */
const LINE_BREAK = /\r\n?|\n/;

function cut(line: string): string[] {
  if (line.length <= MAX_TEXT_LENGTH) return [line];
  const characters = [...line];
  const parts: string[] = [];
  for (let start = 0; start < characters.length; start += MAX_TEXT_LENGTH) {
    parts.push(characters.slice(start, start + MAX_TEXT_LENGTH).join(''));
  }
  return parts;
}

function isNotBlank(line: string): boolean {
  return line.trim() !== '';
}
