// Parses a message's text into words, links, code and quotes. Pure. The parts hold text, and the page shows them as text.

import { ifPossible } from '../device/if-possible.ts';
import { graphemesOf } from './graphemes.ts';

export type Block =
  | { readonly kind: 'paragraph'; readonly parts: readonly Part[] }
  /** Between lines of three backticks. */
  | { readonly kind: 'code'; readonly text: string }
  /** Lines that begin with `>`. */
  | { readonly kind: 'quote'; readonly parts: readonly Part[] };

export type Part =
  | { readonly kind: 'text' | 'code'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string };

/** Whether the text may have Markdown (markdown.ts). Quotes and code within a line need none of it. */
export function hasMarks(text: string): boolean {
  return /[*_]\S|~~|^ {0,12}(?:[-*]|\d{1,3}[.)]) |^```/m.test(text);
}

const FENCE = /^```[\w+#.-]*[ \t]*$/;

/** Paragraphs, code blocks and quotes, in their order. Nothing of the text is lost. */
export function toBlocks(text: string): readonly Block[] {
  const blocks: Block[] = [];
  const lines = text.split('\n');
  let paragraph: string[] = [];
  let quote: string[] = [];
  const end = () => {
    if (quote.length > 0) blocks.push({ kind: 'quote', parts: toParts(quote.join('\n')) });
    if (paragraph.length > 0) {
      blocks.push({ kind: 'paragraph', parts: toParts(paragraph.join('\n')) });
    }
    quote = [];
    paragraph = [];
  };
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const closing = FENCE.test(line) ? closingFence(lines, index) : undefined;
    if (closing !== undefined) {
      end();
      blocks.push({ kind: 'code', text: lines.slice(index + 1, closing).join('\n') });
      index = closing;
    } else if (/^>(?: |$)/.test(line)) {
      if (paragraph.length > 0) end();
      quote.push(line.slice(2));
    } else {
      if (quote.length > 0) end();
      paragraph.push(line);
    }
  }
  end();
  return blocks;
}

/** The index of the closing fence for the one at `opening`, if there is a line between them. */
function closingFence(lines: readonly string[], opening: number): number | undefined {
  const index = lines.indexOf('```', opening + 1);
  return index > opening + 1 ? index : undefined;
}

// One pass over the text, in linear time. A link ends at spaces, quotes, brackets of markup, control characters, the
// ellipsis, and the punctuation of Chinese and Japanese, which follows a link without a space.
const ADDRESS = String.raw`[^\s<>"\x60\p{Cc}\p{Cf}«»‹›“”„‟…\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]+`;
// Not in the middle of a longer word, or of an address with a password.
const WEB = String.raw`(?:\bhttps?:\/\/|(?<![\w@./-])www\.(?=[^\s.]+\.))${ADDRESS}`;
// At most 64 characters stand before the @, so a long word costs little. `git@host:path` and a password are no mail.
const MAIL = String.raw`(?<![\w.+%/@-]|\/\/[\w.+%-]{0,64}:)(?:mailto:)?[\w.+%-]{1,64}@(?:[a-z\d-]{1,63}\.)+[a-z]{2,63}(?![\w@-]|[:/][\p{L}\p{N}_~/.])`;
const CODE_OR_LINK = new RegExp(`\`([^\`\\n]+)\`|${WEB}|(${MAIL})`, 'giu');

/** The links, the inline code and the plain text of one block. */
export function toParts(text: string): readonly Part[] {
  const parts: Part[] = [];
  let at = 0;
  const say = (upTo: number) => {
    if (upTo > at) parts.push({ kind: 'text', text: text.slice(at, upTo) });
  };
  for (const match of text.matchAll(CODE_OR_LINK)) {
    const [whole, code, mail] = match;
    const shown = code === undefined && mail === undefined ? withoutTail(whole) : whole;
    const href = code === undefined ? safeHref(shown, mail) : undefined;
    if (code === undefined && href === undefined) continue;
    say(match.index);
    parts.push(
      href === undefined ? { kind: 'code', text: code ?? '' } : { kind: 'link', text: shown, href },
    );
    at = match.index + shown.length;
  }
  say(text.length);
  return parts;
}

/** Signs of a sentence, in any script. A link may end with the others: `/`, `-`, `=`, `&`, `#`, `%`. */
const OF_SENTENCE = /[.,:;!?'*_~]|(?!\p{ASCII})\p{P}/u;
/** Each closing bracket with its opening one. */
const BRACKETS = ['()', '[]', '{}'] as const;

/** Removes punctuation after a link, which belongs to the sentence. A closing bracket stays if the link opens it. */
function withoutTail(link: string): string {
  // Count once: a link may have 4,000 brackets.
  const count = (one: string) => link.split(one).length;
  const loose = new Map(
    BRACKETS.map(([open = '', close = '']) => [close, count(close) - count(open)]),
  );
  let end = link.length;
  for (;;) {
    const last = link[end - 1] ?? '';
    const surplus = loose.get(last) ?? 0;
    if (surplus <= 0 && !OF_SENTENCE.test(last)) return link.slice(0, end);
    loose.set(last, surplus - 1);
    end -= 1;
  }
}

/**
 * The address of the link, or undefined if the page must not offer it. A user name before the host only makes an
 * address look like another one (https://bank.example@evil.example).
 */
function safeHref(link: string, mail: string | undefined): string | undefined {
  if (mail !== undefined) return /^mailto:/i.test(mail) ? mail : `mailto:${mail}`;
  const url = ifPossible(() => new URL(/^www/i.test(link) ? `https://${link}` : link));
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    return undefined;
  }
  return url.href;
}

const MOST_LARGE = 6;
// Each character starts at most one alternative, and none that continues another. With two ways to match a run of skin
// tones or flags, one message would block every page that shows it.
const EMOJI =
  /^(?:(?:\p{Regional_Indicator}{2}|[0-9#*]\ufe0f?\u20e3|(?![\p{Nd}\p{EMod}\p{Regional_Indicator}])\p{Emoji}(?:\p{EMod}|\ufe0f)?[\u{e0020}-\u{e007f}]*(?:\u200d\p{Emoji}(?:\p{EMod}|\ufe0f)?)*)\s*)+$/u;

/** Whether the text is a few emoji and nothing else, which are shown larger. */
export function isEmojiOnly(text: string): boolean {
  // A single ™ or ↔ is text unless its writer chose the emoji presentation.
  if (text.length > 200 || !EMOJI.test(text) || !/\p{Emoji_Presentation}|\ufe0f/u.test(text)) {
    return false;
  }
  return graphemesOf(text.replace(/\s+/g, '')).length <= MOST_LARGE;
}

const LONG_LINES = 14;
const LONG_CHARACTERS = 900;

/** Whether the list shows the beginning only, until the reader unfolds it. */
export function isLong(text: string): boolean {
  return text.length > LONG_CHARACTERS || text.split('\n', LONG_LINES + 1).length > LONG_LINES;
}
