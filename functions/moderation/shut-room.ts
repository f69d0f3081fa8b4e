// Closes a room, and ends the connections in it with the reason.

import { closingWords } from '../room/change.ts';
import type { RoomLog } from '../room/room-log.ts';
import type { SignalRService } from '../service/signalr-rest.ts';
import { closedError, refusalOf } from './refusals.ts';

interface ShutDeps {
  readonly rooms: RoomLog;
  readonly service: SignalRService;
}

/**
 * `by` is a moderator in the room, whose connection stays until the answer has reached it. Throws ChatError `banned` or
 * `room_closed` to such a moderator, and `unavailable`.
 */
export async function shutRoom(
  room: string,
  reason: string,
  { rooms, service }: ShutDeps,
  by?: { readonly userId: string; readonly connectionId: string },
): Promise<void> {
  // First the room refuses new connections, then the open ones end. The timer finds a connection that slips in between.
  const { outcome } = await rooms.submit(room, {
    kind: 'close',
    reason: closingWords(reason),
    by: by?.userId,
  });
  if (outcome.kind !== 'done') throw refusalOf(outcome);
  await service.closeRoom(room, closedError(reason).message, by?.connectionId);
}
