// A safe subset of Markdown: bold, italic, strike, lists, quotes, code. Pure. Nodes hold text, and the page shows them as
// text. Every node keeps its marks, so the source can be put together again. The time is linear in the text.

import { type Part, toParts } from './text-parts.ts';

export type Inline =
  | Part
  | { readonly kind: 'emphasis'; readonly mark: Mark; readonly inlines: readonly Inline[] };

/** A mark stands before and behind the text. */
export type Mark = '*' | '_' | '**' | '***' | '~~';

export interface Item {
  /** All before the text: `- ` or `2. `, with its indent. */
  readonly prefix: string;
  /** 0 for the outermost. */
  readonly depth: number;
  readonly inlines: readonly Inline[];
}

export type MarkdownBlock =
  | { readonly kind: 'paragraph'; readonly inlines: readonly Inline[] }
  /** Each line has its prefix, `> ` or `>`. */
  | {
      readonly kind: 'quote';
      readonly prefixes: readonly string[];
      readonly inlines: readonly Inline[];
    }
  | { readonly kind: 'list'; readonly isOrdered: boolean; readonly items: readonly Item[] }
  /** `fence` is the line before it. The one behind it is three backticks. */
  | { readonly kind: 'code'; readonly fence: string; readonly text: string };

const FENCE = /^```[\w+#.-]*[ \t]*$/;
const QUOTE = /^>(?: |$)/;
const ITEM = /^( {0,12})(?:[-*]|(\d{1,3})[.)]) +(?=\S)/;

/** @param step is called for each line, token and mark, so that a test can count the work */
export function toMarkdown(text: string, step: () => void = () => {}): readonly MarkdownBlock[] {
  const lines = text.split('\n');
  const closings = closingFences(lines);
  const blocks: MarkdownBlock[] = [];
  const inlinesOf = (some: readonly string[]) => toInlines(some.join('\n'), step);
  let index = 0;
  /** The lines from here on that belong together. */
  const takeWhile = (belongs: (line: string) => boolean) => {
    const first = index;
    while (index < lines.length && belongs(lines[index] ?? '')) {
      step();
      index += 1;
    }
    return lines.slice(first, index);
  };
  const isParagraph = (line: string) =>
    !QUOTE.test(line) && !ITEM.test(line) && closings[index] === undefined;
  while (index < lines.length) {
    const line = lines[index] ?? '';
    const closing = closings[index];
    if (closing !== undefined) {
      blocks.push({ kind: 'code', fence: line, text: lines.slice(index + 1, closing).join('\n') });
      for (; index <= closing; index += 1) step();
    } else if (QUOTE.test(line)) {
      const quoted = takeWhile((one) => QUOTE.test(one));
      const prefixes = quoted.map((one) => one.slice(0, 2));
      blocks.push({
        kind: 'quote',
        prefixes,
        inlines: inlinesOf(quoted.map((one) => one.slice(2))),
      });
    } else if (ITEM.test(line)) {
      const isOrdered = isOrderedItem(line);
      const items = takeWhile((one) => ITEM.test(one) && isOrderedItem(one) === isOrdered);
      blocks.push({ kind: 'list', isOrdered, items: items.map((item) => toItem(item, step)) });
    } else {
      blocks.push({ kind: 'paragraph', inlines: inlinesOf(takeWhile(isParagraph)) });
    }
  }
  return blocks;
}

/** For the index of each opening fence, the index of its closing one. There is a line between them. */
function closingFences(lines: readonly string[]): readonly (number | undefined)[] {
  const closings: (number | undefined)[] = [];
  let next: number | undefined;
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const line = lines[index] ?? '';
    const closing = lines[index + 1] === '```' ? undefined : next;
    if (FENCE.test(line)) closings[index] = closing;
    if (line === '```') next = index;
  }
  return closings;
}

function isOrderedItem(line: string): boolean {
  return ITEM.exec(line)?.[2] !== undefined;
}

function toItem(line: string, step: () => void): Item {
  const [prefix = '', indent = ''] = ITEM.exec(line) ?? [];
  const depth = Math.min(3, indent.length >> 1);
  return { prefix, depth, inlines: toInlines(line.slice(prefix.length), step) };
}

type Token =
  | { readonly kind: 'part'; readonly part: Part }
  | { readonly kind: 'break' }
  | {
      readonly kind: 'mark';
      readonly mark: Mark;
      readonly opens: boolean;
      readonly closes: boolean;
    };

/** Marks of other lengths are text. Two underscores are, too: they are part of names in programs. */
const MARKS: ReadonlySet<string> = new Set(['*', '_', '**', '***', '~~'] satisfies Mark[]);
const isMark = (run: string): run is Mark => MARKS.has(run);

/** Emphasis within emphasis, so deep that no reader sees a difference. */
const DEEPEST = 4;

function toInlines(text: string, step: () => void): readonly Inline[] {
  const tokens = toTokens(text, step);
  const partners = pair(tokens, step);
  interface Frame {
    readonly mark: Mark | undefined;
    readonly inlines: Inline[];
  }
  const outer: Frame = { mark: undefined, inlines: [] };
  const frames: Frame[] = [outer];
  /** Where each open frame ends. */
  const ends: number[] = [];
  for (const [index, token] of tokens.entries()) {
    step();
    const frame = frames.at(-1) ?? outer;
    const partner = partners.get(index);
    if (
      token.kind === 'mark' &&
      partner !== undefined &&
      partner > index &&
      ends.length < DEEPEST
    ) {
      frames.push({ mark: token.mark, inlines: [] });
      ends.push(partner);
    } else if (token.kind === 'mark' && ends.at(-1) === index) {
      frames.pop();
      ends.pop();
      const parent = frames.at(-1) ?? outer;
      parent.inlines.push({ kind: 'emphasis', mark: token.mark, inlines: frame.inlines });
    } else if (token.kind === 'part' && token.part.kind !== 'text') {
      frame.inlines.push(token.part);
    } else {
      addText(frame.inlines, textOf(token));
    }
  }
  return outer.inlines;
}

function textOf(token: Token): string {
  if (token.kind === 'part') return token.part.text;
  return token.kind === 'mark' ? token.mark : '\n';
}

/** Texts beside each other become one. */
function addText(inlines: Inline[], text: string): void {
  const last = inlines.at(-1);
  if (last?.kind === 'text') inlines[inlines.length - 1] = { kind: 'text', text: last.text + text };
  else inlines.push({ kind: 'text', text });
}

const RUN = /\*+|_+|~+|\n/g;

function toTokens(text: string, step: () => void): readonly Token[] {
  const tokens: Token[] = [];
  let start = 0;
  const say = (said: string) => {
    if (said !== '') tokens.push({ kind: 'part', part: { kind: 'text', text: said } });
  };
  for (const part of toParts(text)) {
    step();
    // A code's text is without its backticks.
    const length = part.kind === 'code' ? part.text.length + 2 : part.text.length;
    if (part.kind !== 'text') tokens.push({ kind: 'part', part });
    else {
      let at = 0;
      for (const { 0: run, index } of part.text.matchAll(RUN)) {
        step();
        say(part.text.slice(at, index));
        at = index + run.length;
        const before = text.charAt(start + index - 1);
        const after = text.charAt(start + at);
        if (run === '\n') tokens.push({ kind: 'break' });
        else if (isMark(run)) tokens.push(toMark(run, before, after));
        else say(run);
      }
      say(part.text.slice(at));
    }
    start += length;
  }
  return tokens;
}

/** In the middle of a word of letters and digits a mark is text: 2*3*4, snake_case. Chinese words have no spaces around them. */
function toMark(mark: Mark, before: string, after: string): Token {
  const isSpace = (character: string) => /^\s?$/.test(character);
  const isWord = (character: string) => /^[a-z\d]$/i.test(character);
  return {
    kind: 'mark',
    mark,
    opens: !isSpace(after) && !isWord(before),
    closes: !isSpace(before) && !isWord(after),
  };
}

/** For the index of each mark that has a partner, the index of its partner. Both are in one line. */
function pair(tokens: readonly Token[], step: () => void): ReadonlyMap<number, number> {
  const partners = new Map<number, number>();
  /** Marks that may open, outermost first. Each goes in and comes out once. */
  let open: { readonly index: number; readonly mark: Mark }[] = [];
  /** How many of each are in `open`, so that none is looked for in vain. */
  const counts = new Map<Mark, number>();
  const count = (mark: Mark, by: number) => counts.set(mark, (counts.get(mark) ?? 0) + by);
  for (const [index, token] of tokens.entries()) {
    if (token.kind === 'break') {
      open = [];
      counts.clear();
    }
    if (token.kind !== 'mark') continue;
    if (token.closes && (counts.get(token.mark) ?? 0) > 0) {
      for (;;) {
        step();
        const last = open.pop();
        if (!last) break;
        count(last.mark, -1);
        if (last.mark !== token.mark) continue;
        partners.set(last.index, index);
        partners.set(index, last.index);
        break;
      }
    } else if (token.opens) {
      open.push({ index, mark: token.mark });
      count(token.mark, 1);
    }
  }
  return partners;
}
