// A client invoked `typing`: the room is told, nothing is kept.

import { typingToRoom } from './bindings.ts';
import type { Chat } from './chat.ts';
import type { HubAnswer, HubCall } from './hub-function.ts';

export async function typing(call: HubCall, { tickets }: Chat): Promise<HubAnswer> {
  const { userId, name, room } = await tickets.read(call.ticket, 'any');
  return { actions: [typingToRoom(room, { userId, name })] };
}
