// A client invoked `remove(seq, {reason?})`: takes the text of a message away, for good, and broadcasts the removal. The author
// may for some minutes, a moderator always.

import type { Deps } from '../deps.ts';
import { changedMeanwhile, noSuchMessage, refusalToAuthor } from '../moderation/author-rights.ts';
import { AS_MODERATOR, roleIn } from '../moderation/moderator-rights.ts';
import { refusalOf } from '../moderation/refusals.ts';
import { parseSeq, type RemoveResult } from '../protocol.ts';
import { MOST_READS } from '../room/change.ts';
import { toRoom } from '../service/bindings.ts';
import { readCaller } from './caller.ts';
import type { HubAnswer, HubCall } from './hub-function.ts';
import { reasonIn } from './moderator-arguments.ts';
import { refusedCall } from './refused-call.ts';

/** Answers a {@link RemoveResult}, and never throws. Removing a removed message broadcasts the removal once more. */
export async function remove(call: HubCall, deps: Deps): Promise<HubAnswer> {
  try {
    return await removeMessage(call, deps);
  } catch (error) {
    return refusedCall(error, 'remove message');
  }
}

async function removeMessage(call: HubCall, deps: Deps): Promise<HubAnswer> {
  const { rooms, reader } = deps;
  const { userId, name, room } = await readCaller(call, deps);
  const seq = parseSeq(call.arguments[0]);
  const reason = reasonIn(call.arguments[1], '');
  for (let read = 0; read < MOST_READS; read += 1) {
    const found = await reader.text(room, seq);
    if (!found) throw noSuchMessage('remove', seq);
    const { message, ...rows } = found;
    const refusal = refusalToAuthor('remove', message, userId, deps);
    // What is removed already stays so, however old it is.
    const isDone = message.deleted === true && refusal?.code === 'too_late';
    const isForeign = refusal !== undefined && !isDone;
    if (isForeign && !(await roleIn(room, userId, deps))) throw refusal;
    const author = isForeign ? { ...AS_MODERATOR, reason, by: userId } : { userId, name };
    const { outcome, frames } = await rooms.submit(room, { kind: 'delete', ...author, ...rows });
    if (outcome.kind === 'stale') continue;
    if (outcome.kind !== 'done') throw refusalOf(outcome);
    return {
      actions: frames.map((events) => toRoom(room, events)),
      result: { ok: true } satisfies RemoveResult,
      about: isForeign
        ? { room, user: message.userId, seq, moderator: userId }
        : { room, user: userId, seq },
    };
  }
  throw changedMeanwhile('remove', seq);
}
