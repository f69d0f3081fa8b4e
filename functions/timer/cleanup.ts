// The timer that cleans up rooms: removes connections whose `disconnected` was lost, and expired tombstones, messages and
// bans. The platform runs a timer on one instance at a time.
//
// Cost: one read a minute. For each due room (every 5 minutes while somebody is online) one read for each 1,000
// connections, one existence check for each connection older than a minute, and three writes. Expired messages are read
// and removed once, 50 per transaction. An empty room costs nothing until its oldest message expires.

import { atATime } from '../at-a-time.ts';
import type { Deps } from '../deps.ts';
import { TICKET_LIFETIME_SECONDS } from '../identity/ticket.ts';
import { closedError } from '../moderation/refusals.ts';
import type { Events } from '../protocol.ts';
import { CHECK_AFTER_MS } from '../room/cleanup-schedule.ts';
import { toReason } from '../room/commit-note.ts';
import type { ConnectionRow, Head } from '../room/rows.ts';
import { toRoomTogether } from '../service/bindings.ts';
import type { Correction, Failure, TimerAnswer } from './timer-function.ts';

/** The service may not report a younger connection yet. */
const MIN_AGE_MS = 60_000;
/** A tombstone outlives every ticket that could bring a late `connected`. */
const TOMBSTONE_MS = 2 * TICKET_LIFETIME_SECONDS * 1_000;
const ROOMS_AT_A_TIME = 4;
const CHECKS_AT_A_TIME = 16;
const EXPIRED_AT_A_TIME = 1_000;

/** Cleans up all due rooms. A room whose cleanup fails stays due. Throws if the schedule cannot be read. */
export async function cleanUpRooms(deps: Deps): Promise<TimerAnswer> {
  const { reader, cleanup, now } = deps;
  const findings: Findings = { corrected: [], failed: [] };
  await cleanup.applyRetention(retentionMsOf(deps), now());
  const dueRooms = await cleanup.dueRooms(now());
  const actions = await atATime(ROOMS_AT_A_TIME, dueRooms, async (due) => {
    const { room } = due;
    const broadcasts: Events[] = [];
    try {
      const head = await reader.findHead(room);
      // Otherwise its cleanup has happened, and a later row exists.
      if (head && (due.isForced || head.cleanupAt <= now()))
        await cleanUpRoom(room, head, deps, { ...findings, broadcasts });
      await cleanup.removeDue(due);
    } catch (error) {
      // The room stays due, and the next run retries.
      findings.failed.push({ room, reason: toReason(error) });
    }
    // Also after a failure, because the commit with the leaves took effect.
    return toRoomTogether(room, broadcasts);
  });
  return { actions: actions.flat(), ...findings };
}

interface Findings {
  readonly corrected: Correction[];
  readonly failed: Failure[];
}

/** Adds the room's broadcasts to `broadcasts`. Throws if something is left to do. The room then stays due. */
async function cleanUpRoom(
  room: string,
  head: Head,
  deps: Deps,
  findings: Findings & { readonly broadcasts: Events[] },
): Promise<void> {
  const { reader, rooms, now } = deps;
  const connections = await reader.connections(room);
  const closed = connections.filter(({ open }) => !open);
  const isCrowded = connections.length > closed.length;
  // One time for both: a tombstone that ends in between would be neither removed nor scheduled.
  const tombstonesUntil = now() - TOMBSTONE_MS;
  const isOver = ({ closedAt }: ConnectionRow) => closedAt < tombstonesUntil;
  const steps = await Promise.allSettled([
    removeOld(room, head, closed.filter(isOver), deps),
    removeDead(room, connections, deps, findings),
    isCrowded ? disconnectIfClosed(room, head, deps) : undefined,
  ]);
  // One step does not stop another: messages expire even if the service does not answer.
  for (const step of steps) if (step.status === 'rejected') throw step.reason;
  const [old] = steps;
  if (old.status === 'rejected') throw old.reason;

  const { first, oldestSentAt, bansEnd } = old.value;
  const next = [
    ...(isCrowded ? [now() + CHECK_AFTER_MS] : []),
    ...closed.filter((row) => !isOver(row)).map(({ closedAt }) => closedAt + TOMBSTONE_MS + 1),
    // A few expired messages wait, so that they are removed together.
    ...(oldestSentAt === undefined
      ? []
      : [Math.max(oldestSentAt + retentionMsOf(deps) + 1, now() + CHECK_AFTER_MS)]),
    ...bansEnd.map((end) => Math.max(end, now() + CHECK_AFTER_MS)),
  ];
  await rooms.submit(room, {
    kind: 'cleanup',
    first,
    seenRevision: head.revision,
    next: { cleanupAt: next.length > 0 ? Math.min(...next) : 0, hasBans: bansEnd.length > 0 },
  });
}

/** The steps that need only storage. */
async function removeOld(
  room: string,
  head: Head,
  tombstones: readonly ConnectionRow[],
  deps: Deps,
) {
  const { cleanup, now } = deps;
  await cleanup.removeConnections(
    room,
    tombstones.map(({ connectionId }) => connectionId),
  );
  const bansEnd = head.bannedUntil > 0 ? await cleanup.removeEndedBans(room, now()) : [];
  if (!head.listed) await finishLeavingList(room, head, deps);
  return { ...(await expireMessages(room, head, deps)), bansEnd };
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

/** Removes connections that the service does not know any more. Returns their number. */
async function removeDead(
  room: string,
  connections: readonly ConnectionRow[],
  deps: Deps,
  { corrected, broadcasts }: Findings & { readonly broadcasts: Events[] },
): Promise<void> {
  const { service, rooms, now } = deps;
  const isOld = ({ open, connectedAt }: ConnectionRow) => open && connectedAt < now() - MIN_AGE_MS;
  const old = connections.filter(isOld);
  const alive = await atATime(CHECKS_AT_A_TIME, old, ({ connectionId }) =>
    service.hasConnection(connectionId),
  );
  const dead = old.filter((_, index) => !alive[index]);
  const settled = await Promise.allSettled(
    dead.map(async ({ connectionId }) => {
      const { frames } = await rooms.submit(room, { kind: 'leave', connectionId });
      broadcasts.push(...frames);
    }),
  );
  const failed = settled.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
  if (dead.length > 0) corrected.push({ room, connections: dead.length });
}

/**
 * Removes messages past their retention, and messages before the first one that an interrupted run or erase left behind. A
 * commit first says that they are gone.
 */
async function expireMessages(room: string, head: Head, deps: Deps) {
  const { reader, cleanup, rooms, now } = deps;
  const cutoff = now() - retentionMsOf(deps);
  for (let { first } = head; ; ) {
    const oldest = await reader.storedMessages(room, { from: 0, limit: EXPIRED_AT_A_TIME });
    const stays = oldest.findIndex(
      ({ message: { seq, sentAt } }) => seq >= first && sentAt >= cutoff,
    );
    const gone = stays < 0 ? oldest : oldest.slice(0, stays);
    const last = gone.at(-1)?.message.seq;
    if (last === undefined) return { first, oldestSentAt: oldest[0]?.message.sentAt };
    if (last >= first) {
      first = last + 1;
      await rooms.submit(room, { kind: 'cleanup', first, seenRevision: head.revision });
    }
    await cleanup.removeMessages(room, gone);
  }
}

function retentionMsOf({ settings }: Deps): number {
  return settings.retentionDays * 24 * 60 * 60_000;
}
