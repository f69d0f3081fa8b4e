// The messages of a room, oldest first: the latest, those after or before a number, or those from a time on.

import type { HttpRequest } from '@azure/functions';
import type { Deps } from '../deps.ts';
import { refuseBanned } from '../moderation/refusals.ts';
import { ChatError, MAX_HISTORY, parseRoom } from '../protocol.ts';
import { markOwn } from '../room/room-views.ts';
import type { HttpAnswer } from './http-function.ts';
import { readWholeNumber } from './query.ts';

/** The last time that a `Date` can have, epoch ms. */
const LAST_TIME = 8.64e15;

/** `GET …/messages?after=&before=&limit=`, or `?at=&limit=`, or `?reactedAfter=` for changed reactions. Throws `bad_room`, `bad_request`, `not_signed_in`, `banned` or `unavailable`. */
export async function history(request: HttpRequest, deps: Deps): Promise<HttpAnswer> {
  const { readUser, views } = deps;
  const { userId } = await readUser(request);
  const room = parseRoom(request.params.room);
  const limit = readWholeNumber(request.query, 'limit', 1, MAX_HISTORY) ?? MAX_HISTORY;
  const after = readWholeNumber(request.query, 'after', 0, Number.MAX_SAFE_INTEGER);
  const before = readWholeNumber(request.query, 'before', 0, Number.MAX_SAFE_INTEGER);
  const at = readWholeNumber(request.query, 'at', 0, LAST_TIME);
  if (at !== undefined && (after !== undefined || before !== undefined)) {
    throw new ChatError(
      'bad_request',
      'unable to use at with after or before; each says where to begin. Use one of them.',
    );
  }
  const reactedAfter = readWholeNumber(request.query, 'reactedAfter', 0, Number.MAX_SAFE_INTEGER);

  const view =
    reactedAfter === undefined
      ? await views.history(room, { after, before, at, limit })
      : await views.reactedAfter(room, reactedAfter);
  await refuseBanned(room, userId, view.head, deps);
  return { jsonBody: markOwn(view, userId) };
}
