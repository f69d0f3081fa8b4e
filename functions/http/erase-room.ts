// Everything that was said in a room is removed, for good. Its numbers stay, so that a client that was there does
// not take what is said later for what it has; whoever comes back finds an empty room.

import type { HttpRequest } from '@azure/functions';
import type { Chat } from '../chat.ts';
import { parseRoom } from '../protocol.ts';
import type { HttpAnswer } from './http-function.ts';
import { readReason } from './query.ts';

const DEFAULT_REASON = 'All that was said in this room has been deleted.';
/** A request may last 230 s on Azure; what is left is for the next one. */
const TIME_LIMIT_MS = 30_000;

/** 204 when all is gone; 202 where there is more, and the request is to be sent again. */
export async function eraseRoom(request: HttpRequest, chat: Chat): Promise<HttpAnswer> {
  const { reader, rooms, service, cleanup, now } = chat;
  const room = parseRoom(request.params.room);
  const reason = readReason(request.query, DEFAULT_REASON);
  const startedAt = now();
  if (!(await reader.findHead(room))) return { status: 204, about: { room } };
  // Off the list before the head says so: whoever comes in between puts the room onto it again.
  await cleanup.removeFromList(room);
  await rooms.submit(room, { kind: 'erase' });
  await service.closeRoom(room, reason);
  const { first } = await reader.head(room);
  const isDone = await cleanup.erase(room, first, () => now() > startedAt + TIME_LIMIT_MS);
  const about = { room };
  return isDone ? { status: 204, about } : { status: 202, jsonBody: { done: false }, about };
}
