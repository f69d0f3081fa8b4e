// Turns the bytes of standard input into lines: decodes them, applies overwriting by `\r`, and splits lines that are too
// long for a message. Bytes that are not text are refused with the number of their line, because replacement loses them.

import { isUtf8 } from 'node:buffer';
import { MAX_TEXT_LENGTH, showsNothing } from '../../../functions/protocol.ts';
import { settledLine } from '../../../web/text/terminal-text.ts';
import { Interrupted } from '../context.ts';

/** The content of one message. */
export interface InputLine {
  /** The line number in the input, from 1. A line that is too long for a message has several of these. */
  readonly number: number;
  readonly text: string;
}

/** Counters of changes to the input. They grow while lines are read. */
export interface InputCounts {
  /** Empty lines, which are left out. */
  blank: number;
  /** Overwritten states of lines, for example of a progress bar. */
  overwritten: number;
  /** Lines that were split. */
  split: number;
}

/** The input is not text, or cannot be read. All lines before it have been returned. */
class InputError extends Error {}

/**
 * @param encoding a label of the Encoding Standard, for an input without a byte-order mark. Default UTF-8
 * @param counts is incremented
 * @throws InputError, or Interrupted if the chunks throw it
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  encoding: string | undefined,
  counts: InputCounts,
): AsyncGenerator<InputLine[]> {
  const lines = new LineCutter(counts);
  let decoder: Decoder | undefined;
  let head: Uint8Array = new Uint8Array(0);
  let failure: string | undefined;
  const decode = (bytes: Uint8Array, isLast: boolean): InputLine[] => {
    head = Buffer.concat([head, bytes]);
    // The longest byte-order mark has three bytes, and UTF-16 is recognisable from four.
    if (!decoder && head.length < 4 && !isLast) return [];
    decoder ??= toDecoder(head, encoding);
    const { text, error } = decoder.decode(head, isLast);
    head = new Uint8Array(0);
    failure = error;
    return lines.add(text, isLast && error === undefined);
  };
  try {
    for await (const chunk of chunks) {
      const ready = decode(chunk, false);
      if (ready.length > 0) yield ready;
      if (failure !== undefined) break;
    }
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    failure = `it cannot be read (${error instanceof Error ? error.message : String(error)})`;
  }
  if (failure === undefined) {
    const ready = decode(new Uint8Array(0), true);
    if (ready.length > 0) yield ready;
  }
  if (failure !== undefined) {
    throw new InputError(`unable to read line ${lines.number} of the input; ${failure}`);
  }
}

interface Decoder {
  /** The text up to the first invalid line, and the error of that line. */
  readonly decode: (bytes: Uint8Array, isLast: boolean) => { text: string; error?: string };
}

/** Recognises the encoding by its byte-order mark, which PowerShell 5.1 writes. */
function toDecoder(head: Uint8Array, encoding: string | undefined): Decoder {
  const startsWith = (...mark: readonly number[]) => mark.every((byte, at) => head[at] === byte);
  if (startsWith(0xff, 0xfe, 0, 0) || startsWith(0, 0, 0xfe, 0xff)) {
    return { decode: () => ({ text: '', error: 'it is UTF-32. Convert it to UTF-8 first.' }) };
  }
  if (startsWith(0xff, 0xfe)) return toOther('utf-16le');
  if (startsWith(0xfe, 0xff)) return toOther('utf-16be');
  if (startsWith(0xef, 0xbb, 0xbf)) return toUtf8();
  if (encoding !== undefined && encoding !== 'utf-8') return toOther(encoding);
  // Latin letters in UTF-16 are valid UTF-8, with a zero byte beside each.
  if (encoding === undefined && head.length >= 4 && (startsWith(0) || head[1] === 0)) {
    const looks = head[0] === 0 ? 'utf-16be' : 'utf-16le';
    const isPairs = [0, 1, 2, 3].every((at) => {
      return (head[at] === 0) === (at % 2 === (looks === 'utf-16be' ? 0 : 1));
    });
    if (isPairs) {
      const error = `it looks like ${looks.toUpperCase()} without a byte-order mark. Give --encoding ${looks}, or convert it to UTF-8 first.`;
      return { decode: () => ({ text: '', error }) };
    }
  }
  return toUtf8();
}

const NOT_UTF8 =
  'it is not UTF-8. Give its encoding, e.g. --encoding windows-1252, or convert it first.';

/** In UTF-8 the byte of a line break has no other meaning, so each line can be checked by itself. */
function toUtf8(): Decoder {
  let rest: Uint8Array = new Uint8Array(0);
  return {
    decode: (bytes, isLast) => {
      const all = Buffer.concat([rest, bytes]);
      const end = isLast ? all.length : all.length - unfinished(all);
      rest = all.subarray(end);
      const whole = all.subarray(0, end);
      if (isUtf8(whole)) return { text: whole.toString('utf8') };
      let good = 0;
      for (;;) {
        const next = whole.indexOf(0x0a, good) + 1;
        if (next === 0 || !isUtf8(whole.subarray(good, next))) break;
        good = next;
      }
      return { text: whole.toString('utf8', 0, good), error: NOT_UTF8 };
    },
  };
}

/** Number of bytes at the end that start an incomplete character. */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0b1100_0000) === 0b1000_0000) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}

/** An encoding that Node supports. The first line with a replacement character has invalid bytes. */
function toOther(encoding: string): Decoder {
  const strict = new TextDecoder(encoding, { fatal: true });
  const lenient = new TextDecoder(encoding);
  return {
    decode: (bytes, isLast) => {
      const text = lenient.decode(bytes, { stream: !isLast });
      try {
        strict.decode(bytes, { stream: !isLast });
        return { text };
      } catch {
        const at = text.indexOf('\ufffd');
        const good = text.slice(0, text.lastIndexOf('\n', at) + 1);
        return { text: good, error: `it is not ${encoding}. Convert it to UTF-8 first.` };
      }
    },
  };
}

/** Maximum length of an unfinished line. Up to this length it may still overwrite itself. */
const LONGEST_WAIT = 4 * MAX_TEXT_LENGTH;
const LONGEST_SEQUENCE = 256;

/** Cuts text into lines. */
class LineCutter {
  readonly #counts: InputCounts;
  #rest = '';
  /** Whether parts of the line in `#rest` were returned. */
  #isContinued = false;
  /** The number of the line in `#rest`, from 1. */
  number = 1;

  constructor(counts: InputCounts) {
    this.#counts = counts;
  }

  add(text: string, isLast: boolean): InputLine[] {
    // Only \n ends a line. After \r the next state of the same line may follow.
    const [first = '', ...others] = text.split('\n');
    const lines: InputLine[] = [];
    this.#rest += first;
    for (const next of others) {
      this.#end(lines);
      this.#rest = next;
    }
    if (isLast && (this.#rest !== '' || this.#isContinued)) this.#end(lines);
    else if (this.#rest.length > LONGEST_WAIT) this.#shorten(lines);
    return lines;
  }

  #end(lines: InputLine[]): void {
    const parts = this.#settle(this.#rest);
    for (const part of parts) lines.push({ number: this.number, text: part });
    if (parts.length > 1 && !this.#isContinued) this.#counts.split += 1;
    const isBlank = parts.length === 0 && !this.#isContinued;
    if (isBlank) this.#counts.blank += 1;
    this.#rest = '';
    this.#isContinued = false;
    this.number += 1;
  }

  #shorten(lines: InputLine[]): void {
    const end = this.#settledEnd();
    const parts = this.#settle(this.#rest.slice(0, end));
    this.#rest = (parts.pop() ?? '') + this.#rest.slice(end);
    if (parts.length === 0) return;
    if (!this.#isContinued) this.#counts.split += 1;
    this.#isContinued = true;
    for (const part of parts) lines.push({ number: this.number, text: part });
  }

  /** The position up to which the text is final. What follows may overwrite the rest, or end a sequence. */
  #settledEnd(): number {
    const { length } = this.#rest;
    const overwriting = this.#rest.lastIndexOf('\r');
    if (overwriting >= length - MAX_TEXT_LENGTH) return overwriting;
    const sequence = this.#rest.lastIndexOf('\u001b');
    return sequence >= length - LONGEST_SEQUENCE ? sequence : length;
  }

  #settle(line: string): string[] {
    const { text, overwritten } = settledLine(line.replace(/^\ufeff/, ''));
    this.#counts.overwritten += overwritten;
    return isBlank(text) ? [] : toParts(text);
  }
}

/** The only escape sequence in a final line. */
const CODE = String.raw`\u001b\[[\d;:]`;
const COLOURS = `${CODE}{0,64}m`;
const ANY_COLOURS = new RegExp(`${CODE}*m`, 'g');

/** The functions drop such a line too, so the number of published lines is right. */
function isBlank(text: string): boolean {
  return showsNothing(text.replace(ANY_COLOURS, ''));
}

const WHOLE = new RegExp(`${COLOURS}|[^]`, 'gu');

/** Splits a line into parts of at most one message, without splitting a character or a colour sequence. */
function toParts(text: string): string[] {
  if (text.length <= MAX_TEXT_LENGTH) return [text];
  const parts: string[] = [];
  let part = '';
  let length = 0;
  for (const [one] of text.matchAll(WHOLE)) {
    const more = one.length > 2 ? one.length : 1;
    if (length + more > MAX_TEXT_LENGTH) {
      parts.push(part);
      part = '';
      length = 0;
    }
    part += one;
    length += more;
  }
  return [...parts, part].filter((one) => !isBlank(one));
}
