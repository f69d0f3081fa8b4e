// Erases a room: all of its messages and bans, for good. Its numbers stay, so that a client that was there does not take
// new messages for ones that it has. People who come back find an empty room.

import type { HttpRequest } from '@azure/functions';
import type { Deps } from '../deps.ts';
import { ChatError, ERASED, parseRoom } from '../protocol.ts';
import { existingHead } from './existing-room.ts';
import type { HttpAnswer } from './http-function.ts';
import { readReason } from './query.ts';
import { isOutOfTime } from './time-limit.ts';

/**
 * 204 when everything is deleted, 202 if more is left and the request should be repeated. Throws `no_room`, or `unavailable` if
 * storage fails on the way (the timer deletes the rest), or if the service can't disconnect those who are in the room.
 */
export async function eraseRoom(request: HttpRequest, deps: Deps): Promise<HttpAnswer> {
  const { reader, rooms, service, cleanup, monotonicNow } = deps;
  const room = parseRoom(request.params.room);
  const reason = readReason(request.query, ERASED);
  const startedAt = monotonicNow();
  await existingHead('erase the room', room, deps);
  // Read before the commit: what is written anew after it stays.
  const [listed, bans] = await Promise.all([cleanup.findOnList(room), cleanup.bans(room)]);
  await rooms.submit(room, { kind: 'erase' });
  const disconnecting = service.closeRoom(room, reason).catch((error: unknown) => ({ error }));
  if (listed) await cleanup.removeFromList(listed);
  const { first } = await reader.head(room);
  const isDone = await cleanup.erase(room, bans, first, () =>
    isOutOfTime(startedAt, monotonicNow()),
  );
  const failure = await disconnecting;
  if (failure && isDone) throw notDisconnected(failure.error);
  const about = { room };
  return isDone ? { status: 204, about } : { status: 202, jsonBody: { done: false }, about };
}

function notDisconnected(cause: unknown): ChatError {
  return new ChatError(
    'unavailable',
    'unable to disconnect the people in the room; SignalR Service does not answer. All that was said is deleted, but open pages still show it: send the request again.',
    { cause },
  );
}
