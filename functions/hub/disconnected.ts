// A client's connection closed: it leaves the room of its ticket.

import type { Chat } from '../chat.ts';
import { ChatError } from '../protocol.ts';
import { toRoom } from '../service/bindings.ts';
import type { HubAnswer, HubCall } from './hub-function.ts';

export async function disconnected(call: HubCall, chat: Chat): Promise<HubAnswer> {
  const room = await readRoom(call, chat);
  // Who had no ticket never joined.
  if (room === undefined) return { actions: [] };
  const { connectionId } = call;
  const { tell } = await chat.rooms.submit(room, { kind: 'leave', connectionId });
  return { actions: tell.map((events) => toRoom(room, events)), about: { room } };
}

async function readRoom(call: HubCall, { tickets }: Chat): Promise<string | undefined> {
  try {
    const { room } = await tickets.read(call.ticket, 'any');
    return room;
  } catch (error) {
    if (error instanceof ChatError && error.code === 'bad_ticket') return undefined;
    throw error;
  }
}
