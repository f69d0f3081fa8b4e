// The emoji of the picker, and the search among them. Pure.

export interface Emoji {
  readonly emoji: string;
  /** In the page's language, as screen readers say it. */
  readonly name: string;
  /** The name and more words, in small letters. */
  readonly words: readonly string[];
}

/** The groups of the text that the build makes (local/build/emoji-data.ts). */
export function toEmojiGroups(text: string): readonly (readonly Emoji[])[] {
  return text.split('\n\n').map((group) => group.split('\n').map(toEmoji));
}

function toEmoji(line: string): Emoji {
  const [emoji = '', name = '', ...tags] = line.split('|');
  return { emoji, name, words: [name, ...tags].map((word) => word.toLowerCase()) };
}

/** Those that have every word of the query, the best first: its name begins with it, then a word does, then any part. */
export function findEmoji(groups: readonly (readonly Emoji[])[], query: string): readonly Emoji[] {
  const wanted = query.normalize('NFKC').toLowerCase().trim();
  const parts = wanted.split(/\s+/);
  const found = groups
    .flat()
    .filter(({ emoji, words }) => {
      if (emoji === query.trim()) return true;
      return parts.every((part) => words.some((word) => word.includes(part)));
    })
    .map((one) => ({ one, rank: rankOf(one, wanted) }));
  return found.sort((a, b) => a.rank - b.rank).map(({ one }) => one);
}

function rankOf({ name, words }: Emoji, wanted: string): number {
  if (name.toLowerCase() === wanted) return 0;
  if (words.includes(wanted)) return 1;
  const begins = words.some((word) => word.split(/[\s-]/).some((part) => part.startsWith(wanted)));
  return begins ? 2 : 3;
}
