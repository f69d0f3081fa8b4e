// The ticket: the signed user, name and room of a connection, in the query of the service's URL. The service passes that
// query to every upstream event, so each function knows the three without a read.

import { randomBytes } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { ChatError } from '../protocol.ts';
import type { Table } from '../room/table.ts';

export interface Ticket {
  readonly userId: string;
  readonly name: string;
  readonly room: string;
}

/** The query parameter of the ticket. */
export const TICKET_PARAMETER = 'ticket';

/** How long after negotiate a ticket opens a connection. */
export const TICKET_LIFETIME_SECONDS = 300;

const ALGORITHM = 'HS256';
const AUDIENCE = 'ticket';
// No room can have the name of this partition.
export const KEYS_PARTITION = '.keys';
export const TICKET_KEY_ROW = 'ticket';

export interface Tickets {
  issue(ticket: Ticket): Promise<string>;
  /** Verifies a ticket. Events of an open connection may have an old one. Throws `bad_ticket`. */
  read(token: unknown, age: 'fresh' | 'any'): Promise<Ticket>;
}

/** Tickets with an HMAC of a key in the table, which all instances share. */
export class SignedTickets implements Tickets {
  readonly #table: Table;
  readonly #now: () => number;
  #key: Promise<Uint8Array> | undefined;

  constructor(table: Table, now: () => number = Date.now) {
    this.#table = table;
    this.#now = now;
  }

  async issue({ userId, name, room }: Ticket): Promise<string> {
    const seconds = Math.floor(this.#now() / 1_000);
    return new SignJWT({ name, room })
      .setProtectedHeader({ alg: ALGORITHM })
      .setSubject(userId)
      .setAudience(AUDIENCE)
      .setExpirationTime(seconds + TICKET_LIFETIME_SECONDS)
      .sign(await this.#readKey());
  }

  async read(token: unknown, age: 'fresh' | 'any'): Promise<Ticket> {
    if (typeof token !== 'string' || token === '') throw badTicket('there is none');
    const payload = await this.#verify(token, await this.#readKey(), age);
    const { sub: userId, name, room } = payload;
    if (typeof userId !== 'string' || typeof name !== 'string' || typeof room !== 'string') {
      throw badTicket('it names no user, name or room');
    }
    return { userId, name, room };
  }

  async #verify(token: string, key: Uint8Array, age: 'fresh' | 'any'): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: [ALGORITHM],
        audience: AUDIENCE,
        requiredClaims: ['exp'],
        currentDate: new Date(this.#now()),
      });
      return payload;
    } catch (error) {
      // At this point its signature and audience are valid.
      if (error instanceof errors.JWTExpired) {
        if (age === 'any') return error.payload;
        throw badTicket('it has expired');
      }
      throw badTicket('it is not one of ours');
    }
  }

  /** The app's own key. The first process that needs it makes it. */
  #readKey(): Promise<Uint8Array> {
    this.#key ??= this.#loadKey().catch((error) => {
      this.#key = undefined;
      throw error;
    });
    return this.#key;
  }

  async #loadKey(): Promise<Uint8Array> {
    for (;;) {
      const row = await this.#table.get(KEYS_PARTITION, TICKET_KEY_ROW);
      if (row) return Buffer.from(String(row.properties.key), 'base64url');
      const key = randomBytes(32).toString('base64url');
      // If another process was faster, the next round reads its key.
      await this.#table.commit(KEYS_PARTITION, [
        { kind: 'insert', row: { key: TICKET_KEY_ROW, properties: { key } } },
      ]);
    }
  }
}

function badTicket(reason: string): ChatError {
  return new ChatError('bad_ticket', `unable to accept the ticket; ${reason}. Negotiate again.`);
}
