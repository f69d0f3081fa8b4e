// The caps on connections: of a room, and of one user in a room. A join knows both from the head that it reads anyway.

import type { Member } from '../protocol.ts';
import type { ConnectionCaps } from '../settings.ts';
import type { Full } from './change.ts';
import type { RoomReader } from './room-reader.ts';
import type { Head } from './rows.ts';
import { tallyOf } from './tallies.ts';

interface Joining {
  readonly room: string;
  readonly head: Head;
  readonly caps: ConnectionCaps;
  readonly reader: Pick<RoomReader, 'openConnections' | 'connection'>;
}

/**
 * The cap that a join would exceed, after other joins of the same commit. Reads nothing as long as there is clearly space. At a
 * cap it reads the room's connections, because a connection that is counted already may join again: events come twice.
 */
export async function findFullCap(
  { connectionId, userId }: Member,
  admitted: readonly Member[],
  { room, head, caps, reader }: Joining,
): Promise<Full['of'] | undefined> {
  if (head.online + admitted.length >= caps.room) {
    return (await reader.connection(room, connectionId)) ? undefined : 'room';
  }
  const inCommit = admitted.filter((one) => one.userId === userId).length;
  if (!isPerhapsFull(head, userId, caps, inCommit)) return undefined;
  const own = await connectionsOf(userId, room, reader);
  if (own.includes(connectionId)) return undefined;
  return own.length + inCommit >= caps.user ? 'user' : undefined;
}

/** The cap that one more connection of the user would exceed. It reads the head, and the rows only at a cap. */
export async function findFullCapFor(
  userId: string,
  { room, head, caps, reader }: Joining,
): Promise<Full['of'] | undefined> {
  if (head.online >= caps.room) return 'room';
  if (!isPerhapsFull(head, userId, caps, 0)) return undefined;
  return (await connectionsOf(userId, room, reader)).length >= caps.user ? 'user' : undefined;
}

function isPerhapsFull({ tallies }: Head, userId: string, caps: ConnectionCaps, inCommit: number) {
  return tallies !== undefined && tallyOf(tallies, userId) + inCommit >= caps.user;
}

async function connectionsOf(userId: string, room: string, reader: Joining['reader']) {
  const open = await reader.openConnections(room);
  return open.filter((one) => one.userId === userId).map(({ connectionId }) => connectionId);
}
