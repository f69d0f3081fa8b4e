// A moderator invoked `close({reason?})`: nobody may enter the room or speak in it, and everyone in it is disconnected.

import type { Deps } from '../deps.ts';
import { notModerator, roleIn } from '../moderation/moderator-rights.ts';
import { NO_REASON } from '../moderation/refusals.ts';
import { shutRoom } from '../moderation/shut-room.ts';
import type { ModerationResult } from '../protocol.ts';
import { readCaller } from './caller.ts';
import type { HubAnswer, HubCall } from './hub-function.ts';
import { reasonIn } from './moderator-arguments.ts';
import { refusedCall } from './refused-call.ts';

/**
 * Answers a {@link ModerationResult}, and never throws. The caller's connection stays open, so that the answer arrives. It says
 * nothing more in the room, and the timer ends it if the client does not.
 */
export async function close(call: HubCall, deps: Deps): Promise<HubAnswer> {
  try {
    return await closeFor(call, deps);
  } catch (error) {
    return refusedCall(error, 'close the room');
  }
}

async function closeFor(call: HubCall, deps: Deps): Promise<HubAnswer> {
  const { connectionId } = call;
  const { userId, room } = await readCaller(call, deps);
  const reason = reasonIn(call.arguments[0], NO_REASON);
  if (!(await roleIn(room, userId, deps))) throw notModerator('close the room');
  await shutRoom(room, reason, deps, { userId, connectionId });
  return {
    actions: [],
    result: { ok: true } satisfies ModerationResult,
    about: { room, moderator: userId },
  };
}
