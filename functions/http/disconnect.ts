// The server ends a client's connection, and may ban its user for a while.

import type { HttpRequest } from '@azure/functions';
import type { Deps } from '../deps.ts';
import { banUser } from '../moderation/ban-user.ts';
import { ChatError, DISCONNECTED, parseRoom } from '../protocol.ts';
import { toRoom } from '../service/bindings.ts';
import { existingHead } from './existing-room.ts';
import type { HttpAnswer } from './http-function.ts';
import { readReason, readWholeNumber } from './query.ts';

const MAX_BAN_MINUTES = 366 * 24 * 60;
/** About twice the length of the service's ids. Storage refuses a query with a longer key. */
const MAX_CONNECTION_ID_LENGTH = 100;

/** `DELETE …/connections/{connectionId}?reason=&banMinutes=`: 204. Throws `bad_room`, `bad_request`, `no_room`, `not_found` or `unavailable`. */
export async function disconnect(request: HttpRequest, deps: Deps): Promise<HttpAnswer> {
  const { reader, rooms, service, now } = deps;
  const room = parseRoom(request.params.room);
  const connectionId = request.params.connectionId ?? '';
  const reason = readReason(request.query, DISCONNECTED);
  const banMinutes = readWholeNumber(request.query, 'banMinutes', 0, MAX_BAN_MINUTES) ?? 0;

  const canBe = connectionId.length <= MAX_CONNECTION_ID_LENGTH;
  const connection = canBe ? await reader.connection(room, connectionId) : undefined;
  if (!connection?.open) {
    await existingHead('disconnect', room, deps);
    throw new ChatError(
      'not_found',
      'unable to disconnect; there is no such connection in the room. List the members to see who is there.',
    );
  }
  const { userId: user } = connection;
  const until = now() + banMinutes * 60_000;
  const who = { room, connection: connectionId, user };
  const about = banMinutes > 0 ? { ...who, bannedUntil: until } : who;
  const wasOpen =
    banMinutes > 0
      ? await banUser(room, connection, until, reason, deps)
      : await service.closeConnection(connectionId, reason);
  if (wasOpen) return { status: 204, about };
  // The service does not know the connection, so its `disconnected` was lost.
  const { frames } = await rooms.submit(room, { kind: 'leave', connectionId });
  return { status: 204, actions: frames.map((events) => toRoom(room, events)), about };
}
