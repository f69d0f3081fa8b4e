// A client invoked `remove(seq)`: takes the text of one of its user's messages away, for good, and broadcasts the removal.

import type { Deps } from '../deps.ts';
import { changedMeanwhile, noSuchMessage, refusalToAuthor } from '../moderation/author-rights.ts';
import { refusalOf } from '../moderation/refusals.ts';
import { parseSeq, type RemoveResult } from '../protocol.ts';
import { MOST_READS } from '../room/change.ts';
import { toRoom } from '../service/bindings.ts';
import { readCaller } from './caller.ts';
import type { HubAnswer, HubCall } from './hub-function.ts';
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
  for (let read = 0; read < MOST_READS; read += 1) {
    const found = await reader.text(room, seq);
    if (!found) throw noSuchMessage('remove', seq);
    const { message, ...rows } = found;
    const refusal = refusalToAuthor('remove', message, userId, deps);
    // What is removed already stays so, however old it is.
    const isDone = message.deleted === true && refusal?.code === 'too_late';
    if (refusal && !isDone) throw refusal;
    const { outcome, frames } = await rooms.submit(room, { kind: 'delete', userId, name, ...rows });
    if (outcome.kind === 'stale') continue;
    if (outcome.kind !== 'done') throw refusalOf(outcome);
    return {
      actions: frames.map((events) => toRoom(room, events)),
      result: { ok: true } satisfies RemoveResult,
      about: { room, user: userId, seq },
    };
  }
  throw changedMeanwhile('remove', seq);
}
