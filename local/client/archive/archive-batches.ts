// Reads the file of an export and groups its lines into requests. At most one request's lines are in memory. Every line is
// checked before it is given away.

import { isUtf8 } from 'node:buffer';
import type { ArchivedRoom } from '../../../functions/protocol.ts';
import {
  parseArchivedBan,
  parseArchivedRoom,
  parseEnd,
  parseFormat,
  parseMessage,
} from '../api/answers.ts';
import { CheckedLines, VERSION } from './archive-lines.ts';

/** Lines of one room. */
export interface ArchiveBatch {
  readonly facts: ArchivedRoom;
  /** The body of the request. */
  readonly lines: readonly string[];
  readonly messages: number;
  /** The number of the last message of the room before these. */
  readonly after: number;
  /** Whether lines of the same room follow. */
  readonly hasMore: boolean;
  /** Numbers in the file, from 1. */
  readonly firstLine: number;
  readonly lastLine: number;
}

/** The input is not a whole export. All batches before it have been given away. */
export class ArchiveError extends Error {}

/** Below the limit of the function, 1 MiB. */
const MOST_BYTES = 900_000;
const MOST_LINES = 1_000;
/** No request can carry a longer one. A message with 2,000 reactions of accounts has more than 100,000 bytes. */
const LONGEST_LINE = MOST_BYTES;

/** @throws ArchiveError, or what the chunks throw */
export async function* toBatches(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ArchiveBatch> {
  const checked = new CheckedLines();
  let batch: Batch | undefined;
  let count = 0;
  let isEnded = false;
  for await (const line of splitLines(chunks)) {
    count += 1;
    if (isEnded) throw damaged(count, 'comes after the end of the export');
    const json = checked.open(line);
    if (count === 1) {
      checkFormat(json, line);
      continue;
    }
    if (json === undefined) {
      throw damaged(
        count,
        'is not what export wrote there: it was changed, or lines ahead of it are missing or changed',
      );
    }
    const facts = parseArchivedRoom(json);
    if (facts || parseEnd(json)) {
      if (batch) yield batch.close(false);
      batch = facts && new Batch(facts, json, count);
      isEnded = facts === undefined;
      continue;
    }
    const seq = parseMessage(json)?.seq;
    if (!batch || (seq === undefined && !parseArchivedBan(json))) {
      throw damaged(
        count,
        'is not known to this command. Use the command line of the version that wrote it',
      );
    }
    if (batch.isFull(json)) {
      yield batch.close(true);
      batch = batch.next(count);
    }
    batch.add(json, seq, count);
  }
  if (isEnded) return;
  if (count === 0)
    throw new ArchiveError('unable to import; the input is empty. Give what export --all wrote.');
  throw new ArchiveError(
    `unable to import; the input ends after line ${count}, and the end of the export is missing. Take a whole copy of the file, or finish the export.`,
  );
}

class Batch {
  readonly #facts: ArchivedRoom;
  readonly #factsJson: string;
  readonly #after: number;
  readonly #firstLine: number;
  #lines: string[];
  #bytes: number;
  #messages = 0;
  #last: number;
  #lastLine: number;

  constructor(facts: ArchivedRoom, json: string, line: number, after = facts.first - 1) {
    this.#facts = facts;
    this.#factsJson = json;
    this.#after = after;
    this.#last = after;
    this.#firstLine = line;
    this.#lastLine = line;
    this.#lines = [json];
    this.#bytes = Buffer.byteLength(json) + 1;
  }

  isFull(json: string): boolean {
    const bytes = this.#bytes + Buffer.byteLength(json) + 1;
    return this.#lines.length > MOST_LINES || (bytes > MOST_BYTES && this.#lines.length > 1);
  }

  add(json: string, seq: number | undefined, line: number): void {
    this.#lines.push(json);
    this.#bytes += Buffer.byteLength(json) + 1;
    this.#lastLine = line;
    if (seq === undefined) return;
    this.#messages += 1;
    this.#last = seq;
  }

  next(line: number): Batch {
    return new Batch(this.#facts, this.#factsJson, line, this.#last);
  }

  close(hasMore: boolean): ArchiveBatch {
    return {
      facts: this.#facts,
      lines: this.#lines,
      messages: this.#messages,
      after: this.#after,
      hasMore,
      firstLine: this.#firstLine,
      lastLine: this.#lastLine,
    };
  }
}

function checkFormat(json: string | undefined, line: string): void {
  const format = json === undefined ? undefined : parseFormat(json);
  if (format && format.version > VERSION) {
    throw new ArchiveError(
      `unable to import; the input has version ${format.version} of the format, and this command knows ${VERSION}. Use the command line of the version that wrote it.`,
    );
  }
  if (format) return;
  const isOfOneRoom = parseMessage(line) !== undefined;
  const what = isOfOneRoom
    ? 'it has the messages of one room, and no more'
    : 'line 1 is not the first line of an export';
  throw new ArchiveError(`unable to import; ${what}. Give what export --all wrote.`);
}

function damaged(line: number, reason: string): ArchiveError {
  return new ArchiveError(
    `unable to import; line ${line} of the input ${reason}. Take another copy of the file.`,
  );
}

/** Lines without their break. The last one may lack it. */
async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  let count = 0;
  const decode = (bytes: Buffer): string => {
    count += 1;
    if (!isUtf8(bytes)) throw damaged(count, 'is not UTF-8');
    return bytes.toString('utf8').replace(/\r$/, '');
  };
  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
      const line = rest.subarray(0, end);
      rest = rest.subarray(end + 1);
      yield decode(line);
    }
    if (rest.length > LONGEST_LINE) throw damaged(count + 1, 'does not end');
  }
  if (rest.length > 0) yield decode(rest);
}
