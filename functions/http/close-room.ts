// Closes a room: nobody may enter or speak, and everyone in it is disconnected. Or opens it again.

import type { HttpRequest } from '@azure/functions';
import type { Deps } from '../deps.ts';
import { NO_REASON } from '../moderation/refusals.ts';
import { shutRoom } from '../moderation/shut-room.ts';
import { parseRoom } from '../protocol.ts';
import { existingHead } from './existing-room.ts';
import type { HttpAnswer } from './http-function.ts';
import { readReason } from './query.ts';

/** `PUT …/closed?reason=`: 204. Throws `bad_room`, `no_room` or `unavailable`. */
export async function closeRoom(request: HttpRequest, deps: Deps): Promise<HttpAnswer> {
  const room = parseRoom(request.params.room);
  const reason = readReason(request.query, NO_REASON);
  await existingHead('close the room', room, deps);
  await shutRoom(room, reason, deps);
  return { status: 204, about: { room } };
}

/** `DELETE …/closed`: 204. Throws `bad_room`, `no_room` or `unavailable`. */
export async function openRoom(request: HttpRequest, deps: Deps): Promise<HttpAnswer> {
  const room = parseRoom(request.params.room);
  await existingHead('open the room', room, deps);
  await deps.rooms.submit(room, { kind: 'open' });
  return { status: 204, about: { room } };
}
