// A page asks where to connect. This decides who the caller is and which room it enters, and signs both into the ticket.

import type { HttpRequest, InvocationContext } from '@azure/functions';
import type { Deps } from '../deps.ts';
import { TICKET_PARAMETER } from '../identity/ticket.ts';
import { mayOpen } from '../moderation/moderator-rights.ts';
import { closedError, fullError, refuseBanned, tooManyJoins } from '../moderation/refusals.ts';
import {
  type ConnectionInfo,
  DEFAULT_ROOM,
  GUEST_HEADER,
  parseName,
  parseRoom,
} from '../protocol.ts';
import { findFullCapFor } from '../room/connection-caps.ts';
import { EMPTY_HEAD } from '../room/rows.ts';
import { connectionInfo } from '../service/bindings.ts';
import { findClientEndpoint } from '../service/client-endpoint.ts';
import type { HttpAnswer } from './http-function.ts';

/**
 * `POST /api/negotiate?room=&name=`. Throws `bad_room`, `bad_name`, `not_signed_in`, `banned`, `room_closed`, `room_full`,
 * `too_many_connections` or `unavailable`. `connected` decides again, so this only saves a connection in vain.
 */
export async function negotiate(
  request: HttpRequest,
  deps: Deps,
  context: InvocationContext,
): Promise<HttpAnswer> {
  const { readUser, tickets, reader, views, settings, joinRate } = deps;
  const room = parseRoom(request.query.get('room') ?? DEFAULT_ROOM);
  const user = await readUser(request);
  const { userId, cookie, issueToken } = user;
  const name = user.name ?? parseName(request.query.get('name') ?? `Guest ${userId.slice(2, 6)}`);

  if (!joinRate.hasSpace(userId)) throw tooManyJoins(joinRate.secondsToSpace(userId));
  const head = (await views.findHead(room)) ?? EMPTY_HEAD;
  await refuseBanned(room, userId, head, deps);
  if (head.closed !== '') throw closedError(head.closed, mayOpen(userId, head, deps));
  const full = await findFullCapFor(userId, { room, head, caps: settings.caps, reader });
  if (full) throw fullError(full);

  const info = context.extraInputs.get(connectionInfo) as ConnectionInfo;
  const url = new URL(info.url);
  if (settings.serviceAtPage) {
    url.hostname = new URL(findClientEndpoint(settings, request.url)).hostname;
  }
  url.searchParams.set(TICKET_PARAMETER, await tickets.issue({ userId, name, room }));
  const answer: ConnectionInfo = { url: url.href, accessToken: info.accessToken };
  return {
    jsonBody: answer,
    about: { room, user: userId },
    ...(cookie ? { cookies: [cookie] } : {}),
    ...(issueToken ? { headers: { [GUEST_HEADER]: await issueToken() } } : {}),
  };
}
