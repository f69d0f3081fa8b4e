// Who is in a room: for the people of the chat, and for whoever keeps order in it.

import type { HttpRequest } from '@azure/functions';
import type { Deps } from '../deps.ts';
import { type Members, parseRoom } from '../protocol.ts';
import { refuseBanned } from '../refusals.ts';
import type { HttpAnswer } from './http-function.ts';

/** Most members in one answer; the count is exact all the same. */
const MAX_MEMBERS = 500;

export async function members(request: HttpRequest, deps: Deps): Promise<HttpAnswer> {
  const { userId } = await deps.readUser(request);
  const room = parseRoom(request.params.room);
  await refuseBanned(room, userId, await deps.reader.head(room), deps);
  return connections(request, deps);
}

/** By function key: a program that keeps order is nobody who could sign in. */
export async function connections(request: HttpRequest, { reader }: Deps): Promise<HttpAnswer> {
  const room = parseRoom(request.params.room);
  // The head first: what changes after it has a later revision, and is told.
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
