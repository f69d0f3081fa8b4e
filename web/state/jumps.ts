// Jumps to a message, and the places from which they came. Pure.

import { type ChatMessage, isLine } from '../../functions/protocol.ts';
import { indexOf } from './log-window.ts';
import { hasOlder, type MessageLog } from './message-log.ts';

/** Where a reader was before a jump. */
export interface Place<Anchor> {
  /** Undefined at the end of the log. */
  readonly anchor: Anchor | undefined;
  /** The line that had the focus. */
  readonly focus: number | undefined;
  /** The message in sight, if the place was in the past view. */
  readonly past?: number | undefined;
}

/** So many jumps can be taken back. */
const MOST_PLACES = 50;

export function addPlace<Anchor>(
  places: readonly Place<Anchor>[],
  place: Place<Anchor>,
): readonly Place<Anchor>[] {
  return [...places, place].slice(-MOST_PLACES);
}

/** Where a message is: in the log, before what is loaded, or nowhere. Undefined until the log is loaded. */
export function findTarget(
  log: MessageLog,
  seq: number,
): ChatMessage | 'older' | 'nowhere' | undefined {
  if (log.to === undefined) return undefined;
  if (seq < log.from) return hasOlder(log) && seq >= log.first ? 'older' : 'nowhere';
  const message = log.shown[indexOf(log.shown, seq)];
  // Nobody sees the announcement of an edit or a removal.
  return message?.seq === seq && isLine(message) ? message : 'nowhere';
}
