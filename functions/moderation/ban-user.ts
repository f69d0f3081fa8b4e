// Bans a user from a room for a while, and ends all of the user's connections there.

import { atATime } from '../at-a-time.ts';
import type { RoomLog } from '../room/room-log.ts';
import type { RoomReader } from '../room/room-reader.ts';
import type { SignalRService } from '../service/signalr-rest.ts';
import { refusalOf } from './refusals.ts';

const CLOSED_AT_A_TIME = 16;

export interface BanDeps {
  readonly rooms: RoomLog;
  readonly reader: RoomReader;
  readonly service: SignalRService;
}

interface BannedUser {
  readonly userId: string;
  /** A connection of the user, which may be missing in the room. */
  readonly connectionId?: string;
  /** The moderator who bans the user from a page. */
  readonly by?: string;
}

/**
 * False if the service does not know `connectionId`. Throws ChatError `banned` or `room_closed` to a moderator on a page, and
 * `unavailable`.
 */
export async function banUser(
  room: string,
  { userId, connectionId, by }: BannedUser,
  until: number,
  reason: string,
  { rooms, reader, service }: BanDeps,
): Promise<boolean> {
  // Before the disconnect, because a client that reconnects by itself comes straight back.
  const { outcome } = await rooms.submit(room, { kind: 'ban', userId, until, by });
  if (outcome.kind !== 'done') throw refusalOf(outcome);
  const open = await reader.openConnections(room);
  const own = open.filter((one) => one.userId === userId).map((one) => one.connectionId);
  const ids = new Set(connectionId === undefined ? own : [connectionId, ...own]);
  const [wasOpen] = await atATime(CLOSED_AT_A_TIME, [...ids], (id) =>
    service.closeConnection(id, reason),
  );
  return wasOpen === true;
}
