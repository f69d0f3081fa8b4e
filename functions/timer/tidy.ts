// The timer that repairs and cleans up, because `disconnected` may never come and nothing is kept for ever: it
// takes connections that are gone out of the room, and removes tombstones, messages and bans whose time is over.
// The platform runs a timer on one instance at a time.
//
// Cost: one read a minute; then for each room that is due (every 5 minutes while somebody is online) one read for
// each 1,000 connections, one existence check for each connection older than a minute, and three writes. What has
// expired is read and removed once, 50 messages a transaction. A room that nobody is in costs nothing until its
// oldest message expires.

import { atATime } from '../at-a-time.ts';
import type { Chat } from '../chat.ts';
import { TICKET_LIFETIME_SECONDS } from '../identity/ticket.ts';
import { roomClosed } from '../kept-out.ts';
import type { Events } from '../protocol.ts';
import { toReason } from '../room/commit-note.ts';
import type { ConnectionRow, Head } from '../room/rows.ts';
import { CHECK_AFTER_MS } from '../room/tidy-schedule.ts';
import { toRoomTogether } from '../service/bindings.ts';
import type { Correction, Failure, TimerAnswer } from './timer-function.ts';

/** A connection younger than this may be one that the service has not told anybody of yet. */
const MIN_AGE_MS = 60_000;
/** A tombstone outlives every ticket that could still bring a late `connected`. */
const TOMBSTONE_MS = 2 * TICKET_LIFETIME_SECONDS * 1_000;
const ROOMS_AT_A_TIME = 4;
const CHECKS_AT_A_TIME = 16;
const EXPIRED_AT_A_TIME = 1_000;

export async function tidy(chat: Chat): Promise<TimerAnswer> {
  const { reader, cleanup, now } = chat;
  const findings: Findings = { corrected: [], failed: [] };
  const dueRooms = await cleanup.dueRooms(now());
  const actions = await atATime(ROOMS_AT_A_TIME, dueRooms, async (due) => {
    const { room } = due;
    const told: Events[] = [];
    try {
      const head = await reader.findHead(room);
      // Otherwise it has been looked after already, and a later row stands for it.
      if (head && head.tidyAt <= now()) await tidyRoom(room, head, chat, { ...findings, told });
      await cleanup.removeDue(due);
    } catch (error) {
      // It stays due, and is tried again in a minute.
      findings.failed.push({ room, reason: toReason(error) });
    }
    // Whatever went wrong after it: who has gone is gone.
    return toRoomTogether(room, told);
  });
  return { actions: actions.flat(), ...findings };
}

interface Findings {
  readonly corrected: Correction[];
  readonly failed: Failure[];
}

/** Adds to `told` what the room is to be told. */
async function tidyRoom(
  room: string,
  head: Head,
  chat: Chat,
  findings: Findings & { readonly told: Events[] },
): Promise<void> {
  const { reader, cleanup, rooms, service, now } = chat;
  const connections = await reader.connections(room);
  const dead = await removeDead(room, connections, chat, findings.told);
  if (dead > 0) findings.corrected.push({ room, connections: dead });
  const closed = connections.filter(({ open }) => !open);
  // Somebody came in while the room was being closed.
  if (head.closed !== '' && connections.length > closed.length) {
    await service.closeRoom(room, roomClosed(head.closed).message);
  }
  const isOver = ({ closedAt }: ConnectionRow) => closedAt < now() - TOMBSTONE_MS;
  const over = closed.filter(isOver).map(({ connectionId }) => connectionId);
  await cleanup.removeConnections(room, over);
  const { first, oldestSentAt } = await expireMessages(room, head, chat);
  if (head.bannedUntil > 0 && head.bannedUntil <= now()) {
    await cleanup.removeEndedBans(room, now());
  }

  const next = [
    ...(connections.length > closed.length ? [now() + CHECK_AFTER_MS] : []),
    ...closed.filter((row) => !isOver(row)).map(({ closedAt }) => closedAt + TOMBSTONE_MS + 1),
    // What expires in small numbers waits for company.
    ...(oldestSentAt === undefined
      ? []
      : [Math.max(oldestSentAt + retentionMsOf(chat) + 1, now() + CHECK_AFTER_MS)]),
    ...(head.bannedUntil > now() ? [head.bannedUntil] : []),
  ];
  await rooms.submit(room, {
    kind: 'tidied',
    first,
    next: { seenRevision: head.revision, tidyAt: next.length > 0 ? Math.min(...next) : 0 },
  });
}

/** Takes those out of the room whom the service does not know any more. */
async function removeDead(
  room: string,
  connections: readonly ConnectionRow[],
  chat: Chat,
  told: Events[],
): Promise<number> {
  const { service, rooms, now } = chat;
  const isOld = ({ open, connectedAt }: ConnectionRow) => open && connectedAt < now() - MIN_AGE_MS;
  const old = connections.filter(isOld);
  const alive = await atATime(CHECKS_AT_A_TIME, old, ({ connectionId }) =>
    service.hasConnection(connectionId),
  );
  const dead = old.filter((_, index) => !alive[index]);
  const settled = await Promise.allSettled(
    dead.map(async ({ connectionId }) => {
      const { tell } = await rooms.submit(room, { kind: 'leave', connectionId });
      told.push(...tell);
    }),
  );
  const failed = settled.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
  return dead.length;
}

/** Removes messages past their retention. First nobody is offered them any more, then they go. */
async function expireMessages(room: string, head: Head, chat: Chat) {
  const { reader, cleanup, rooms, now } = chat;
  const cutoff = now() - retentionMsOf(chat);
  for (let { first } = head; ; ) {
    const oldest = await reader.storedMessages(room, { from: first, limit: EXPIRED_AT_A_TIME });
    const stays = oldest.findIndex(({ message }) => message.sentAt >= cutoff);
    const expired = stays < 0 ? oldest : oldest.slice(0, stays);
    const last = expired.at(-1);
    if (!last) return { first, oldestSentAt: oldest[0]?.message.sentAt };
    first = last.message.seq + 1;
    await rooms.submit(room, { kind: 'tidied', first });
    await cleanup.removeMessages(room, expired);
  }
}

function retentionMsOf({ settings }: Chat): number {
  return settings.retentionDays * 24 * 60 * 60_000;
}
