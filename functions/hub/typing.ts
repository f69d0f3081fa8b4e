// A client invoked `typing`: broadcasts it and stores nothing.

import type { Deps } from '../deps.ts';
import { refuseFlood } from '../moderation/refuse-flood.ts';
import { ChatError } from '../protocol.ts';
import { typingToRoom } from '../service/bindings.ts';
import type { HubAnswer, HubCall } from './hub-function.ts';

/** Does nothing beyond the rate limit, for a banned user, in a closed room, or on a connection that did not join. */
export async function typing(call: HubCall, deps: Deps): Promise<HubAnswer> {
  try {
    const ticket = await deps.tickets.read(call.ticket, 'any');
    const { userId, name, room } = ticket;
    // Each one goes to everyone in the room, so it counts as a message.
    await refuseFlood(call.connectionId, userId, room, deps);
    await deps.joined.refuseStranger(call.connectionId, ticket);
    await deps.admission.refuse(room, userId);
    return { actions: [typingToRoom(room, { userId, name })], about: { room, user: userId } };
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    // Nobody waits for an answer, and a refusal is not a failure.
    return { actions: [], about: { refused: error.code } };
  }
}
