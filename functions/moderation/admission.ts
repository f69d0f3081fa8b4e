// Bans and closing for typing notes. A message is checked by its commit, and a note has none.
//
// Cost: while somebody types, one read of the room's head in 5 s, in each process. While anyone is banned from the room, one
// more for each user who types. However many notes arrive, it costs no more.

import { BoundedMap } from '../bounded-map.ts';
import type { RoomReader } from '../room/room-reader.ts';
import type { Head } from '../room/rows.ts';
import { bannedUntil, closedError } from './refusals.ts';

/** How late a ban or a closing stops the typing notes of a connection that is still open. */
export const ADMITTED_FOR_MS = 5_000;
/** The oldest reads are forgotten first. */
const MOST_REMEMBERED = 1_000;

export interface AdmissionOptions {
  readonly reader: Pick<RoomReader, 'head' | 'bannedUntil'>;
  /** Epoch ms. */
  readonly now: () => number;
  /** Milliseconds that never go back. */
  readonly monotonicNow: () => number;
}

/** One per process. */
export class Admission {
  readonly #reader: AdmissionOptions['reader'];
  readonly #now: () => number;
  readonly #heads: RecentReads<Head>;
  readonly #bans: RecentReads<number>;

  constructor({ reader, now, monotonicNow }: AdmissionOptions) {
    this.#reader = reader;
    this.#now = now;
    this.#heads = new RecentReads(monotonicNow);
    this.#bans = new RecentReads(monotonicNow);
  }

  /** The room's head, as of the last seconds. Throws ChatError `banned` or `room_closed`. */
  async admit(room: string, userId: string): Promise<Head> {
    const head = await this.#heads.get(room, () => this.#reader.head(room));
    if (head.closed !== '') throw closedError(head.closed);
    if (head.bannedUntil <= this.#now()) return head;
    // No room's name has a space.
    const until = await this.#bans.get(`${room} ${userId}`, () =>
      this.#reader.bannedUntil(room, userId),
    );
    if (until > this.#now()) throw bannedUntil(until);
    return head;
  }
}

/** Shares a read with everyone who asks within {@link ADMITTED_FOR_MS}. */
class RecentReads<T> {
  readonly #reads = new BoundedMap<{ readonly at: number; readonly value: Promise<T> }>(
    MOST_REMEMBERED,
  );
  readonly #monotonicNow: () => number;

  constructor(monotonicNow: () => number) {
    this.#monotonicNow = monotonicNow;
  }

  get(key: string, read: () => Promise<T>): Promise<T> {
    const now = this.#monotonicNow();
    const known = this.#reads.get(key);
    if (known && now - known.at < ADMITTED_FOR_MS) return known.value;
    const value = read().catch((error) => {
      this.#reads.delete(key);
      throw error;
    });
    this.#reads.set(key, { at: now, value });
    return value;
  }
}
