// A client invoked `send(text, id)`: stores the message, broadcasts it, acknowledges it.

import { banUser } from '../ban-user.ts';
import type { Deps } from '../deps.ts';
import {
  ChatError,
  fromArgument,
  parseMessageId,
  parseText,
  type SendResult,
} from '../protocol.ts';
import { bannedUntil, notStored } from '../refusals.ts';
import { toRoom } from '../service/bindings.ts';
import { BAN_MS } from './flood-guard.ts';
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

/** Throws ChatError `too_many_messages`, or `banned` after too many refusals. */
export async function refuseFlood(
  connectionId: string,
  userId: string,
  room: string,
  deps: Deps,
): Promise<void> {
  switch (deps.flood.judge(userId)) {
    case 'accept':
      return;
    case 'refuse':
      throw new ChatError(
        'too_many_messages',
        'unable to send message; there are too many of yours. Wait a moment and send it again.',
      );
    case 'ban': {
      const until = deps.now() + BAN_MS;
      const error = bannedUntil(until);
      await banUser(room, { userId, connectionId }, until, error.message, deps);
      throw error;
    }
  }
}

function internalError(): ChatError {
  return new ChatError('unavailable', 'unable to send message; something failed here. Try again.');
}

async function send(call: HubCall, deps: Deps): Promise<HubAnswer> {
  const { tickets, rooms } = deps;
  const { userId, name, room } = await tickets.read(call.ticket, 'any');
  await refuseFlood(call.connectionId, userId, room, deps);
  const text = parseText(fromArgument(call.arguments[0]));
  const id = parseMessageId(fromArgument(call.arguments[1]));
  const { outcome, frames } = await rooms.submit(room, { kind: 'send', id, userId, name, text });
  if (outcome.kind !== 'stored') throw notStored(outcome);
  const { seq, sentAt, online } = outcome;
  return {
    actions: frames.map((events) => toRoom(room, events)),
    result: { ok: true, seq, sentAt, online } satisfies SendResult,
    about: { room, user: userId, seq },
  };
}
