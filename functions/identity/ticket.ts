// The ticket: who a connection belongs to, signed, in the query of the service's URL. The service hands that
// query to every upstream event, so each function knows user, name and room with no read.

import { randomBytes } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { ChatError } from '../protocol.ts';
import type { Table } from '../room/table.ts';

export interface Ticket {
  readonly userId: string;
  readonly name: string;
  readonly room: string;
}

/** The query parameter that carries it. */
export const TICKET_PARAMETER = 'ticket';

/** How long after negotiate a ticket opens a connection; an event may be late, a person is not. */
export const TICKET_LIFETIME_SECONDS = 300;

const ALGORITHM = 'HS256';
const AUDIENCE = 'ticket';
// A partition that no room can be named after.
export const KEYS_PARTITION = '.keys';
export const TICKET_KEY_ROW = 'ticket';

export interface Tickets {
  issue(ticket: Ticket): Promise<string>;
  /** Reads a ticket that we signed. Events of an open connection may carry an old one. Throws `bad_ticket`. */
  read(token: unknown, age: 'fresh' | 'any'): Promise<Ticket>;
}

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
      // By then its signature and audience were found good.
      if (error instanceof errors.JWTExpired) {
        if (age === 'any') return error.payload;
        throw badTicket('it has expired');
      }
      throw badTicket('it is not one of ours');
    }
  }

  /** The app's own key, made by whichever process needs it first. */
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
      // Where another process was faster its key is read in the next round.
      await this.#table.commit(KEYS_PARTITION, [
        { kind: 'insert', row: { key: TICKET_KEY_ROW, properties: { key } } },
      ]);
    }
  }
}

function badTicket(reason: string): ChatError {
  return new ChatError('bad_ticket', `unable to accept the ticket; ${reason}. Negotiate again.`);
}
