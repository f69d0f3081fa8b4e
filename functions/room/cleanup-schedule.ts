// When a room's next cleanup is due. Every room with something to clean up has a row in one partition, whose keys sort by
// time. So finding the due rooms costs one read, however many rooms there are.
//
//   .tidy | <epoch ms, 15 digits>:<room>
//
// A row is written before the commit that needs it. An extra row does no harm, and is removed when it is due.

import type { Change } from './change.ts';
import type { LeftBehind } from './kinds/kind.ts';
import { kindOf } from './kinds/kinds.ts';
import type { Head } from './rows.ts';
import type { Row } from './table.ts';

/** No room can have the name of this partition. Deployed tables have this name, so it stays. */
export const CLEANUP_PARTITION = '.tidy';

/** A lost connection is found after this time, plus the timer's minute. */
export const CHECK_AFTER_MS = 5 * 60_000;

/** An erase deletes what it can by itself within half a minute. The timer deletes the rest. */
const GARBAGE_AFTER_MS = 60_000;

/** @param at epoch ms */
export function toDueRow(room: string, at: number): Row {
  return { key: dueKey(at, room), properties: { room, at } };
}

/** Without a room: the key before those of all rooms that are due at that time (epoch ms). */
export function dueKey(at: number, room = ''): string {
  return `${String(at).padStart(15, '0')}:${room}`;
}

/** When the room's cleanup is due after these changes, epoch ms. 0 for never. */
export function nextCleanupAt(
  head: Head,
  changes: readonly Change[],
  now: number,
  retentionMs: number,
): number {
  const look = changes.find((change) => change.kind === 'cleanup');
  // The cleanup has not seen changes between its read and this commit, so another one is due soon.
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
