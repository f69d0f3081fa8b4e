// A room is closed: nobody enters or speaks, and who was there is sent away. Or it is opened again.

import type { HttpRequest } from '@azure/functions';
import type { Deps } from '../deps.ts';
import { parseRoom } from '../protocol.ts';
import { closedError } from '../refusals.ts';
import type { HttpAnswer } from './http-function.ts';
import { readReason } from './query.ts';

const DEFAULT_REASON = 'closed by a moderator';

export async function closeRoom(
  request: HttpRequest,
  { rooms, service }: Deps,
): Promise<HttpAnswer> {
  const room = parseRoom(request.params.room);
  const reason = readReason(request.query, DEFAULT_REASON);
  // First nobody comes in any more; then those inside go. Who slips in between is found by the timer.
  await rooms.submit(room, { kind: 'close', reason });
  await service.closeRoom(room, closedError(reason).message);
  return { status: 204, about: { room } };
}

export async function openRoom(request: HttpRequest, { rooms }: Deps): Promise<HttpAnswer> {
  const room = parseRoom(request.params.room);
  await rooms.submit(room, { kind: 'open' });
  return { status: 204, about: { room } };
}
