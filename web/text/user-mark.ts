// How a user is told apart at a glance: initials, and a colour that stays theirs.

/** Colours that are easy to tell apart; which are legible together is said in style/base.css. */
export const HUES = 12;

/** 0 to {@link HUES} − 1, the same for a user id in every browser. */
export function hueOf(userId: string): number {
  let hash = 0x811c9dc5;
  // FNV-1a: short ids that differ in one character land far apart.
  for (const character of userId) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return (hash >>> 8) % HUES;
}

/** One or two characters: the first of a name in Chinese, Japanese or Korean, the first of its first and last word elsewhere. */
export function initialsOf(name: string): string {
  const words = name.split(/[\s·_-]+/).filter((word) => /[\p{L}\p{N}\p{S}]/u.test(word));
  const first = firstOf(words[0] ?? name);
  const last = words.length > 1 ? firstOf(words.at(-1) ?? '') : '';
  const isWide = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{S}]/u;
  return isWide.test(first) || isWide.test(last) ? first : `${first}${last}`.toLocaleUpperCase();
}

function firstOf(word: string): string {
  for (const { segment } of new Intl.Segmenter().segment(word)) return segment;
  return '';
}
