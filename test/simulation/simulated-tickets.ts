// Tickets like those of functions/identity/ticket.ts, without cryptography, which takes real time.

import type { Ticket, Tickets } from '../../functions/identity/ticket.ts';
import type { Table } from '../../functions/room/table.ts';
import type { Subject } from './simulation.ts';

const LIFETIME_MS = 300_000;

export function openSimulatedTickets(subject: Subject, table: Table, now: () => number): Tickets {
  const known = new Map<string, Ticket & { readonly until: number }>();
  const parse = (token: string) => {
    const ticket = known.get(token) ?? JSON.parse(token);
    known.set(token, ticket);
    return ticket;
  };
  let key: Promise<unknown> | undefined;
  /** As with real tickets, each process reads the key before its first ticket. */
  const readKey = () => {
    key ??= table.get('.keys', 'ticket').catch((error) => {
      key = undefined;
      throw error;
    });
    return key;
  };
  return {
    issue: async ({ userId, name, room }: Ticket) => {
      await readKey();
      return JSON.stringify({ userId, name, room, until: now() + LIFETIME_MS });
    },
    read: async (token, age) => {
      await readKey();
      const { until, userId, name, room } = parse(String(token));
      const isFresh = until > now();
      if (age === 'any' || isFresh) return { userId, name, room, isFresh };
      throw new subject.ChatError('bad_ticket', 'unable to accept the ticket; it has expired.');
    },
  };
}
