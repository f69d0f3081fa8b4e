// Parses a published line as a terminal would: colours become spans, the level is recognised, other control sequences are
// dropped. Pure. Spans hold text, and the page shows them as text.

import { type ChatMessage, PUBLISHER } from '../../functions/protocol.ts';

export interface Span {
  readonly text: string;
  /** Names of styles, as in style/published.css. Empty for plain text. */
  readonly styles: readonly Style[];
}

export type Level = 'error' | 'warning' | 'info' | 'debug';

const COLOURS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;

type Colour = (typeof COLOURS)[number];
export type Style = 'bold' | 'faint' | 'italic' | 'underlined' | Colour;

interface Look {
  readonly marks: ReadonlySet<Exclude<Style, Colour>>;
  readonly colour: Colour | undefined;
}

const PLAIN: Look = { marks: new Set(), colour: undefined };

// Truth: ECMA-48. A control sequence begins with CSI (ESC [ or U+009B), has parameters, and ends with one letter.
// A string (OSC, DCS, SOS, PM, APC) ends with BEL or ST, or at the end of the text.
const SEQUENCE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern looks for control characters
  /(?:\u001b\[|\u009b)([0-?]*)[ -/]*([@-~])?|(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c|$)|\u001b[ -/]*[0-~]?|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Splits a published line at each change of its colours. */
export function toSpans(text: string): readonly Span[] {
  const spans: Span[] = [];
  let look = PLAIN;
  let at = 0;
  const say = (upTo: number) => {
    if (upTo === at) return;
    const styles = [...look.marks, ...(look.colour === undefined ? [] : [look.colour])];
    spans.push({ text: text.slice(at, upTo), styles });
  };
  for (const match of text.matchAll(SEQUENCE)) {
    say(match.index);
    at = match.index + match[0].length;
    if (match[2] === 'm') look = lookAfter(look, match[1] ?? '');
  }
  say(text.length);
  return spans;
}

/** The text to quote, copy or announce: a published line without its control sequences. */
export function plainOf({ userId, text }: Pick<ChatMessage, 'userId' | 'text'>): string {
  return userId === PUBLISHER ? textOf(toSpans(text)) : text;
}

/** The text without styles. */
export function textOf(spans: readonly Span[]): string {
  return spans.map(({ text }) => text).join('');
}

/** Applies Select Graphic Rendition codes in order. Backgrounds and exact colours are dropped: no theme has them. */
function lookAfter(before: Look, parameters: string): Look {
  const codes = parameters.split(/[;:]/).map((code) => (code === '' ? 0 : Number(code)));
  let look = before;
  for (let index = 0; index < codes.length; index += 1) {
    const code = codes[index] ?? 0;
    // 38;5;N and 38;2;R;G;B, and 48 likewise for the background.
    if (code === 38 || code === 48) index += codes[index + 1] === 2 ? 4 : 2;
    else look = lookWith(look, code);
  }
  return look;
}

function lookWith(look: Look, code: number): Look {
  const { marks } = look;
  if (code === 0) return PLAIN;
  if (code === 1) return { ...look, marks: new Set([...marks, 'bold']) };
  if (code === 2) return { ...look, marks: new Set([...marks, 'faint']) };
  if (code === 3) return { ...look, marks: new Set([...marks, 'italic']) };
  if (code === 4) return { ...look, marks: new Set([...marks, 'underlined']) };
  if (code === 22) return { ...look, marks: without(marks, 'bold', 'faint') };
  if (code === 23) return { ...look, marks: without(marks, 'italic') };
  if (code === 24) return { ...look, marks: without(marks, 'underlined') };
  if (code === 39) return { ...look, colour: undefined };
  const colour = COLOURS[code >= 90 ? code - 90 : code - 30];
  return colour === undefined ? look : { ...look, colour };
}

function without(marks: Look['marks'], ...gone: readonly Style[]): Look['marks'] {
  return new Set([...marks].filter((mark) => !gone.includes(mark)));
}

/** A log line has its level within this many characters, after a time and a name or two. */
const LEVEL_WITHIN = 100;
/** A word in capitals, a word in brackets, or the value of `level`. */
const CANDIDATE = /\b[A-Z]{3,8}\b|(?<=\[)[a-z]{3,8}(?=\])|(?<=level"?[=:] ?"?)[a-z]{3,8}/g;

/** The level of a log line without control sequences. */
export function levelOf(plain: string): Level | undefined {
  for (const [word] of plain.slice(0, LEVEL_WITHIN).matchAll(CANDIDATE)) {
    const level = toLevel(word.toLowerCase());
    if (level !== undefined) return level;
  }
  return undefined;
}

function toLevel(word: string): Level | undefined {
  switch (word) {
    case 'fatal':
    case 'critical':
    case 'panic':
    case 'error':
    case 'err':
      return 'error';
    case 'warning':
    case 'warn':
      return 'warning';
    case 'info':
    case 'notice':
      return 'info';
    case 'debug':
    case 'trace':
      return 'debug';
    default:
      return undefined;
  }
}
