// A moderator's words for a removal, a ban or a closed room.

import { showsNothing } from '../protocol.ts';

/** Clients show the reason in one line. */
const MAX_REASON_LENGTH = 500;

/**
 * One line of at most {@link MAX_REASON_LENGTH} characters that does not reorder what stands beside it. `otherwise` if nothing
 * of the text can be seen, or if it is no text.
 */
export function toReason(value: unknown, otherwise: string): string {
  const text = typeof value === 'string' ? value : '';
  const line = text
    .replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\p{Bidi_Control}/gu, '')
    .trim();
  // By code points, so that no emoji is split.
  return showsNothing(line) ? otherwise : [...line].slice(0, MAX_REASON_LENGTH).join('');
}
