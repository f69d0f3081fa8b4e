// What the person has read, and how much is unread. Pure.

import { type ChatMessage, isLine } from '../../functions/protocol.ts';
import { indexOf } from './log-window.ts';
import type { MessageLog } from './message-log.ts';

export interface Reading {
  /** The person looks at the end of the log. */
  readonly isReading: boolean;
  /** The last `seq` that has been read. Undefined before the first history of a first visit. */
  readonly readTo: number | undefined;
  /** The last `seq` that another tab of the room has read. It may be ahead of this tab's log. */
  readonly readElsewhere: number | undefined;
  /** The `seq` before the first new message when the person last looked away or came back. */
  readonly newAfter: number | undefined;
}

export const NOT_READ: Reading = {
  isReading: false,
  readTo: undefined,
  readElsewhere: undefined,
  newAfter: undefined,
};

/** The highest unread count. */
export const MOST_UNREAD = 999;

/** The reading after a change of the log. */
export function readOn(reading: Reading, log: MessageLog, me: string | undefined): Reading {
  if (log.to === undefined) return reading;
  const readTo = readIn(reading, log.to);
  const moved = readTo === reading.readTo ? reading : { ...reading, readTo };
  if (log.to === readTo) return moved;
  const marked = moved.newAfter ?? -1;
  const isMarked = marked >= readTo;
  if (isMarked || countUnread(moved, log, me) === 0) return moved;
  return { ...moved, newAfter: readTo };
}

/** The last `seq` read in a log up to `last`. */
function readIn({ isReading, readTo, readElsewhere = 0 }: Reading, last: number): number {
  // On a first visit old messages are history, not news.
  if (isReading || readTo === undefined) return last;
  // If more was read than the room has, this tab is behind another one, or it was an older room of that name.
  return Math.min(last, Math.max(readTo, readElsewhere));
}

/** The reading after another tab has read the room up to `readTo`. What it read is not new here. */
export function readElsewhere(
  reading: Reading,
  readTo: number,
  log: MessageLog,
  me: string | undefined,
): Reading {
  const ahead = Math.max(readTo, reading.readElsewhere ?? 0);
  const isNew = (reading.newAfter ?? ahead) >= ahead;
  const newAfter = isNew ? reading.newAfter : undefined;
  return readOn({ ...reading, readElsewhere: ahead, newAfter }, log, me);
}

/** The reading after the person starts or stops looking at the end of the log. */
export function look(reading: Reading, isReading: boolean, log: MessageLog): Reading {
  if (isReading === reading.isReading) return reading;
  return { ...reading, isReading, readTo: isReading ? (log.to ?? reading.readTo) : reading.readTo };
}

/** Unread messages of other people, at most {@link MOST_UNREAD}. */
export function countUnread(
  { readTo }: Reading,
  { shown }: { readonly shown: readonly ChatMessage[] },
  me: string | undefined,
): number {
  if (readTo === undefined) return 0;
  let count = 0;
  for (let index = indexOf(shown, readTo + 1); index < shown.length; index += 1) {
    const message = shown[index];
    if (message && message.userId !== me && isLine(message)) count += 1;
    if (count === MOST_UNREAD) break;
  }
  return count;
}
