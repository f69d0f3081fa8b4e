// A client's connection opened: it joins the room of its ticket, or is sent away.

import type { Chat } from '../chat.ts';
import type { Ticket } from '../identity/ticket.ts';
import { keptOut } from '../kept-out.ts';
import { ChatError } from '../protocol.ts';
import { addToRoom, toNewcomer, toRoom } from '../service/bindings.ts';
import type { HubAnswer, HubCall } from './hub-function.ts';

export async function connected(call: HubCall, chat: Chat): Promise<HubAnswer> {
  try {
    const ticket = await chat.tickets.read(call.ticket, 'fresh');
    const { room, userId: user } = ticket;
    return { actions: await join(call.connectionId, ticket, chat), about: { room, user } };
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    // Open but not counted it would hear nothing. Closed it knows, and comes back with a new ticket.
    await chat.service.closeConnection(call.connectionId, error.message);
    return { actions: [], about: { refused: error.code } };
  }
}

async function join(connectionId: string, { userId, name, room }: Ticket, chat: Chat) {
  const { rooms, newcomers } = chat;
  const member = { connectionId, userId, name };
  const { outcome, tell } = await rooms.submit(room, { kind: 'join', ...member }).catch((error) => {
    // It may be committed all the same.
    newcomers.joined(room, connectionId);
    throw error;
  });
  switch (outcome.kind) {
    case 'joined': {
      newcomers.joined(room, connectionId);
      const { revision, seq, online } = outcome;
      return [
        // In this order: by the time of its welcome the newcomer hears the room.
        addToRoom(room, connectionId),
        toNewcomer({ ...member, room, revision, seq, online }),
        ...tell.map((events) => toRoom(room, events)),
      ];
    }
    case 'gone':
      return [];
    case 'banned':
    case 'closed':
      throw keptOut(outcome);
  }
}
