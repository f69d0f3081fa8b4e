// A client invoked `typing`: the room is told, nothing is kept.

import type { Deps } from '../deps.ts';
import { ChatError } from '../protocol.ts';
import { typingToRoom } from '../service/bindings.ts';
import type { HubAnswer, HubCall } from './hub-function.ts';
import { refuseFlood } from './message.ts';

export async function typing(call: HubCall, deps: Deps): Promise<HubAnswer> {
  try {
    const { userId, name, room } = await deps.tickets.read(call.ticket, 'any');
    // Each note goes to everyone in the room, so it counts as a message does.
    await refuseFlood(call.connectionId, userId, room, deps);
    return { actions: [typingToRoom(room, { userId, name })], about: { room, user: userId } };
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    // Nobody waits for an answer, and a refusal is no failure of ours.
    return { actions: [], about: { refused: error.code } };
  }
}
