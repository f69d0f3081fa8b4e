// A client invoked `send(text, id)`: stores the message, broadcasts it, acknowledges it.

import type { Deps } from '../deps.ts';
import { notStored } from '../moderation/refusals.ts';
import { refuseFlood } from '../moderation/refuse-flood.ts';
import {
  ChatError,
  fromArgument,
  parseMessageId,
  parseText,
  type SendResult,
} from '../protocol.ts';
import { toRoom } from '../service/bindings.ts';
import type { HubAnswer, HubCall } from './hub-function.ts';

/** Answers a {@link SendResult}, and never throws. */
export async function message(call: HubCall, deps: Deps): Promise<HubAnswer> {
  try {
    return await send(call, deps);
  } catch (error) {
    // The extension would send a thrown error with its stack to the client.
    const failure = error instanceof ChatError ? {} : { failure: error };
    const { code, message } = error instanceof ChatError ? error : internalError();
    return {
      actions: [],
      result: { ok: false, code, message } satisfies SendResult,
      about: { refused: code },
      ...failure,
    };
  }
}

function internalError(): ChatError {
  return new ChatError('unavailable', 'unable to send message; something failed here. Try again.');
}

async function send(call: HubCall, deps: Deps): Promise<HubAnswer> {
  const { tickets, rooms, joined, typingBudget } = deps;
  const ticket = await tickets.read(call.ticket, 'any');
  const { userId, name, room } = ticket;
  await refuseFlood(call.connectionId, userId, room, deps);
  await joined.refuseStranger(call.connectionId, ticket);
  const text = parseText(fromArgument(call.arguments[0]));
  const id = parseMessageId(fromArgument(call.arguments[1]));
  const { outcome, frames } = await rooms.submit(room, { kind: 'send', id, userId, name, text });
  if (outcome.kind !== 'stored') throw notStored(outcome);
  const { seq, sentAt, online } = outcome;
  typingBudget.lineSent(room, userId, online);
  return {
    actions: frames.map((events) => toRoom(room, events)),
    result: { ok: true, seq, sentAt, online } satisfies SendResult,
    about: { room, user: userId, seq },
  };
}
