// Who invoked a target: the first steps of every such function.

import type { Deps } from '../deps.ts';
import type { Ticket } from '../identity/ticket.ts';
import { refuseFlood } from '../moderation/refuse-flood.ts';
import type { HubCall } from './hub-function.ts';

/**
 * The ticket of the caller, whose call counts for the rate limit. Throws ChatError `bad_ticket`, also for a connection that did
 * not join, `too_many_messages`, `banned` or `unavailable`.
 */
export async function readCaller(call: HubCall, deps: Deps): Promise<Ticket> {
  const ticket = await deps.tickets.read(call.ticket, 'any');
  await refuseFlood(call.connectionId, ticket.userId, ticket.room, deps);
  await deps.joined.refuseStranger(call.connectionId, ticket);
  return ticket;
}
