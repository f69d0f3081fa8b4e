// The members of a room, for people in the chat and for moderators.

import type { HttpRequest } from '@azure/functions';
import type { Deps } from '../deps.ts';
import { refuseBanned } from '../moderation/refusals.ts';
import { type Members, parseRoom } from '../protocol.ts';
import type { HttpAnswer } from './http-function.ts';

/** Maximum number of members in one answer. The count is exact in any case. */
const MAX_MEMBERS = 500;

/** `GET …/members`. Throws `bad_room`, `not_signed_in`, `banned` or `unavailable`. */
export async function members(request: HttpRequest, deps: Deps): Promise<HttpAnswer> {
  const { userId } = await deps.readUser(request);
  const room = parseRoom(request.params.room);
  await refuseBanned(room, userId, await deps.reader.head(room), deps);
  return connections(request, deps);
}

/** `GET …/connections`, with a function key: a moderator's program cannot sign in. */
export async function connections(request: HttpRequest, { reader }: Deps): Promise<HttpAnswer> {
  const room = parseRoom(request.params.room);
  // The head first: a later change has a higher revision, and is broadcast.
  const { revision, online } = await reader.head(room);
  const open = await reader.openConnections(room, MAX_MEMBERS + 1);
  const truncated = open.length > MAX_MEMBERS;
  const members = open.slice(0, MAX_MEMBERS).map(({ connectionId, userId, name, connectedAt }) => ({
    connectionId,
    userId,
    name,
    connectedAt,
  }));
  return { jsonBody: { room, revision, online, members, truncated } satisfies Members };
}
