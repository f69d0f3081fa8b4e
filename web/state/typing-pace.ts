// When the page sends a typing note. Pure: the time comes with each key.

import type { TypingRule } from '../../functions/protocol.ts';

/** What is known of the line that the person types. In ms since the page opened. */
export interface TypedLine {
  readonly begunAt: number;
  /** The last key. */
  readonly keyAt: number;
  readonly notedAt: number;
}

const NEVER = Number.NEGATIVE_INFINITY;
/** Before the first key of a line. */
export const NOT_TYPED: TypedLine = { begunAt: NEVER, keyAt: NEVER, notedAt: NEVER };

/** The line after a key, and whether a note is due. A person who stopped for longer than a note is shown begins again. */
export function addKey(
  before: TypedLine,
  { afterMs, everyMs, shownMs }: TypingRule,
  at: number,
): { readonly line: TypedLine; readonly isNoteDue: boolean } {
  const begunAt = at - before.keyAt <= shownMs ? before.begunAt : at;
  const isNoteDue = at - begunAt >= afterMs && at - before.notedAt >= everyMs;
  return { line: { begunAt, keyAt: at, notedAt: isNoteDue ? at : before.notedAt }, isNoteDue };
}
