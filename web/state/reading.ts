// What the person has read, and how much is unread. Pure.

import { type ChatMessage, isLine } from '../../functions/protocol.ts';
import { indexOf } from './log-window.ts';
import { hasOlder, type MessageLog } from './message-log.ts';

export interface Reading {
  /** The person looks at the end of the log, on a page that has the focus. */
  readonly isReading: boolean;
  /** The last `seq` that has been read. Undefined before the first history of a first visit. */
  readonly readTo: number | undefined;
  /** The last `seq` that another tab or device of the person has read. It may be ahead of this tab's log. */
  readonly readElsewhere: number | undefined;
  /** The `seq` before the first new message when the person last looked away or came back. */
  readonly newAfter: number | undefined;
  /**
   * The first unread message was not loaded: the person sees newer ones, and has not read what is before them. So nothing counts
   * as read before the person goes there, comes to the end again, or says that all is read.
   */
  readonly isHeld: boolean;
}

export const NOT_READ: Reading = {
  isReading: false,
  readTo: undefined,
  readElsewhere: undefined,
  newAfter: undefined,
  isHeld: false,
};

/**
 * The reading at the first answer, whose last message is `seq`. The number that the device had is from before the question, so a
 * higher one is of an older room of that name, and of this one nothing has been read.
 */
export function startReading(reading: Reading, seq: number): Reading {
  return (reading.readTo ?? 0) > seq ? { ...reading, readTo: 0 } : reading;
}

/** The highest unread count. */
export const MOST_UNREAD = 999;

/**
 * The reading after a change of the log. A mark stays while something after it is unread.
 *
 * @param lastTo the end of the log before the change
 */
export function readOn(
  reading: Reading,
  log: MessageLog,
  me: string | undefined,
  lastTo = reading.readTo,
): Reading {
  if (log.to === undefined) return reading;
  const readTo = readIn(reading, log.to);
  const isHeld = reading.isHeld || isFar({ readTo }, log);
  const isSame = readTo === reading.readTo && isHeld === reading.isHeld;
  const moved = isSame ? reading : { ...reading, readTo, isHeld };
  if (log.to === readTo) return moved;
  const marked = moved.newAfter ?? -1;
  const hadReadAll = (reading.readTo ?? 0) >= (lastTo ?? 0);
  const isMarked = marked >= readTo || (marked >= 0 && !hadReadAll);
  if (isMarked || countUnread(moved, log, me) === 0) return moved;
  return { ...moved, newAfter: readTo };
}

/** The last `seq` read in a log up to `last`. */
function readIn(reading: Reading, last: number): number {
  const { isReading, isHeld, readElsewhere = 0 } = reading;
  // On a first visit old messages are history, not news, unless the person was here on another device.
  const { readTo = reading.readElsewhere ?? last } = reading;
  if (isReading && !isHeld) return last;
  // If more was read than the room has, this tab is behind another one.
  return Math.min(last, Math.max(readTo, readElsewhere));
}

/** The reading after another tab or device has read the room up to `readTo`. What it read is not new here. */
export function readElsewhere(
  reading: Reading,
  readTo: number,
  log: MessageLog,
  me: string | undefined,
): Reading {
  // This tab was faster, and keeps its mark.
  if (readTo <= (reading.readTo ?? -1)) return reading;
  const ahead = Math.max(readTo, reading.readElsewhere ?? 0);
  const isNew = (reading.newAfter ?? ahead) >= ahead;
  const newAfter = isNew ? reading.newAfter : undefined;
  return readOn({ ...reading, readElsewhere: ahead, newAfter }, log, me);
}

/** The reading after the person starts or stops looking at the end of the log. */
export function look(reading: Reading, isReading: boolean, log: MessageLog): Reading {
  if (isReading === reading.isReading) return reading;
  const looking = { ...reading, isReading };
  return isReading ? see(looking, log.to, log) : looking;
}

/** The reading after line `seq` was on the screen, whole, while the page had the focus. */
export function see(reading: Reading, seq: number | undefined, log: MessageLog): Reading {
  const { readTo = -1 } = reading;
  if (seq === undefined || seq <= readTo || isFar(reading, log)) return reading;
  return { ...reading, readTo: seq, isHeld: false };
}

/** The reading after the person says that all is read. */
export function readAll(reading: Reading, log: MessageLog): Reading {
  return { ...reading, readTo: log.to ?? reading.readTo, newAfter: undefined, isHeld: false };
}

/** Whether the first unread message is kept by the room and not loaded. */
export function isFar({ readTo }: Pick<Reading, 'readTo'>, log: MessageLog): boolean {
  return readTo !== undefined && log.from > readTo + 1 && hasOlder(log);
}

/** The first unread line of somebody else. */
export function firstUnread(
  { readTo }: Pick<Reading, 'readTo'>,
  { shown }: Pick<MessageLog, 'shown'>,
  me: string | undefined,
): ChatMessage | undefined {
  if (readTo === undefined) return undefined;
  return shown.slice(indexOf(shown, readTo + 1)).find((message) => isUnreadLine(message, me));
}

function isUnreadLine(message: ChatMessage, me: string | undefined): boolean {
  return message.userId !== me && isLine(message);
}

/** Unread messages of other people, at most {@link MOST_UNREAD}. */
export function countUnread(
  { readTo }: Pick<Reading, 'readTo'>,
  { shown }: Pick<MessageLog, 'shown'>,
  me: string | undefined,
): number {
  if (readTo === undefined) return 0;
  let count = 0;
  for (let index = indexOf(shown, readTo + 1); index < shown.length; index += 1) {
    const message = shown[index];
    if (message && isUnreadLine(message, me)) count += 1;
    if (count === MOST_UNREAD) break;
  }
  return count;
}

/** Whether an unread message mentions the person. */
export function isMentioned(
  { readTo }: Pick<Reading, 'readTo'>,
  { shown }: Pick<MessageLog, 'shown'>,
  me = '',
): boolean {
  if (readTo === undefined) return false;
  return shown.slice(indexOf(shown, readTo + 1)).some(({ mentions }) => mentions?.includes(me));
}
