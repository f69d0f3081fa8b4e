// A client invoked `send(text, id)`: the message is stored, then told, then acknowledged.

import type { Chat } from '../chat.ts';
import { bannedUntil, notStored } from '../kept-out.ts';
import {
  ChatError,
  fromArgument,
  parseMessageId,
  parseText,
  type SendResult,
} from '../protocol.ts';
import { sendAway } from '../send-away.ts';
import { toRoom } from '../service/bindings.ts';
import { KEPT_OUT_MS } from './flood-guard.ts';
import type { HubAnswer, HubCall } from './hub-function.ts';

export async function message(call: HubCall, chat: Chat): Promise<HubAnswer> {
  try {
    return await send(call, chat);
  } catch (error) {
    // Thrown on, the extension would show it to the client, stack and all.
    const failure = error instanceof ChatError ? {} : { failure: error };
    const { code, message } = error instanceof ChatError ? error : failed();
    return {
      actions: [],
      result: { ok: false, code, message } satisfies SendResult,
      about: { refused: code },
      ...failure,
    };
  }
}

/** Throws ChatError `too_many_messages`, or `banned` where it went on for too long. */
export async function refuseFlood(
  connectionId: string,
  userId: string,
  room: string,
  chat: Chat,
): Promise<void> {
  switch (chat.flood.judge(userId)) {
    case 'take':
      return;
    case 'refuse':
      throw new ChatError(
        'too_many_messages',
        'unable to send message; there are too many of yours. Wait a moment and send it again.',
      );
    case 'send away': {
      const until = chat.now() + KEPT_OUT_MS;
      const error = bannedUntil(until);
      await sendAway(room, { userId, connectionId }, until, error.message, chat);
      throw error;
    }
  }
}

function failed(): ChatError {
  return new ChatError('unavailable', 'unable to send message; something failed here. Try again.');
}

async function send(call: HubCall, chat: Chat): Promise<HubAnswer> {
  const { tickets, rooms } = chat;
  const { userId, name, room } = await tickets.read(call.ticket, 'any');
  await refuseFlood(call.connectionId, userId, room, chat);
  const text = parseText(fromArgument(call.arguments[0]));
  const id = parseMessageId(fromArgument(call.arguments[1]));
  const { outcome, tell } = await rooms.submit(room, { kind: 'send', id, userId, name, text });
  if (outcome.kind !== 'stored') throw notStored(outcome);
  const { seq, sentAt, online } = outcome;
  return {
    actions: tell.map((events) => toRoom(room, events)),
    result: { ok: true, seq, sentAt, online } satisfies SendResult,
    about: { room, user: userId, seq },
  };
}
