// When a room has to be looked after next. Every room with anything to look after has a row in one partition,
// whose keys sort by time, so that finding what is due costs one read however many rooms there are.
//
//   .tidy | <epoch ms, 15 digits>:<room>
//
// A row is written before the commit that makes it necessary; one too many is found out and removed.

import type { Change } from './change.ts';
import type { LeftBehind } from './kinds/kind.ts';
import { kindOf } from './kinds/kinds.ts';
import type { Head } from './rows.ts';
import type { Row } from './table.ts';

/** A partition that no room can be named after. */
export const CLEANUP_PARTITION = '.tidy';

/** A connection whose end nobody reported is found out after this long, and the timer's minute. */
export const CHECK_AFTER_MS = 5 * 60_000;

/** An erase deletes what it can by itself within half a minute. The timer deletes the rest. */
const GARBAGE_AFTER_MS = 60_000;

export function toDueRow(room: string, at: number): Row {
  return { key: dueKey(at, room), properties: { room, at } };
}

export function dueKey(at: number, room = ''): string {
  return `${String(at).padStart(15, '0')}:${room}`;
}

/** When the room must be looked after once these changes are made; 0 for never. */
export function nextCleanupAt(
  head: Head,
  changes: readonly Change[],
  now: number,
  retentionMs: number,
): number {
  const look = changes.find((change) => change.kind === 'cleanup');
  // What came between a look and this commit it has not seen: then it had better look again.
  const isCurrent = look?.seenRevision === head.revision;
  const planned = look?.next
    ? isCurrent
      ? look.next.cleanupAt
      : now + CHECK_AFTER_MS
    : head.cleanupAt;
  const dueAt: Record<LeftBehind, number[]> = {
    connection: [now + CHECK_AFTER_MS],
    messages: [now + retentionMs + 1],
    ban: [now + CHECK_AFTER_MS],
    garbage: [now + GARBAGE_AFTER_MS],
    nothing: [],
  };
  const needed = changes.flatMap((change) => dueAt[kindOf(change).leavesBehind]);
  const times = planned === 0 ? needed : [...needed, planned];
  return times.length === 0 ? 0 : Math.min(...times);
}
