// The file that `export --all` writes and `import` reads: one JSON object a line. Each line ends with a check of itself and of
// all lines before it, so that a file that is damaged, cut off or put together wrongly is noticed at its line.
//
//   {"format":"serverless-chat","version":1,"check":"…"}
//   {"room":"lobby","first":1,"seq":3,"activeAt":…,"check":"…"}    then the room's bans and messages
//   {"end":true,"rooms":1,"messages":3,"check":"…"}

import { createHash } from 'node:crypto';

export const VERSION = 1;
export const FORMAT = { format: 'serverless-chat', version: VERSION };

/** The members of the last line. */
export interface End {
  readonly end: true;
  readonly rooms: number;
  readonly messages: number;
}

/** 66 bits of SHA-256. */
const CHECK_LENGTH = 11;
const CHECKED = /^(?<json>\{.*),"check":"(?<check>[\w-]{11})"\}$/s;

/** Both ends of a file go through its lines in their order. */
export class CheckedLines {
  #check: string;

  /** @param check of the last line so far. Empty before the first one */
  constructor(check = '') {
    this.#check = check;
  }

  /** Of the last line. */
  get check(): string {
    return this.#check;
  }

  /** The line of the file for an object. */
  seal(json: string): string {
    this.#check = checkOf(this.#check, json);
    return `${json.slice(0, -1)},"check":"${this.#check}"}`;
  }

  /** The object of the next line. Undefined if this is not what was written after the lines before. */
  open(line: string): string | undefined {
    const { json, check } = CHECKED.exec(line)?.groups ?? {};
    if (json === undefined || checkOf(this.#check, `${json}}`) !== check) return undefined;
    this.#check = check;
    return `${json}}`;
  }
}

function checkOf(before: string, json: string): string {
  const hash = createHash('sha256').update(`${before}\n${json}`);
  return hash.digest('base64url').slice(0, CHECK_LENGTH);
}
