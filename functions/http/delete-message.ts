// Removes a message. Its text is gone at once and for good. A message of the next number announces it, so that every
// client learns of it once and in order, also a client that catches up later.

import type { HttpRequest } from '@azure/functions';
import type { Deps } from '../deps.ts';
import { ChatError, parseRoom } from '../protocol.ts';
import type { Author } from '../room/change.ts';
import { toRoom } from '../service/bindings.ts';
import { existingHead } from './existing-room.ts';
import type { HttpAnswer } from './http-function.ts';
import { parseWholeNumber } from './query.ts';

/** The author of removals. User ids have another form. */
const MODERATOR: Author = { userId: 'moderator', name: 'Moderator' };

/** `DELETE …/messages/{seq}`: 204. Throws `bad_room`, `bad_request`, `no_room`, `not_found` or `unavailable`. */
export async function deleteMessage(request: HttpRequest, deps: Deps): Promise<HttpAnswer> {
  const { reader, rooms } = deps;
  const room = parseRoom(request.params.room);
  const seq = parseWholeNumber('seq', request.params.seq ?? '', 1, Number.MAX_SAFE_INTEGER);
  const stored = await reader.message(room, seq);
  if (!stored || stored.message.deletes !== undefined) {
    await existingHead(`delete message ${seq}`, room, deps);
    throw new ChatError(
      'not_found',
      `unable to delete message ${seq}; the room has no such message. Look into its history for the number.`,
    );
  }
  // Also for a removed message, because its removal may not have been broadcast.
  const change = { kind: 'delete', messageRow: stored.row, ...MODERATOR } as const;
  const { frames } = await rooms.submit(room, change);
  return {
    status: 204,
    actions: frames.map((events) => toRoom(room, events)),
    about: { room, user: MODERATOR.userId, seq },
  };
}
