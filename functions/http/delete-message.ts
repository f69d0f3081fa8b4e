// A message is removed: its text goes at once and for good, and the room is told by a message of its own, so that
// every client hears of it once, in order, and also when it catches up later.

import type { HttpRequest } from '@azure/functions';
import type { Deps } from '../deps.ts';
import { ChatError, parseRoom } from '../protocol.ts';
import type { Author } from '../room/change.ts';
import { toRoom } from '../service/bindings.ts';
import type { HttpAnswer } from './http-function.ts';
import { parseWholeNumber } from './query.ts';

/** Whom a removal is told by; people's ids look otherwise. */
const MODERATOR: Author = { userId: 'moderator', name: 'Moderator' };

export async function deleteMessage(
  request: HttpRequest,
  { reader, rooms }: Deps,
): Promise<HttpAnswer> {
  const room = parseRoom(request.params.room);
  const seq = parseWholeNumber('seq', request.params.seq ?? '', 1, Number.MAX_SAFE_INTEGER);
  const stored = await reader.message(room, seq);
  if (!stored || stored.message.deletes !== undefined) {
    throw new ChatError(
      'not_found',
      `unable to delete message ${seq}; the room has no such message. Look into its history for the number.`,
    );
  }
  // Also where it is removed already: perhaps nobody was told.
  const change = { kind: 'delete', messageRow: stored.row, ...MODERATOR } as const;
  const { frames } = await rooms.submit(room, change);
  return {
    status: 204,
    actions: frames.map((events) => toRoom(room, events)),
    about: { room, user: MODERATOR.userId, seq },
  };
}
