// Somebody is kept out of a room for a while, and all of their connections there are ended.

import type { Chat } from './chat.ts';
import { CONNECTION_ROWS, fromConnectionRow } from './rows.ts';

const MOST_ROWS = 100_000;

/** `connectionId` is one of theirs; false where the service does not know it. Throws ChatError `unavailable`. */
export async function sendAway(
  room: string,
  { userId, connectionId }: { readonly userId: string; readonly connectionId: string },
  until: number,
  reason: string,
  { rooms, table, service }: Chat,
): Promise<boolean> {
  // Before they are disconnected, because a client that reconnects by itself comes straight back.
  await rooms.submit(room, { kind: 'ban', userId, until });
  const rows = await table.list(room, { ...CONNECTION_ROWS, limit: MOST_ROWS, where: 'open' });
  const others = rows
    .map(fromConnectionRow)
    .filter((row) => row.userId === userId && row.connectionId !== connectionId);
  const [wasOpen] = await Promise.all(
    [connectionId, ...others.map((row) => row.connectionId)].map((id) =>
      service.closeConnection(id, reason),
    ),
  );
  return wasOpen === true;
}
