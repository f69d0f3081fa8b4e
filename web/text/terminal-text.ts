// Parses the text of a log as a terminal does: control sequences, links, colours, and overwriting. Pure. It runs in the
// browser and in the command line.

export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  /** Select Graphic Rendition: codes between `;` or `:`, empty for a reset. */
  | { readonly kind: 'colours'; readonly codes: string }
  /** OSC 8: the text after it links to this address. An empty address ends the link. */
  | { readonly kind: 'link'; readonly address: string }
  /** The cursor goes to the start of the line, so what follows overwrites it. */
  | { readonly kind: 'return' }
  | { readonly kind: 'erase'; readonly what: 'rest' | 'line' }
  | { readonly kind: 'back'; readonly count: number };

// Source: ECMA-48. A control sequence begins with CSI (ESC [ or U+009B), has parameters, and ends with one letter. A
// string (OSC and its like) lasts to BEL or ST. As in xterm, ESC, CAN and SUB break it off, and here the line's end, too.
// No part of a match is ever read twice, so the time is linear in the text.
const CSI = String.raw`(?:\u001b\[|\u009b)(?<parameters>[0-?]*)[ -/]*(?<final>[@-~])?`;
const STRING = String.raw`(?:(?<osc>\u001b\]|\u009d)|\u001b[PX^_]|[\u0090\u0098\u009e\u009f])(?<content>[^\u0007\u0018\u001a\u001b\u009c\n\r]*)(?:\u0007|\u0018|\u001a|\u001b\\|\u009c)?`;
const ESCAPE = String.raw`\u001b[ -/]*[0-~]?`;
const CONTROL = String.raw`(?<control>[\u0000-\u0008\u000b-\u001f\u007f-\u009f])`;
const SEQUENCE = new RegExp(`${CSI}|${STRING}|${ESCAPE}|${CONTROL}`, 'g');

/** The text between control sequences, and the sequences that mean something in a line. All others are left out. */
export function* piecesOf(text: string): Generator<Piece> {
  let at = 0;
  for (const match of text.matchAll(SEQUENCE)) {
    if (match.index > at) yield { kind: 'text', text: text.slice(at, match.index) };
    at = match.index + match[0].length;
    const piece = toPiece(match.groups ?? {});
    if (piece) yield piece;
  }
  if (at < text.length) yield { kind: 'text', text: text.slice(at) };
}

function toPiece(found: Readonly<Record<string, string | undefined>>): Piece | undefined {
  const { final, parameters = '', osc, content = '', control } = found;
  if (control === '\r') return { kind: 'return' };
  if (control === '\b') return { kind: 'back', count: 1 };
  if (osc !== undefined && content.startsWith('8;')) {
    // 8 ; parameters ; address
    const [, , ...address] = content.split(';');
    return { kind: 'link', address: address.join(';') };
  }
  switch (final) {
    case 'm':
      // Others that end with m begin with <, =, > or ?, and set no colours.
      return /^[\d;:]*$/.test(parameters) ? { kind: 'colours', codes: parameters } : undefined;
    case 'G':
      return isFirst(parameters) ? { kind: 'return' } : undefined;
    case 'K':
      if (parameters === '2') return { kind: 'erase', what: 'line' };
      return parameters === '' || parameters === '0' ? { kind: 'erase', what: 'rest' } : undefined;
    case 'D':
      return { kind: 'back', count: Math.max(1, Number(parameters) || 1) };
    default:
      return undefined;
  }
}

function isFirst(column: string): boolean {
  return ['', '0', '1'].includes(column);
}

const CONTROLS = new RegExp(CONTROL);

/**
 * What a line shows in the end: what was overwritten is gone, and so is every control but colours. A progress bar, whose
 * states follow each other with `\r`, is its last state. The address of a link stands behind its text.
 */
export function settledLine(line: string): { readonly text: string; readonly overwritten: number } {
  if (!CONTROLS.test(line)) return { text: line, overwritten: 0 };
  const shown = new Shown();
  let overwritten = 0;
  let isAtStart = false;
  const startAnew = () => {
    if (shown.clear()) overwritten += 1;
    isAtStart = false;
  };
  for (const piece of withAddresses(piecesOf(line))) {
    switch (piece.kind) {
      case 'text':
        if (isAtStart) startAnew();
        shown.add(piece);
        break;
      case 'colours':
        shown.add(piece);
        break;
      case 'return':
        isAtStart = true;
        break;
      case 'erase':
        if (isAtStart || piece.what === 'line') startAnew();
        break;
      case 'back':
        shown.removeLast(piece.count);
    }
  }
  return { text: shown.toString(), overwritten };
}

export function toSequence(codes: string): string {
  return `\u001b[${codes}m`;
}

const ADDRESS = /^https?:\/\/[^\p{Cc}\s]+$/iu;

/** The same pieces, links apart: an address that can be followed, and is not the text itself, comes as text behind it. */
export function* withAddresses(
  pieces: Iterable<Piece>,
): Generator<Exclude<Piece, { kind: 'link' }>> {
  let address = '';
  let linked = '';
  const end = function* (): Generator<Piece & { kind: 'text' }> {
    if (ADDRESS.test(address) && linked !== '' && !linked.includes(address)) {
      yield { kind: 'text', text: ` (${address})` };
    }
  };
  for (const piece of pieces) {
    if (piece.kind === 'link') {
      yield* end();
      address = piece.address;
      linked = '';
      continue;
    }
    if (piece.kind === 'text' && address !== '') linked += piece.text;
    yield piece;
  }
  yield* end();
}

/** No more can apply at a time. A bar in a new colour for each state must not pile them up. */
const MOST_CODES = 16;

/** What stands in a line until now. */
class Shown {
  #pieces: (Piece & { kind: 'text' | 'colours' })[] = [];
  /** Where in it there is text: what is looked at again and again must not be the whole line. */
  #texts: number[] = [];

  add(piece: Piece & { kind: 'text' | 'colours' }): void {
    if (piece.kind === 'text') this.#texts.push(this.#pieces.length);
    this.#pieces.push(piece);
  }

  /** Only the colours in force stay: those since the last reset, each once. Answers whether there was text. */
  clear(): boolean {
    const codes = new Set<string>();
    for (const piece of this.#pieces) {
      if (piece.kind !== 'colours') continue;
      if (/^0*$/.test(piece.codes)) codes.clear();
      else {
        // The last one of two alike decides.
        codes.delete(piece.codes);
        codes.add(piece.codes);
      }
    }
    const hadText = this.#texts.length > 0;
    this.#texts = [];
    this.#pieces = [...codes].slice(-MOST_CODES).map((code) => ({ kind: 'colours', codes: code }));
    return hadText;
  }

  removeLast(count: number): void {
    for (let left = count; left > 0; left -= 1) {
      const index = this.#texts.at(-1);
      const last = index === undefined ? undefined : this.#pieces[index];
      if (index === undefined || last?.kind !== 'text') return;
      const isPair = /[\ud800-\udbff][\udc00-\udfff]$/.test(last.text.slice(-2));
      const text = last.text.slice(0, isPair ? -2 : -1);
      this.#pieces[index] = { kind: 'text', text };
      if (text === '') this.#texts.pop();
    }
  }

  toString(): string {
    const texts = this.#pieces.map((one) =>
      one.kind === 'text' ? one.text : toSequence(one.codes),
    );
    return texts.join('');
  }
}
