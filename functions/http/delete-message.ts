// Removes a message. Its text is gone at once and for good. A message of the next number announces it, so that every
// client learns of it once and in order, also a client that catches up later.

import type { HttpRequest } from '@azure/functions';
import type { Deps } from '../deps.ts';
import { changedMeanwhile } from '../moderation/author-rights.ts';
import { AS_MODERATOR } from '../moderation/moderator-rights.ts';
import { ChatError, parseRoom } from '../protocol.ts';
import { MOST_READS } from '../room/change.ts';
import { toRoom } from '../service/bindings.ts';
import { existingHead } from './existing-room.ts';
import type { HttpAnswer } from './http-function.ts';
import { parseWholeNumber, readReason } from './query.ts';

/** `DELETE …/messages/{seq}?reason=`: 204. Throws `bad_room`, `bad_request`, `no_room`, `not_found` or `unavailable`. */
export async function deleteMessage(request: HttpRequest, deps: Deps): Promise<HttpAnswer> {
  const { reader, rooms } = deps;
  const room = parseRoom(request.params.room);
  const seq = parseWholeNumber('seq', request.params.seq ?? '', 1, Number.MAX_SAFE_INTEGER);
  const reason = readReason(request.query, '');
  for (let read = 0; read < MOST_READS; read += 1) {
    const found = await reader.text(room, seq);
    if (!found) throw await noMessage(room, seq, deps);
    // Also for a removed message, because its removal may not have been broadcast.
    const { message: _, ...rows } = found;
    const change = { kind: 'delete', reason, ...rows, ...AS_MODERATOR } as const;
    const { outcome, frames } = await rooms.submit(room, change);
    // Its author has edited it in between, or an import has stored the announcement of an edit.
    if (outcome.kind === 'stale') continue;
    return {
      status: 204,
      actions: frames.map((events) => toRoom(room, events)),
      about: { room, user: AS_MODERATOR.userId, seq },
    };
  }
  throw changedMeanwhile('remove', seq);
}

async function noMessage(room: string, seq: number, deps: Deps): Promise<ChatError> {
  await existingHead(`delete message ${seq}`, room, deps);
  return new ChatError(
    'not_found',
    `unable to delete message ${seq}; the room has no such message. Look into its history for the number.`,
  );
}
