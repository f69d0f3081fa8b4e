// What the bar over the log says of unread messages. Pure.

import { type ChatState, readerOf } from './chat-state.ts';
import { indexOf } from './log-window.ts';
import { countUnread, firstUnread, isFar, MOST_UNREAD } from './reading.ts';

/** Where the line is that the bar leads to, as seen by the reader. */
export type Whereabouts = 'above' | 'here' | 'below';

export interface Unread {
  /** New messages of other people since the mark. */
  readonly count: number;
  /** Whether there are more than that. */
  readonly isMore: boolean;
  /** When the first of them was sent, epoch ms. Undefined if that one is not loaded. */
  readonly since: number | undefined;
  /** The line to go to: the first unread one, or the first new one if all is read. */
  readonly target: number;
  /** The first line after the mark. */
  readonly mark: number;
  /** Whether something is unread. */
  readonly isUnread: boolean;
  readonly isFar: boolean;
}

/** Undefined if nothing is new. */
export function unreadOf(state: Pick<ChatState, 'log' | 'reading' | 'me' | 'expected'>) {
  const { log, reading } = state;
  const me = readerOf(state);
  const first = firstUnread({ readTo: reading.newAfter }, log, me);
  if (!first) return undefined;
  const count = countUnread({ readTo: reading.newAfter }, log, me);
  const far = isFar(reading, log);
  const unread = firstUnread(reading, log, me);
  return {
    count,
    isMore: far || count === MOST_UNREAD,
    since: far ? undefined : first.sentAt,
    target: (unread ?? first).seq,
    mark: first.seq,
    isUnread: unread !== undefined,
    isFar: far,
  } satisfies Unread;
}

/** A line right below the last one in sight is here: the reader comes to it. */
export function whereIs(
  target: number,
  sight: { readonly first: number; readonly last: number },
  { shown }: ChatState['log'],
): Whereabouts {
  if (target < sight.first) return 'above';
  return indexOf(shown, target) > indexOf(shown, sight.last + 1) ? 'below' : 'here';
}

/** Fewer new lines fit on one screen: the button to the end shows them all. */
const LEAST_BELOW = 10;

/**
 * Whether the bar shows. A reader who has come to the end has read all, and still learns that new lines begin above, until they
 * have been in sight.
 */
export function isBarShown(
  unread: Unread,
  where: Whereabouts,
  { isAtEnd, hasSeenMark }: { readonly isAtEnd: boolean; readonly hasSeenMark: boolean },
): boolean {
  if (unread.isFar && unread.isUnread) return true;
  if (isAtEnd) return where === 'above' && !hasSeenMark;
  return unread.isUnread && (where !== 'below' || unread.count >= LEAST_BELOW);
}
