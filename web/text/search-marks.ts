// Where the words of a search occur in a text, and a part of the text around the first of them. Pure.

export interface Piece {
  readonly text: string;
  readonly isMatch: boolean;
}

/** A letter with its marks, which folding may change together. */
const LETTERS = /[\u1100-\u11ff]+|\P{M}[\p{M}\uff9e\uff9f]*|\p{M}+/gu;
/** Characters of an excerpt, and of what is ahead of the first match. */
const EXCERPT = 300;
const AHEAD = 60;

/** As `foldText` of functions/protocol.ts, which would otherwise be in the file that every visit loads. */
export function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().toUpperCase().normalize('NFKC');
}

/** The words of a query, folded. */
export function toWords(query: string): readonly string[] {
  return fold(query)
    .split(/\p{White_Space}+/u)
    .filter((word) => word !== '');
}

/** The whole text. Neighbours differ in `isMatch`. */
export function toPieces(text: string, words: readonly string[]): readonly Piece[] {
  const letters = text.match(LETTERS) ?? [];
  /** For each code unit of the folded text, the letter that it comes from. */
  const origins: number[] = [];
  let folded = '';
  for (const [index, letter] of letters.entries()) {
    const form = fold(letter);
    folded += form;
    for (let unit = 0; unit < form.length; unit += 1) origins.push(index);
  }
  const isMatch = new Set<number>();
  for (const word of words) {
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + 1)) {
      for (const origin of origins.slice(at, at + word.length)) isMatch.add(origin);
    }
  }
  const pieces: Piece[] = [];
  for (const [index, letter] of letters.entries()) {
    const last = pieces.at(-1);
    if (last?.isMatch === isMatch.has(index)) {
      pieces[pieces.length - 1] = { ...last, text: last.text + letter };
    } else pieces.push({ text: letter, isMatch: isMatch.has(index) });
  }
  return pieces;
}

/** A part of the text in one line, around the first match. */
export function toExcerpt(text: string, words: readonly string[]): readonly Piece[] {
  const pieces = toPieces(text.replace(/\s+/g, ' ').trim(), words);
  const ahead = pieces[0]?.isMatch === false ? pieces[0] : undefined;
  const isFound = pieces.some((piece) => piece.isMatch);
  const shown =
    ahead && isFound && ahead.text.length > AHEAD
      ? [{ ...ahead, text: `…${endOf(ahead.text)}` }, ...pieces.slice(1)]
      : pieces;
  let left = EXCERPT;
  const kept: Piece[] = [];
  for (const piece of shown) {
    if (piece.text.length > left) {
      kept.push({ ...piece, text: `${startOf(piece.text, left)}…` });
      break;
    }
    kept.push(piece);
    left -= piece.text.length;
  }
  return kept;
}

/** About `length` code units, without half an emoji. */
function startOf(text: string, length: number): string {
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
}

/** From the beginning of a word, if there is one. */
function endOf(text: string): string {
  const end = text.slice(-AHEAD).replace(/^[\udc00-\udfff]/, '');
  return end.replace(/^\S{0,20}\s/, '');
}
