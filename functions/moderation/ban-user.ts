// Bans a user from a room for a while, and ends all of the user's connections there.

import { atATime } from '../at-a-time.ts';
import type { RoomLog } from '../room/room-log.ts';
import type { RoomReader } from '../room/room-reader.ts';
import type { SignalRService } from '../service/signalr-rest.ts';

const CLOSED_AT_A_TIME = 16;

export interface BanDeps {
  readonly rooms: RoomLog;
  readonly reader: RoomReader;
  readonly service: SignalRService;
}

/** False if the service does not know `connectionId`, a connection of the user. Throws ChatError `unavailable`. */
export async function banUser(
  room: string,
  { userId, connectionId }: { readonly userId: string; readonly connectionId: string },
  until: number,
  reason: string,
  { rooms, reader, service }: BanDeps,
): Promise<boolean> {
  // Before the disconnect, because a client that reconnects by itself comes straight back.
  await rooms.submit(room, { kind: 'ban', userId, until });
  const open = await reader.openConnections(room);
  const others = open.filter((one) => one.userId === userId && one.connectionId !== connectionId);
  const ids = [connectionId, ...others.map((one) => one.connectionId)];
  const [wasOpen] = await atATime(CLOSED_AT_A_TIME, ids, (id) =>
    service.closeConnection(id, reason),
  );
  return wasOpen === true;
}
