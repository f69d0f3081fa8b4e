// The members of a room, for people in the chat and for moderators.

import type { HttpRequest } from '@azure/functions';
import type { Deps } from '../deps.ts';
import { refuseBanned } from '../moderation/refusals.ts';
import { type Members, parseRoom } from '../protocol.ts';
import type { Head } from '../room/rows.ts';
import { existingHead } from './existing-room.ts';
import type { HttpAnswer } from './http-function.ts';

/** Maximum number of members in one answer. The count is exact in any case. */
const MAX_MEMBERS = 500;

/** `GET …/members`. Throws `bad_room`, `not_signed_in`, `banned` or `unavailable`. */
export async function members(request: HttpRequest, deps: Deps): Promise<HttpAnswer> {
  const { readUser, reader } = deps;
  const { userId } = await readUser(request);
  const room = parseRoom(request.params.room);
  const head = await reader.head(room);
  await refuseBanned(room, userId, head, deps);
  return toMembers(room, head, deps);
}

/**
 * `GET …/connections`, with a function key: a moderator's program cannot sign in. Throws `bad_room`, `no_room` or
 * `unavailable`.
 */
export async function connections(request: HttpRequest, deps: Deps): Promise<HttpAnswer> {
  const room = parseRoom(request.params.room);
  return toMembers(room, await existingHead('list the members', room, deps), deps);
}

/** The head was read before the members: a later change has a higher revision, and is broadcast. */
async function toMembers(
  room: string,
  { revision, online }: Head,
  { reader }: Pick<Deps, 'reader'>,
): Promise<HttpAnswer> {
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
