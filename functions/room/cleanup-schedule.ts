// When a room's next cleanup is due. Every room with something to clean up has a row in one partition, whose keys sort by
// time. So finding the due rooms costs one read, however many rooms there are.
//
//   `.tidy` | <epoch ms, 15 digits>:<room>
//         | new:<epoch ms, 15 digits>:<room>     a room in which nobody has spoken yet
//
// Rooms without a message have a range of their own, so that thousands of them do not delay the others.
// A row is written before the commit that needs it. An extra row does no harm, and is removed when it is due.

import type { Change, ChangeOf } from './change.ts';
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

/** In which of the two ranges a room's due row is: whether somebody has spoken in it. */
export type Lane = 'used' | 'new';

/** @param at epoch ms */
export function toDueRow(room: string, at: number, lane: Lane = 'used'): Row {
  return { key: `${LANES[lane]}${dueKey(at, room)}`, properties: { room, at } };
}

/** The range of the rooms that were due at `now` (epoch ms) or before. */
export function dueRows(lane: Lane, now: number) {
  return { from: LANES[lane], to: `${LANES[lane]}${dueKey(now + 1)}` };
}

const LANES: Readonly<Record<Lane, string>> = { used: '', new: 'new:' };

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
  // The timer deletes the room, or somebody enters it and makes it due again.
  const planned = changes.some((change) => change.kind === 'unlist')
    ? 0
    : plannedAt(look, head, now);
  const dueAt: Record<LeftBehind, number[]> = {
    connection: [now + CHECK_AFTER_MS],
    messages: [now + retentionMs + 1],
    ban: [now + CHECK_AFTER_MS],
    garbage: [now + GARBAGE_AFTER_MS],
    imported: [now + GARBAGE_AFTER_MS],
    listing: head.listed ? [] : [now + GARBAGE_AFTER_MS],
    nothing: [],
  };
  const needed = changes.flatMap((change) => dueAt[kindOf(change).leavesBehind]);
  const times = planned === 0 ? needed : [...needed, planned];
  return times.length === 0 ? 0 : Math.min(...times);
}

/** The due row to write before a commit with these changes, if there is none yet. `cleanupAt` is epoch ms, or 0 for never. */
export function missingDueRow(
  room: string,
  head: Head,
  changes: readonly Change[],
  cleanupAt: number,
): Row | undefined {
  if (cleanupAt === 0) return undefined;
  const isFirstMessage = head.seq === 0 && changes.some(bringsMessages);
  const lane = head.seq > 0 || isFirstMessage ? 'used' : 'new';
  // A room's first message moves it to the other lane.
  return cleanupAt === head.cleanupAt && !isFirstMessage
    ? undefined
    : toDueRow(room, cleanupAt, lane);
}

function bringsMessages(change: Change): boolean {
  if (change.kind === 'import') return change.seq > 0;
  return kindOf(change).leavesBehind === 'messages';
}

function plannedAt(look: ChangeOf<'cleanup'> | undefined, head: Head, now: number): number {
  if (!look?.next) return head.cleanupAt;
  // The cleanup has not seen changes between its read and this commit, so another one is due soon.
  return look.seenRevision === head.revision ? look.next.cleanupAt : now + CHECK_AFTER_MS;
}
