// The members of a room, for people in the chat and for moderators.

import type { HttpRequest } from '@azure/functions';
import type { Deps } from '../deps.ts';
import { refuseBanned } from '../moderation/refusals.ts';
import { parseRoom } from '../protocol.ts';
import { requireRoom } from './existing-room.ts';
import type { HttpAnswer } from './http-function.ts';

/** `GET …/members`. Throws `bad_room`, `not_signed_in`, `banned` or `unavailable`. */
export async function members(request: HttpRequest, deps: Deps): Promise<HttpAnswer> {
  const { readUser, views } = deps;
  const { userId } = await readUser(request);
  const room = parseRoom(request.params.room);
  const { head, answer } = await views.members(room);
  await refuseBanned(room, userId, head, deps);
  return { jsonBody: answer };
}

/**
 * `GET …/connections`, with a function key: a moderator's program cannot sign in. Throws `bad_room`, `no_room` or
 * `unavailable`.
 */
export async function connections(request: HttpRequest, { views }: Deps): Promise<HttpAnswer> {
  const room = parseRoom(request.params.room);
  const { head, answer } = await views.members(room);
  requireRoom('list the members', room, head);
  return { jsonBody: answer };
}
