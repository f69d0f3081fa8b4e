// A client invoked `send(text, id)`: the message is stored, then told, then acknowledged.

import { toRoom } from './bindings.ts';
import type { Chat } from './chat.ts';
import { bannedUntil } from './connected.ts';
import type { HubAnswer, HubCall } from './hub-function.ts';
import { ChatError, parseMessageId, parseText, type SendResult } from './protocol.ts';

export async function message(call: HubCall, chat: Chat): Promise<HubAnswer> {
  try {
    return await send(call, chat);
  } catch (error) {
    // Thrown on, the extension would show it to the client, stack and all.
    if (!(error instanceof ChatError)) chat.log(`unable to take a message: ${error}`);
    const { code, message } = error instanceof ChatError ? error : failed();
    return { actions: [], result: { ok: false, code, message } satisfies SendResult };
  }
}

function failed(): ChatError {
  return new ChatError('unavailable', 'unable to send message; something failed here. Try again.');
}

async function send(call: HubCall, { tickets, rooms }: Chat): Promise<HubAnswer> {
  const { userId, name, room } = await tickets.read(call.ticket, 'any');
  const text = parseText(call.arguments[0]);
  const id = parseMessageId(call.arguments[1]);
  const { outcome, tell } = await rooms.submit(room, { kind: 'send', id, userId, name, text });
  if (outcome.kind === 'banned') throw bannedUntil(outcome.until);
  const { seq, sentAt, online } = outcome;
  return {
    actions: tell.map((events) => toRoom(room, events)),
    result: { ok: true, seq, sentAt, online } satisfies SendResult,
  };
}
