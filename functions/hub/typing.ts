// A client invoked `typing`: broadcasts it and stores nothing.

import type { Deps } from '../deps.ts';
import { refuseFlood } from '../moderation/refuse-flood.ts';
import { ChatError } from '../protocol.ts';
import { typingToRoom } from '../service/bindings.ts';
import type { HubAnswer, HubCall } from './hub-function.ts';

/** Beyond the rate limit it does nothing. */
export async function typing(call: HubCall, deps: Deps): Promise<HubAnswer> {
  try {
    const { userId, name, room } = await deps.tickets.read(call.ticket, 'any');
    // Each one goes to everyone in the room, so it counts as a message.
    await refuseFlood(call.connectionId, userId, room, deps);
    return { actions: [typingToRoom(room, { userId, name })], about: { room, user: userId } };
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    // Nobody waits for an answer, and a refusal is not a failure.
    return { actions: [], about: { refused: error.code } };
  }
}
