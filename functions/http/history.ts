// The messages of a room, oldest first: the latest, or those after or before a number.

import type { HttpRequest } from '@azure/functions';
import type { Deps } from '../deps.ts';
import { refuseBanned } from '../moderation/refusals.ts';
import { type History, MAX_HISTORY, parseRoom } from '../protocol.ts';
import type { MessageRange } from '../room/room-reader.ts';
import type { HttpAnswer } from './http-function.ts';
import { readWholeNumber } from './query.ts';

/** `GET …/messages?after=&before=&limit=`. Throws `bad_room`, `bad_request`, `not_signed_in`, `banned` or `unavailable`. */
export async function history(request: HttpRequest, deps: Deps): Promise<HttpAnswer> {
  const { readUser, reader } = deps;
  const { userId } = await readUser(request);
  const room = parseRoom(request.params.room);
  const limit = readWholeNumber(request.query, 'limit', 1, MAX_HISTORY) ?? MAX_HISTORY;
  const after = readWholeNumber(request.query, 'after', 0, Number.MAX_SAFE_INTEGER);
  const before = readWholeNumber(request.query, 'before', 0, Number.MAX_SAFE_INTEGER);

  const head = await reader.head(room);
  await refuseBanned(room, userId, head, deps);
  const { revision, first, seq, online } = head;
  const messages = await reader.messages(room, pick({ first, seq }, after, before, limit));
  return { jsonBody: { room, revision, first, seq, online, messages } satisfies History };
}

/** The range of numbers to answer, at most `limit`. */
function pick(
  kept: { readonly first: number; readonly seq: number },
  after: number | undefined,
  before: number | undefined,
  limit: number,
): MessageRange {
  const least = Math.max(kept.first, (after ?? 0) + 1);
  const most = Math.min(kept.seq + 1, before ?? Number.POSITIVE_INFINITY);
  if (after === undefined) return { from: Math.max(least, most - limit), to: most, limit };
  return { from: least, to: Math.min(most, least + limit), limit };
}
