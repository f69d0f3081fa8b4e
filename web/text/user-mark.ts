// Initials and a fixed colour for each user.

import { graphemesOf } from './graphemes.ts';

/** Number of colours. They are easy to distinguish. style/base.css makes them legible. */
export const HUES = 12;

/** 0 to {@link HUES} − 1, the same for a user id in every browser. */
export function hueOf(userId: string): number {
  let hash = 0x811c9dc5;
  // FNV-1a: ids that differ in one character get different hues.
  for (const character of userId) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return (hash >>> 8) % HUES;
}

/** The first character of a name in Chinese, Japanese or Korean, else the initials of its first and last word. */
export function initialsOf(name: string): string {
  const words = name.split(/[\s·_-]+/).filter((word) => /[\p{L}\p{N}\p{S}]/u.test(word));
  const first = firstOf(words[0] ?? name);
  const last = words.length > 1 ? firstOf(words.at(-1) ?? '') : '';
  const isWide = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{S}]/u;
  return isWide.test(first) || isWide.test(last) ? first : `${first}${last}`.toLocaleUpperCase();
}

const firstOf = (word: string) => graphemesOf(word)[0] ?? '';
