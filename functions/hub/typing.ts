// A client invoked `typing`: broadcasts a typing note, and stores nothing.

import type { Deps } from '../deps.ts';
import { ChatError } from '../protocol.ts';
import { typingToRoom } from '../service/bindings.ts';
import { readCaller } from './caller.ts';
import type { HubAnswer, HubCall } from './hub-function.ts';

/**
 * Does nothing beyond the rate limit or the room's typing rule, for a banned user, in a closed room, or on a connection that
 * did not join.
 */
export async function typing(call: HubCall, deps: Deps): Promise<HubAnswer> {
  try {
    // It may go to everyone in the room, so it counts as a message.
    const { userId, name, room } = await readCaller(call, deps);
    if (!deps.settings.typing) return { actions: [], isRoutine: true };
    const { online } = await deps.admission.admit(room, userId);
    const isInBudget = deps.typingBudget.take(room, userId, online);
    const actions = isInBudget ? [typingToRoom(room, { userId, name })] : [];
    return { actions, isRoutine: true };
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    // Nobody waits for an answer, and a refusal is not a failure.
    return { actions: [], about: { refused: error.code } };
  }
}
