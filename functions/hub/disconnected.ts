// A connection closed: it leaves the room of its ticket.

import type { Deps } from '../deps.ts';
import { ChatError } from '../protocol.ts';
import { toRoom } from '../service/bindings.ts';
import type { HubAnswer, HubCall } from './hub-function.ts';

/** Does nothing for a connection that has left already, or never joined. */
export async function disconnected(call: HubCall, deps: Deps): Promise<HubAnswer> {
  const room = await readRoom(call, deps);
  // A connection without a ticket never joined.
  if (room === undefined) return { actions: [] };
  const { connectionId } = call;
  const { frames } = await deps.rooms.submit(room, { kind: 'leave', connectionId });
  return { actions: frames.map((events) => toRoom(room, events)), about: { room } };
}

async function readRoom(call: HubCall, { tickets }: Deps): Promise<string | undefined> {
  try {
    const { room } = await tickets.read(call.ticket, 'any');
    return room;
  } catch (error) {
    if (error instanceof ChatError && error.code === 'bad_ticket') return undefined;
    throw error;
  }
}
