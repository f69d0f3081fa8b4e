// Parses a published line as a terminal would: colours become spans, other control sequences are dropped. Pure. Spans hold
// text, and the page shows them as text.

import { exactPaint, type Paint, paintOn, type Rgb } from './legible-colour.ts';
import { piecesOf, withAddresses } from './terminal-text.ts';

export interface Span {
  readonly text: string;
  /** Names of styles, as in style/published.css. Empty for plain text. */
  readonly styles: readonly Style[];
  /** The exact colours, where the names of the theme do not do. */
  readonly paint?: Paint;
}

/** With the colours of xterm, for a background and what stands on it. */
const COLOURS = {
  black: [0, 0, 0],
  red: [205, 0, 0],
  green: [0, 205, 0],
  yellow: [205, 205, 0],
  blue: [0, 0, 238],
  magenta: [205, 0, 205],
  cyan: [0, 205, 205],
  white: [229, 229, 229],
} as const satisfies Readonly<Record<string, Rgb>>;

type Colour = keyof typeof COLOURS;
type Mark = 'bold' | 'faint' | 'italic' | 'underlined' | 'struck';
type Style = Mark | Colour | 'inverse';
/** A colour of the theme, or an exact one. */
type Ink = Colour | Rgb;

const NAMES = Object.keys(COLOURS) as readonly Colour[];

interface Look {
  readonly marks: ReadonlySet<Mark>;
  readonly colour: Ink | undefined;
  readonly ground: Ink | undefined;
  readonly isInverse: boolean;
}

const PLAIN: Look = { marks: new Set(), colour: undefined, ground: undefined, isInverse: false };

/** Splits a published line at each change of its colours. The address of a link stands behind its text. */
export function toSpans(text: string): readonly Span[] {
  const spans: Span[] = [];
  let look = PLAIN;
  let shown = '';
  const end = () => {
    if (shown === '') return;
    spans.push({ text: shown, ...styleOf(look) });
    shown = '';
  };
  for (const piece of withAddresses(piecesOf(text))) {
    if (piece.kind === 'text') shown += piece.text;
    if (piece.kind !== 'colours') continue;
    end();
    look = applyCodes(look, piece.codes);
  }
  end();
  return spans;
}

function styleOf({ marks, colour, ground, isInverse }: Look): Omit<Span, 'text'> {
  const front = isInverse ? ground : colour;
  const back = isInverse ? colour : ground;
  // The theme's own ground and ink change places.
  if (isInverse && back === undefined) return { styles: [...without(marks, 'faint'), 'inverse'] };
  if (back !== undefined) {
    const paint = paintOn(front && rgbOf(front), rgbOf(back));
    return { styles: [...without(marks, 'faint')], paint };
  }
  if (front === undefined) return { styles: [...marks] };
  if (typeof front === 'string') return { styles: [...marks, front] };
  return { styles: [...marks], paint: exactPaint(front) };
}

const rgbOf = (ink: Ink): Rgb => (typeof ink === 'string' ? COLOURS[ink] : ink);

type Parameter = readonly (number | undefined)[];

/** Applies Select Graphic Rendition codes in order. Parameters stand between `;`, and each may have others behind `:`. */
function applyCodes(before: Look, codes: string): Look {
  const parameters = codes.split(';').map((one): Parameter => {
    return one.split(':').map((code) => (code === '' ? undefined : Number(code)));
  });
  let look = before;
  for (let index = 0; index < parameters.length; index += 1) {
    const [code = 0, ...own] = parameters[index] ?? [];
    if (code !== 38 && code !== 48 && code !== 58) {
      look = applyCode(look, code, own[0]);
      continue;
    }
    // 38;5;N and 38;2;R;G;B, or ITU-T T.416 in one parameter: 38:5:N and 38:2:SPACE:R:G:B.
    const hasOwn = own.length > 0;
    const values = hasOwn ? own : parameters.slice(index + 1, index + 5).map(([value]) => value);
    if (!hasOwn) index += values[0] === 2 ? 4 : 2;
    const ink = toInk(
      hasOwn && values[0] === 2 && values.length > 4 ? [2, ...values.slice(2)] : values,
    );
    if (ink && code === 38) look = { ...look, colour: ink };
    if (ink && code === 48) look = { ...look, ground: ink };
  }
  return look;
}

/** Undefined for what is no colour, which terminals ignore. */
function toInk([kind, ...values]: Parameter): Ink | undefined {
  const [first = 0, second = 0, third = 0] = values;
  if (Math.max(first, second, third) > 255) return undefined;
  if (kind === 2) return [first, second, third];
  return kind === 5 ? indexed(first) : undefined;
}

/** The 256 colours of xterm: 16 of the theme, a cube of 6 × 6 × 6, and 24 greys. */
function indexed(index: number): Ink | undefined {
  if (index < 16) return NAMES[index % 8];
  if (index >= 232) {
    const grey = 8 + 10 * (index - 232);
    return [grey, grey, grey];
  }
  const level = (divisor: number) => {
    const step = Math.floor((index - 16) / divisor) % 6;
    return step === 0 ? 0 : 55 + 40 * step;
  };
  return [level(36), level(6), level(1)];
}

const MARKS: Readonly<Record<number, Mark>> = {
  1: 'bold',
  2: 'faint',
  3: 'italic',
  4: 'underlined',
  9: 'struck',
  21: 'underlined',
};

const ENDS: Readonly<Record<number, readonly Mark[]>> = {
  22: ['bold', 'faint'],
  23: ['italic'],
  24: ['underlined'],
  29: ['struck'],
};

function applyCode(look: Look, code: number, detail: number | undefined): Look {
  const { marks } = look;
  if (code === 0) return PLAIN;
  // 4:0 ends the underline, 4:3 is a curly one.
  const ends = code === 4 && detail === 0 ? ENDS[24] : ENDS[code];
  if (ends) return { ...look, marks: without(marks, ...ends) };
  const mark = MARKS[code];
  if (mark) return { ...look, marks: new Set([...marks, mark]) };
  if (code === 7 || code === 27) return { ...look, isInverse: code === 7 };
  if (code === 39) return { ...look, colour: undefined };
  if (code === 49) return { ...look, ground: undefined };
  const colour = NAMES[code >= 90 ? code - 90 : code - 30];
  if (colour) return { ...look, colour };
  const ground = NAMES[code >= 100 ? code - 100 : code - 40];
  return ground ? { ...look, ground } : look;
}

function without(marks: Look['marks'], ...gone: readonly Mark[]): Look['marks'] {
  return new Set([...marks].filter((mark) => !gone.includes(mark)));
}
