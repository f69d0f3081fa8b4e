// A client invoked `typing`: the room is told, nothing is kept.

import { typingToRoom } from './bindings.ts';
import type { Chat } from './chat.ts';
import type { HubAnswer, HubCall } from './hub-function.ts';
import { refuseFlood } from './message.ts';

export async function typing(call: HubCall, chat: Chat): Promise<HubAnswer> {
  const { userId, name, room } = await chat.tickets.read(call.ticket, 'any');
  // Each note goes to everyone in the room, so it counts as a message does.
  await refuseFlood(call.connectionId, userId, room, chat);
  return { actions: [typingToRoom(room, { userId, name })], about: { room, user: userId } };
}
