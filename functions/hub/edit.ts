// A client invoked `edit(seq, text, id)`: replaces the text of one of its user's messages, broadcasts the message that
// announces it, and acknowledges it.

import type { Deps } from '../deps.ts';
import { changedMeanwhile, noSuchMessage, refusalToAuthor } from '../moderation/author-rights.ts';
import { notStored } from '../moderation/refusals.ts';
import { type EditResult, fromArgument, parseMessageId, parseSeq, parseText } from '../protocol.ts';
import { MOST_READS } from '../room/change.ts';
import { toRoom } from '../service/bindings.ts';
import { readCaller } from './caller.ts';
import type { HubAnswer, HubCall } from './hub-function.ts';
import { refusedCall } from './refused-call.ts';

/** Answers an {@link EditResult}, and never throws. */
export async function edit(call: HubCall, deps: Deps): Promise<HubAnswer> {
  try {
    return await editMessage(call, deps);
  } catch (error) {
    return refusedCall(error, 'edit message');
  }
}

async function editMessage(call: HubCall, deps: Deps): Promise<HubAnswer> {
  const { rooms, reader } = deps;
  const { userId, name, room } = await readCaller(call, deps);
  const edited = parseSeq(call.arguments[0]);
  const text = parseText(fromArgument(call.arguments[1]));
  const id = parseMessageId(fromArgument(call.arguments[2]));
  for (let read = 0; read < MOST_READS; read += 1) {
    const found = await reader.text(room, edited);
    if (!found) throw noSuchMessage('edit', edited);
    const { message, ...rows } = found;
    const refusal = message.deleted
      ? noSuchMessage('edit', edited)
      : refusalToAuthor('edit', message, userId, deps);
    // A retry of an edit that was stored in time succeeds.
    const isRepeatOnly = refusal !== undefined;
    const change = { kind: 'edit', id, userId, name, text, ...rows, isRepeatOnly } as const;
    const { outcome, frames } = await rooms.submit(room, change);
    if (outcome.kind === 'stale') {
      if (refusal) throw refusal;
      continue;
    }
    if (outcome.kind === 'missing') throw noSuchMessage('edit', edited);
    if (outcome.kind !== 'stored') throw notStored(outcome);
    const { seq, sentAt } = outcome;
    return {
      actions: frames.map((events) => toRoom(room, events)),
      result: { ok: true, seq, sentAt } satisfies EditResult,
      about: { room, user: userId, seq },
    };
  }
  throw changedMeanwhile('edit', edited);
}
