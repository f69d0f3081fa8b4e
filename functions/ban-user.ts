// Bans a user from a room for a while, and ends all of the user's connections there.

import { atATime } from './at-a-time.ts';
import type { Deps } from './deps.ts';

const CLOSED_AT_A_TIME = 16;

/** False if the service does not know `connectionId`, a connection of the user. Throws ChatError `unavailable`. */
export async function banUser(
  room: string,
  { userId, connectionId }: { readonly userId: string; readonly connectionId: string },
  until: number,
  reason: string,
  { rooms, reader, service }: Deps,
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
