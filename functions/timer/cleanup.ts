// The timer that cleans up rooms: removes connections whose `disconnected` was lost, and expired tombstones, messages and
// bans. The platform runs a timer on one instance at a time.
//
// Cost: two reads and a write a minute. For each due room (every 5 minutes while somebody is online) one read for each 1,000
// connections, one existence check for each connection older than a minute, and three writes. Expired messages are read
// and removed once, 50 per transaction. A room with messages costs nothing while it is
// empty, until its oldest message expires. A room in which nobody has spoken, and the room of a deployment check, is deleted
// ten minutes after the last one left. Once an hour one read finds the reading places that have expired. They are removed beside
// the rooms, so that neither waits for the other.

import { atATime } from '../at-a-time.ts';
import type { Deps } from '../deps.ts';
import { TICKET_LIFETIME_SECONDS } from '../identity/ticket.ts';
import { closedError } from '../moderation/refusals.ts';
import { type Events, isCheckRoom } from '../protocol.ts';
import { CHECK_AFTER_MS, type Lane } from '../room/cleanup-schedule.ts';
import { toReason } from '../room/commit-note.ts';
import type { DueRoom } from '../room/room-cleanup.ts';
import { type ConnectionRow, type Head, isEmptyRoom } from '../room/rows.ts';
import { type Action, toRoomTogether } from '../service/bindings.ts';
import { deleteEmptyRoom } from './empty-room.ts';
import type { Correction, Failure, TimerAnswer } from './timer-function.ts';

/** The service may not report a younger connection yet. */
const MIN_AGE_MS = 60_000;
/** A tombstone outlives every ticket that could bring a late `connected`. */
const TOMBSTONE_MS = 2 * TICKET_LIFETIME_SECONDS * 1_000;
const ROOMS_AT_A_TIME: Readonly<Record<Lane, number>> = { used: 4, new: 2 };
/** Of each lane. The rest stays due. */
const ROOMS_PER_RUN = 5_000;
/**
 * The next run begins after a minute, and the output binding sends the broadcasts of a run at its end. So a run begins nothing
 * more after this time.
 */
const RUN_MS = 30_000;
const RUN_EVERY_MS = 60_000;
const PLACES_EVERY_MS = 60 * 60_000;
const CHECKS_AT_A_TIME = 16;
const EXPIRED_AT_A_TIME = 1_000;

/**
 * Cleans up the due rooms, the longest due first, as many as one run has time for, and beside them the reading places. What is
 * left, or whose cleanup fails, stays due. Throws if neither lane's schedule can be read.
 */
export async function cleanUpRooms(deps: Deps): Promise<TimerAnswer> {
  const { now } = deps;
  const startedAt = now();
  const run: Run = { deps, corrected: [], failed: [], isLate: () => now() > startedAt + RUN_MS };
  const [rooms] = await Promise.allSettled([
    cleanUpLanes(run, startedAt),
    removeOldPlaces(run, startedAt),
  ]);
  if (rooms.status === 'rejected') throw rooms.reason;
  return { ...rooms.value, corrected: run.corrected, failed: run.failed };
}

async function cleanUpLanes(run: Run, startedAt: number) {
  const { deps, failed } = run;
  await deps.cleanup.applyRetention(retentionMsOf(deps), startedAt);
  const ends = await Promise.allSettled(LANES.map((lane) => cleanUpLane(lane, run)));
  // A failed call sends no broadcast. So one lane's failure is reported, and the other lane's broadcasts are sent.
  const done = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
  const [first] = ends;
  if (done.length === 0 && first?.status === 'rejected') throw first.reason;
  for (const [index, end] of ends.entries()) {
    if (end.status === 'rejected')
      failed.push({ lane: LANES[index], reason: toReason(end.reason) });
  }
  return {
    actions: done.flatMap(({ actions }) => actions),
    postponed: done.reduce((sum, { postponed }) => sum + postponed, 0),
  };
}

/**
 * Reading places that nobody has written for as long as messages are kept: in the first run of an hour, and in the next ones if
 * some are left. Never throws.
 */
async function removeOldPlaces({ deps, failed, isLate }: Run, startedAt: number): Promise<void> {
  const isDue = startedAt % PLACES_EVERY_MS < RUN_EVERY_MS;
  if (!isDue && !deps.places.hasLeftExpired) return;
  try {
    await deps.places.removeExpired(isLate);
  } catch (error) {
    failed.push({ reason: toReason(error) });
  }
}

const LANES: readonly Lane[] = ['used', 'new'];

/** One run of the timer, and what it has found so far. */
interface Run {
  readonly deps: Deps;
  readonly corrected: Correction[];
  readonly failed: Failure[];
  /** Whether the run is over. Then nothing more is begun. */
  readonly isLate: () => boolean;
}

/** Rooms without a message have workers of their own, so that they never take those of the others. */
async function cleanUpLane(lane: Lane, run: Run) {
  const { cleanup, now } = run.deps;
  const dueRooms = await cleanup.dueRooms(lane, now(), ROOMS_PER_RUN);
  let postponed = 0;
  const actions = await atATime(ROOMS_AT_A_TIME[lane], dueRooms, async (due) => {
    if (!run.isLate()) return cleanUpDue(due, run);
    postponed += 1;
    return [];
  });
  return { actions: actions.flat(), postponed };
}

/** Never throws. Returns the broadcasts. */
async function cleanUpDue(due: DueRoom, run: Run): Promise<readonly Action[]> {
  const { reader, cleanup, now } = run.deps;
  const { room } = due;
  const broadcasts: Events[] = [];
  try {
    const head = await reader.findHead(room);
    // Otherwise its cleanup has happened, and a later row exists, or its first message moved it to the other lane.
    const isHere = due.lane === 'used' || head?.seq === 0;
    const isDue = head && isHere && (due.isForced || head.cleanupAt <= now());
    const left = head
      ? isDue && (await cleanUpRoom(due, head, { ...run, broadcasts }))
      : await cleanUpWithoutHead(room, run.deps);
    if (left) await cleanup.keepDue(due, left.checkedTo);
    else await cleanup.removeDue(due);
  } catch (error) {
    // The room stays due, and the next run retries.
    run.failed.push({ room, reason: toReason(error) });
  }
  // Also after a failure, because the commit with the leaves took effect.
  return toRoomTogether(room, broadcasts);
}

/** What a cleanup has left for the next run, and where that one goes on. */
interface Left {
  readonly checkedTo: string;
}

const FROM_THE_START: Left = { checkedTo: '' };

/** A room that was deleted. Somebody was about to enter it, and its row on the list may be there. */
async function cleanUpWithoutHead(room: string, deps: Deps): Promise<Left | undefined> {
  if (!(await deps.cleanup.findOnList(room))) return undefined;
  return (await deleteEmptyRoom(room, deps)) ? undefined : FROM_THE_START;
}

/** Adds the room's broadcasts to `broadcasts`. Throws if a step failed. The room then stays due. */
async function cleanUpRoom(
  { room, checkedTo }: DueRoom,
  head: Head,
  run: Run & { readonly broadcasts: Events[] },
): Promise<Left | undefined> {
  const { deps } = run;
  const { reader, rooms, now } = deps;
  const connections = await reader.connections(room);
  const closed = connections.filter(({ open }) => !open);
  const isCrowded = connections.length > closed.length;
  // One time for both: a tombstone that ends in between would be neither removed nor scheduled.
  const tombstonesUntil = now() - TOMBSTONE_MS;
  const isOver = ({ closedAt }: ConnectionRow) => closedAt < tombstonesUntil;
  const steps = await Promise.allSettled([
    removeOld(room, head, closed.filter(isOver), run),
    removeDead(room, connections, checkedTo, run),
    isCrowded ? disconnectIfClosed(room, head, deps) : undefined,
  ]);
  // One step does not stop another: messages expire even if the service does not answer.
  for (const step of steps) if (step.status === 'rejected') throw step.reason;
  const [old, dead] = steps;
  if (old.status === 'rejected') throw old.reason;
  if (dead.status === 'rejected') throw dead.reason;
  if (dead.value !== undefined) return dead.value;
  if (!old.value.isDone) return FROM_THE_START;

  const { first, oldestSentAt, bansEnd } = old.value;
  const next = [
    ...(isCrowded ? [now() + CHECK_AFTER_MS] : []),
    ...closed.filter((row) => !isOver(row)).map(({ closedAt }) => closedAt + TOMBSTONE_MS + 1),
    // A few expired messages wait, so that they are removed together.
    ...(oldestSentAt === undefined
      ? []
      : [Math.max(oldestSentAt + keptMsOf(room, deps) + 1, now() + CHECK_AFTER_MS)]),
    ...bansEnd.map((end) => Math.max(end, now() + CHECK_AFTER_MS)),
  ];
  if (next.length === 0 && isEmptyRoom(room, { ...head, first })) {
    return (await deleteEmptyRoom(room, deps)) ? undefined : FROM_THE_START;
  }
  await rooms.submit(room, {
    kind: 'cleanup',
    first,
    seenRevision: head.revision,
    next: { cleanupAt: next.length > 0 ? Math.min(...next) : 0, hasBans: bansEnd.length > 0 },
  });
  return undefined;
}

/** The steps that need only storage. */
async function removeOld(
  room: string,
  head: Head,
  tombstones: readonly ConnectionRow[],
  { deps, isLate }: Run,
) {
  const { cleanup, now } = deps;
  await cleanup.removeConnections(
    room,
    tombstones.map(({ connectionId }) => connectionId),
  );
  const bansEnd = head.bannedUntil > 0 ? await cleanup.removeEndedBans(room, now()) : [];
  if (!head.listed) await finishLeavingList(room, head, deps);
  return { ...(await expireMessages(room, head, deps, isLate)), bansEnd };
}

/** An erase that broke off left the room's row on the list. */
async function finishLeavingList(room: string, head: Head, { cleanup, rooms }: Deps) {
  const listed = await cleanup.findOnList(room);
  if (!listed) return;
  // After this commit every change that lists the room writes the row again, and the row stays.
  const { outcome } = await rooms.submit(room, {
    kind: 'cleanup',
    first: head.first,
    seenRevision: head.revision,
  });
  if (outcome.isCurrent) await cleanup.removeFromList(listed);
}

/** Disconnects users who joined while the room was being closed. */
async function disconnectIfClosed(room: string, { closed }: Head, { service }: Deps) {
  if (closed !== '') await service.closeRoom(room, closedError(closed).message);
}

/**
 * Removes connections that the service does not know any more. Begins after `checkedTo`, and says where it ended if the run was
 * over before the last one.
 */
async function removeDead(
  room: string,
  connections: readonly ConnectionRow[],
  checkedTo: string,
  { deps, corrected, broadcasts, isLate }: Run & { readonly broadcasts: Events[] },
): Promise<Left | undefined> {
  const { service, rooms, now } = deps;
  const isOld = ({ open, connectedAt }: ConnectionRow) => open && connectedAt < now() - MIN_AGE_MS;
  const old = connections
    .filter((one) => isOld(one) && one.connectionId > checkedTo)
    .sort((a, b) => (a.connectionId < b.connectionId ? -1 : 1));
  const found = await atATime(CHECKS_AT_A_TIME, old, async ({ connectionId }) =>
    isLate() ? 'unchecked' : (await service.hasConnection(connectionId)) ? 'alive' : 'dead',
  );
  const dead = old.filter((_, index) => found[index] === 'dead');
  const settled = await Promise.allSettled(
    dead.map(async ({ connectionId }) => {
      const { frames } = await rooms.submit(room, { kind: 'leave', connectionId });
      broadcasts.push(...frames);
    }),
  );
  const failed = settled.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
  if (dead.length > 0) corrected.push({ room, connections: dead.length });
  const firstLeft = found.indexOf('unchecked');
  if (firstLeft < 0) return undefined;
  return { checkedTo: old[firstLeft - 1]?.connectionId ?? checkedTo };
}

/**
 * Removes messages past their retention, and messages before the first one that an interrupted run or erase left behind. A
 * commit first says that they are gone. `isDone` is false if the run was over before.
 */
async function expireMessages(room: string, head: Head, deps: Deps, isLate: () => boolean) {
  const { reader, cleanup, rooms, now } = deps;
  const cutoff = now() - keptMsOf(room, deps);
  let { first } = head;
  if (head.seq === 0) return { isDone: true, first, oldestSentAt: undefined };
  for (;;) {
    const oldest = await reader.storedMessages(room, { from: 0, limit: EXPIRED_AT_A_TIME });
    const stays = oldest.findIndex(
      ({ message: { seq, sentAt } }) => seq >= first && sentAt >= cutoff,
    );
    const gone = stays < 0 ? oldest : oldest.slice(0, stays);
    const last = gone.at(-1)?.message.seq;
    const oldestSentAt = oldest[0]?.message.sentAt;
    if (last === undefined) return { isDone: true, first, oldestSentAt };
    if (isLate()) return { isDone: false, first, oldestSentAt };
    if (last >= first) {
      first = last + 1;
      await rooms.submit(room, { kind: 'cleanup', first, seenRevision: head.revision });
    }
    await cleanup.removeMessages(room, gone);
  }
}

/** How long the room keeps a message, ms. That of a deployment check is of no use once its connection is gone. */
function keptMsOf(room: string, deps: Deps): number {
  return isCheckRoom(room) ? TOMBSTONE_MS : retentionMsOf(deps);
}

function retentionMsOf({ settings }: Deps): number {
  return settings.retentionDays * 24 * 60 * 60_000;
}
