// The messages of a room, oldest first: the latest, or those after or before a number.

import type { HttpRequest } from '@azure/functions';
import type { Deps } from '../deps.ts';
import { refuseBanned } from '../moderation/refusals.ts';
import { MAX_HISTORY, parseRoom } from '../protocol.ts';
import { markOwn } from '../room/room-views.ts';
import type { HttpAnswer } from './http-function.ts';
import { readWholeNumber } from './query.ts';

/** `GET …/messages?after=&before=&limit=`, or `?reactedAfter=` for changed reactions. Throws `bad_room`, `bad_request`, `not_signed_in`, `banned` or `unavailable`. */
export async function history(request: HttpRequest, deps: Deps): Promise<HttpAnswer> {
  const { readUser, views } = deps;
  const { userId } = await readUser(request);
  const room = parseRoom(request.params.room);
  const limit = readWholeNumber(request.query, 'limit', 1, MAX_HISTORY) ?? MAX_HISTORY;
  const after = readWholeNumber(request.query, 'after', 0, Number.MAX_SAFE_INTEGER);
  const before = readWholeNumber(request.query, 'before', 0, Number.MAX_SAFE_INTEGER);

  const reactedAfter = readWholeNumber(request.query, 'reactedAfter', 0, Number.MAX_SAFE_INTEGER);

  const view =
    reactedAfter === undefined
      ? await views.history(room, { after, before, limit })
      : await views.reactedAfter(room, reactedAfter);
  await refuseBanned(room, userId, view.head, deps);
  return { jsonBody: markOwn(view, userId) };
}
