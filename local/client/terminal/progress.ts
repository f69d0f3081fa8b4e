// What a long command shows on a terminal while it works: count, rate and time left, in a line that is written over itself.

import type { Screen } from '../../terminal.ts';

/** The last line of a terminal. Without a terminal both methods do nothing. */
export interface StatusLine {
  /** Whether somebody sees it. */
  readonly isShown: boolean;
  show(text: string): void;
  /** Called before anything else is written. */
  clear(): void;
}

export const NO_STATUS: StatusLine = { isShown: false, show: () => {}, clear: () => {} };

const TO_LINE_START = '\r\u001b[K';

/** @param screen of standard error. Undefined if it is no terminal */
export function openStatusLine(
  screen: Screen | undefined,
  write: (text: string) => void,
): StatusLine {
  // What cannot be written over would fill the screen.
  if (!screen?.hasEscapes) return NO_STATUS;
  let isEmpty = true;
  return {
    isShown: true,
    show: (text) => {
      write(`${TO_LINE_START}${cut(text, screen.columns() - 1)}`);
      isEmpty = false;
    },
    clear: () => {
      if (!isEmpty) write(TO_LINE_START);
      isEmpty = true;
    },
  };
}

/** Only the last line of the terminal can be written over, so the text may not continue in a second one. */
function cut(text: string, columns: number): string {
  let width = 0;
  let end = 0;
  for (const character of text) {
    // Chinese, Japanese and Korean characters are two columns wide.
    width += character >= '\u1100' ? 2 : 1;
    if (width > columns) return text.slice(0, end);
    end += character.length;
  }
  return text;
}

const SHOW_EVERY_MS = 200;
const NUMBER = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export class Progress {
  readonly #status: StatusLine;
  /** Monotonic milliseconds. */
  readonly #now: () => number;
  readonly #startedAt: number;
  #shownAt = Number.NEGATIVE_INFINITY;

  constructor(status: StatusLine, now: () => number) {
    this.#status = status;
    this.#now = now;
    this.#startedAt = now();
  }

  /**
   * @param done e.g. the number of lines
   * @param unit e.g. `lines`
   * @param part of the whole, 0 to 1. More counts as 1: the whole may have grown. Undefined if it is unknown
   */
  update(done: number, unit: string, part: number | undefined): void {
    const now = this.#now();
    if (!this.#status.isShown || now - this.#shownAt < SHOW_EVERY_MS) return;
    this.#shownAt = now;
    const ms = now - this.#startedAt;
    const rate = ms === 0 ? '' : `, ${NUMBER.format((done * 1_000) / ms)}/s`;
    this.#status.show(`${NUMBER.format(done)} ${unit}${rate}${toRest(part, ms)}`);
  }
}

function toRest(given: number | undefined, ms: number): string {
  if (given === undefined || !(given > 0)) return '';
  const part = Math.min(1, given);
  const seconds = Math.ceil((ms * (1 - part)) / part / 1_000);
  return `, ${Math.floor(part * 100)} %, ${seconds} s left`;
}
