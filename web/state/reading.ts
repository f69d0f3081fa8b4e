// What the person has read, and how much is unread. Pure.

import type { ChatMessage } from '../../functions/protocol.ts';
import { indexOf } from './log-window.ts';
import type { MessageLog } from './message-log.ts';

export interface Reading {
  /** The page is visible and at the end of the log. */
  readonly isReading: boolean;
  /** The last `seq` that has been read. Undefined before the first history of a first visit. */
  readonly readTo: number | undefined;
  /** The `seq` before the first new message when the person last looked away or came back. */
  readonly newAfter: number | undefined;
}

export const NOT_READ: Reading = { isReading: false, readTo: undefined, newAfter: undefined };

/** The highest unread count. */
export const MOST_UNREAD = 999;

/** The reading after a change of the log. */
export function readOn(reading: Reading, log: MessageLog, me: string | undefined): Reading {
  const { isReading, readTo } = reading;
  if (log.to === undefined || log.to === readTo) return reading;
  // On a first visit old messages are history, not news. If more was read than the room has, it was an older room of
  // that name.
  if (readTo === undefined || isReading || readTo > log.to) return { ...reading, readTo: log.to };
  const marked = reading.newAfter ?? -1;
  const isMarked = marked >= readTo;
  if (isMarked || countUnread(reading, log, me) === 0) return reading;
  return { ...reading, newAfter: readTo };
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
    if (message?.userId !== me && message?.deletes === undefined) count += 1;
    if (count === MOST_UNREAD) break;
  }
  return count;
}
