// A client invoked `send(text, id, {replyTo?, mentions?})`: stores the message, broadcasts it, acknowledges it.

import type { Deps } from '../deps.ts';
import { notStored } from '../moderation/refusals.ts';
import {
  fromArgument,
  parseMessageId,
  parseSendOptions,
  parseText,
  type SendResult,
} from '../protocol.ts';
import { toRoom } from '../service/bindings.ts';
import { readCaller } from './caller.ts';
import type { HubAnswer, HubCall } from './hub-function.ts';
import { refusedCall } from './refused-call.ts';

/** Answers a {@link SendResult}, and never throws. */
export async function message(call: HubCall, deps: Deps): Promise<HubAnswer> {
  try {
    return await send(call, deps);
  } catch (error) {
    return refusedCall(error, 'send message');
  }
}

async function send(call: HubCall, deps: Deps): Promise<HubAnswer> {
  const { rooms, typingBudget } = deps;
  const { userId, name, room } = await readCaller(call, deps);
  const text = parseText(fromArgument(call.arguments[0]));
  const id = parseMessageId(fromArgument(call.arguments[1]));
  const options = parseSendOptions(call.arguments[2], text);
  const change = { kind: 'send', id, userId, name, text, ...options } as const;
  const { outcome, frames } = await rooms.submit(room, change);
  if (outcome.kind !== 'stored') throw notStored(outcome);
  const { seq, sentAt, online } = outcome;
  typingBudget.lineSent(room, userId, online);
  return {
    actions: frames.map((events) => toRoom(room, events)),
    result: { ok: true, seq, sentAt, online } satisfies SendResult,
    about: { room, user: userId, seq },
  };
}
