// The ticket: the signed user, name and room of a connection, in the query of the service's URL. The service passes that
// query to every upstream event, so each function knows the three without a read.

import { ChatError } from '../protocol.ts';
import { SignedTokens } from './signed-tokens.ts';
import type { SigningKey } from './signing-key.ts';

export interface Ticket {
  readonly userId: string;
  readonly name: string;
  readonly room: string;
}

export interface ReadTicket extends Ticket {
  /** False once it opens no connection any more. */
  readonly isFresh: boolean;
}

/** The query parameter of the ticket. */
export const TICKET_PARAMETER = 'ticket';

/** How long after negotiate a ticket opens a connection. */
export const TICKET_LIFETIME_SECONDS = 300;

const AUDIENCE = 'ticket';

export interface Tickets {
  issue(ticket: Ticket): Promise<string>;
  /** Verifies a ticket. Events of an open connection may have an old one. Throws `bad_ticket`. */
  read(token: unknown, age: 'fresh' | 'any'): Promise<ReadTicket>;
}

/** Tickets with an HMAC of the app's key. */
export class SignedTickets implements Tickets {
  readonly #tokens: SignedTokens;

  constructor(key: SigningKey, now: () => number = Date.now) {
    this.#tokens = new SignedTokens(key, AUDIENCE, now);
  }

  async issue({ userId, name, room }: Ticket): Promise<string> {
    return this.#tokens.sign({ name, room, sub: userId }, TICKET_LIFETIME_SECONDS);
  }

  async read(token: unknown, age: 'fresh' | 'any'): Promise<ReadTicket> {
    if (typeof token !== 'string' || token === '') throw badTicket('there is none');
    const verified = await this.#tokens.verify(token);
    if (!verified) throw badTicket('it is not one of ours');
    const { claims, isFresh } = verified;
    if (!isFresh && age === 'fresh') throw badTicket('it has expired');
    const { sub: userId, name, room } = claims;
    if (typeof userId !== 'string' || typeof name !== 'string' || typeof room !== 'string') {
      throw badTicket('it names no user, name or room');
    }
    return { userId, name, room, isFresh };
  }
}

export function badTicket(reason: string): ChatError {
  return new ChatError('bad_ticket', `unable to accept the ticket; ${reason}. Negotiate again.`);
}
