// Parses a published line as a terminal would: colours become spans, other control sequences are dropped. Pure. Spans hold
// text, and the page shows them as text.

import { type ChatMessage, PUBLISHER } from '../../functions/protocol.ts';
import { piecesOf, withAddresses } from './terminal-text.ts';

export interface Span {
  readonly text: string;
  /** Names of styles, as in style/published.css. Empty for plain text. */
  readonly styles: readonly Style[];
}

const COLOURS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;

type Colour = (typeof COLOURS)[number];
type Style = 'bold' | 'faint' | 'italic' | 'underlined' | Colour;

interface Look {
  readonly marks: ReadonlySet<Exclude<Style, Colour>>;
  readonly colour: Colour | undefined;
}

const PLAIN: Look = { marks: new Set(), colour: undefined };

/** Splits a published line at each change of its colours. The address of a link stands behind its text. */
export function toSpans(text: string): readonly Span[] {
  const spans: Span[] = [];
  let look = PLAIN;
  let shown = '';
  const end = () => {
    if (shown === '') return;
    const styles = [...look.marks, ...(look.colour === undefined ? [] : [look.colour])];
    spans.push({ text: shown, styles });
    shown = '';
  };
  for (const piece of withAddresses(piecesOf(text))) {
    if (piece.kind === 'text') shown += piece.text;
    if (piece.kind !== 'colours') continue;
    end();
    look = cleanUp(look, piece.codes);
  }
  end();
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
function cleanUp(before: Look, parameters: string): Look {
  const codes = parameters.split(/[;:]/).map((code) => (code === '' ? 0 : Number(code)));
  let look = before;
  for (let index = 0; index < codes.length; index += 1) {
    const code = codes[index] ?? 0;
    // 38;5;N and 38;2;R;G;B, and 48 likewise for the background.
    if (code === 38 || code === 48) index += codes[index + 1] === 2 ? 4 : 2;
    else look = applyCode(look, code);
  }
  return look;
}

function applyCode(look: Look, code: number): Look {
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
