// Decides whether a connection may speak. A fresh ticket says so. Connections last longer than tickets, and the row of a
// connection says whether it joined: somebody may have opened it with an old ticket, and its `connected` was refused.
//
// Cost: one read for each connection that sends with an expired ticket, in each process. A connection that has joined can
// only end, so the answer is kept.

import { BoundedMap } from '../bounded-map.ts';
import type { RoomReader } from '../room/room-reader.ts';
import { badTicket, type ReadTicket } from './ticket.ts';

/** The one that was first known is forgotten first. A forgotten connection costs one read. */
const MOST_REMEMBERED = 10_000;

/** One per process. */
export class JoinedConnections {
  readonly #reader: Pick<RoomReader, 'connection'>;
  readonly #joined = new BoundedMap<true>(MOST_REMEMBERED);

  constructor(reader: Pick<RoomReader, 'connection'>) {
    this.#reader = reader;
  }

  /** Throws ChatError `bad_ticket` if the ticket has expired and the connection is not in the room. */
  async refuseStranger(
    connectionId: string,
    { room, isFresh }: Pick<ReadTicket, 'room' | 'isFresh'>,
  ): Promise<void> {
    if (isFresh || this.#joined.has(connectionId)) return;
    const connection = await this.#reader.connection(room, connectionId);
    if (!connection?.open) throw badTicket('it has expired, and the connection is not in the room');
    this.#joined.set(connectionId, true);
  }
}
