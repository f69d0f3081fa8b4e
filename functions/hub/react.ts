// A client invoked `react(seq, emoji, on)`: sets one emoji of its user on a message on or off, and answers after the commit.

import type { Deps } from '../deps.ts';
import { refusalOf } from '../moderation/refusals.ts';
import {
  ChatError,
  MAX_EMOJIS,
  MAX_REACTIONS,
  parseEmoji,
  parseSeq,
  type ReactResult,
} from '../protocol.ts';
import type { VoteOutcome } from '../room/reaction-window.ts';
import { toRoom } from '../service/bindings.ts';
import { readCaller } from './caller.ts';
import type { HubAnswer, HubCall } from './hub-function.ts';
import { refusedCall } from './refused-call.ts';

/** Answers a {@link ReactResult}, and never throws. */
export async function react(call: HubCall, deps: Deps): Promise<HubAnswer> {
  try {
    return await setReaction(call, deps);
  } catch (error) {
    return refusedCall(error, 'react');
  }
}

async function setReaction(call: HubCall, deps: Deps): Promise<HubAnswer> {
  const { admission, reactions } = deps;
  // It may go to everyone in the room, so it counts as a message.
  const { userId, name, room } = await readCaller(call, deps);
  const [seqArgument, emojiArgument, on] = call.arguments;
  const seq = parseSeq(seqArgument);
  const emoji = parseEmoji(emojiArgument);
  if (typeof on !== 'boolean') {
    throw new ChatError(
      'bad_request',
      'unable to react; the third argument is neither true nor false. Send true to react, false to take it back.',
    );
  }
  // It also knows how many are online, which decides how long the reaction waits.
  const { online } = await admission.admit(room, userId);
  const vote = { userId, name, emoji, on };
  const { outcome, frames } = await reactions.vote(room, seq, vote, online);
  if (outcome.kind !== 'stands') throw notCounted(outcome, seq);
  return {
    actions: frames.map((events) => toRoom(room, events)),
    result: {
      ok: true,
      revision: outcome.revision,
      ...(outcome.on !== on && { on: outcome.on }),
    } satisfies ReactResult,
    about: { room, user: userId, seq },
  };
}

function notCounted(outcome: Exclude<VoteOutcome, { kind: 'stands' }>, seq: number): ChatError {
  switch (outcome.kind) {
    case 'no message':
      return new ChatError(
        'not_found',
        `unable to react to message ${seq}; the room has no such message. Choose one that is shown.`,
      );
    case 'no space':
      return new ChatError(
        'too_many_reactions',
        `unable to react to message ${seq}; it has ${MAX_REACTIONS} reactions or ${MAX_EMOJIS} different ones. Choose one that is there, or another message.`,
      );
    default:
      return refusalOf(outcome);
  }
}
