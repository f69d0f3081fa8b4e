// The text in the composer. Pure, and linear in its length: all of it runs at each key.

import { MAX_TEXT_LENGTH } from '../../functions/protocol.ts';

/**
 * The longest text that the composer holds, in UTF-16 units. Twice what a message holds even of emoji, so that a
 * person can shorten a text in place, and short enough for a key to stay fast.
 */
export const MOST_DRAFT = 4 * MAX_TEXT_LENGTH;

/** The text, cut if it is longer than {@link MOST_DRAFT}. No character is split. */
export function fitDraft(text: string): string {
  if (text.length <= MOST_DRAFT) return text;
  const isSplit = /[\ud800-\udbff]/.test(text.charAt(MOST_DRAFT - 1));
  return text.slice(0, isSplit ? MOST_DRAFT - 1 : MOST_DRAFT);
}

/** Whether nothing more fits, so that a longer text was cut. */
export function isDraftFull(text: string): boolean {
  // A pair of surrogates does not fit into the last unit.
  return text.length >= MOST_DRAFT - 1;
}

/** The text without the line breaks at its end, which are left over from Shift+Enter. */
export function withoutLastBreaks(text: string): string {
  let end = text.length;
  while (text.charAt(end - 1) === '\n') end -= 1;
  return text.slice(0, end);
}
