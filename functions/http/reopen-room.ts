// A moderator opens a closed room again, from a page. It is an HTTP request, because a closed room has no connections.

import type { HttpRequest } from '@azure/functions';
import type { Deps } from '../deps.ts';
import { mayOpen, notModerator } from '../moderation/moderator-rights.ts';
import { refuseBanned } from '../moderation/refusals.ts';
import { ChatError, parseRoom } from '../protocol.ts';
import type { HttpAnswer } from './http-function.ts';

/**
 * `PUT …/open`: 204, with the identity of `negotiate`. Throws `bad_room`, `not_signed_in`, `not_moderator`, `banned`,
 * `too_many_messages` or `unavailable`. Browsers send a PUT to another origin only if that allows it, so no other site's page
 * opens a room.
 */
export async function reopenRoom(request: HttpRequest, deps: Deps): Promise<HttpAnswer> {
  const { readUser, views, rooms, flood } = deps;
  const room = parseRoom(request.params.room);
  const { userId } = await readUser(request);
  if (flood.judge(userId) !== 'accept') throw tooOften(flood.secondsToSpace(userId));
  const head = await views.findHead(room);
  if (!head || !mayOpen(userId, head, deps)) throw notModerator('open the room');
  await refuseBanned(room, userId, head, deps);
  const { outcome } = await rooms.submit(room, { kind: 'open', closedBy: head.closedBy });
  if (outcome.kind === 'stale') throw changedMeanwhile();
  return { status: 204, about: { room, moderator: userId } };
}

function tooOften(retryAfter: number): ChatError {
  return new ChatError(
    'too_many_messages',
    'unable to open the room; there are too many requests of yours. Wait a moment and try again.',
    { retryAfter },
  );
}

function changedMeanwhile(): ChatError {
  return new ChatError(
    'unavailable',
    'unable to open the room; somebody else has opened or closed it at the same moment. Try again.',
  );
}
