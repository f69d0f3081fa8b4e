// How far each signed-in person has read in which room, so that it travels between devices. One row for each person:
//
//   .reading | u:<userId>               { userId, places, day }   the rooms read last, and the day after which the row goes
//            | d:<day>:<userId>         { userId }                that a row goes after that day: the expired ones are one range
//
// Cost: a read for `read`. A read and a write for `mark`, and no write if it brings nothing new. An hour's cleanup costs one
// read, and three more requests for each row that has expired.

import { ChatError, MAX_PLACES, type Place } from './protocol.ts';
import { keyPart } from './room/rows.ts';
import type { Operation, StoredRow, Table } from './room/table.ts';

export interface PlacesChange {
  /** What was read, the last first. */
  readonly places: readonly Place[];
  /** Rooms that the person has taken off the list. */
  readonly forgotten: readonly string[];
}

export interface ReadingPlacesOptions {
  readonly table: Table;
  /** How long a row stays after its last write, ms. */
  readonly keptMs: number;
  /** Epoch ms. */
  readonly now: () => number;
}

/** No room can have the name of this partition. */
const PARTITION = '.reading';
const DAY_MS = 24 * 60 * 60_000;
/** As many devices of one person may write at the same moment. */
const ATTEMPTS = 8;
/** The place of the deletion among the operations of a write. */
const DUE_ROW_AT = 2;
const EXPIRED_AT_A_TIME = 1_000;

interface Stored {
  readonly places: readonly Place[];
  /** The last day on which the row counts, as days since 1970. */
  readonly day: number;
  readonly etag: string;
}

/** The places as a change leaves them: in each room the highest number, the rooms read last first. */
export function mergePlaces(known: readonly Place[], change: PlacesChange): readonly Place[] {
  const highest = new Map<string, number>();
  for (const { room, readTo } of [...change.places, ...known]) {
    highest.set(room, Math.max(readTo, highest.get(room) ?? 0));
  }
  for (const room of change.forgotten) highest.delete(room);
  return [...highest].map(([room, readTo]) => ({ room, readTo })).slice(0, MAX_PLACES);
}

/** Every method may throw TableUnavailable. */
export class ReadingPlaces {
  readonly #options: ReadingPlacesOptions;
  #hasLeftExpired = false;

  constructor(options: ReadingPlacesOptions) {
    this.#options = options;
  }

  async read(userId: string): Promise<readonly Place[]> {
    return (await this.#find(userId))?.places ?? [];
  }

  /**
   * Notes what the person has read, and returns all places of the person. No place goes back: a room whose messages have numbers
   * begins anew only with an empty table, which has no places. Throws `unavailable` if too many devices write at once.
   */
  async mark(userId: string, change: PlacesChange): Promise<readonly Place[]> {
    let isDueRowGone = false;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const stored = await this.#find(userId);
      const places = mergePlaces(stored?.places ?? [], change);
      if (areSame(places, stored?.places ?? [])) return places;
      const operations = this.#writesOf(userId, places, stored, isDueRowGone);
      const result = await this.#options.table.commit(PARTITION, operations);
      if (result.ok) return places;
      // An erase or a cleanup may have stopped between its two deletions.
      isDueRowGone ||= result.reason === 'missing' && result.index === DUE_ROW_AT;
    }
    throw new ChatError(
      'unavailable',
      'unable to keep the reading place; other devices wrote at the same time. Try again.',
    );
  }

  /** Also for somebody who has none. */
  async erase(userId: string): Promise<void> {
    const day = (await this.#find(userId))?.day;
    await this.#delete(rowKey(userId));
    if (day !== undefined) await this.#delete(dayKey(day, userId));
  }

  /** Whether the last cleanup of this process failed, or ended before all expired rows were deleted. */
  get hasLeftExpired(): boolean {
    return this.#hasLeftExpired;
  }

  /** Deletes rows that nobody has written for so long, at most {@link EXPIRED_AT_A_TIME} and until `isLate`. */
  async removeExpired(isLate: () => boolean): Promise<void> {
    this.#hasLeftExpired = true;
    const expired = await this.#options.table.list(PARTITION, {
      from: 'd:',
      to: dayKey(this.#today(), ''),
      limit: EXPIRED_AT_A_TIME,
    });
    for (const { key, properties } of expired) {
      if (isLate()) return;
      const userId = String(properties.userId);
      const row = await this.#options.table.get(PARTITION, rowKey(userId));
      const isOver = row !== undefined && dayKey(Number(row.properties.day), userId) === key;
      // A write in between keeps the row, and names another day.
      if (isOver) await this.#delete(row.key, row.etag);
      await this.#delete(key);
    }
    this.#hasLeftExpired = expired.length === EXPIRED_AT_A_TIME;
  }

  async #find(userId: string): Promise<Stored | undefined> {
    const row = await this.#options.table.get(PARTITION, rowKey(userId));
    return row && fromRow(row);
  }

  #writesOf(
    userId: string,
    places: readonly Place[],
    stored: Stored | undefined,
    isDueRowGone: boolean,
  ): Operation[] {
    const day = this.#today() + Math.ceil(this.#options.keptMs / DAY_MS);
    const row = {
      key: rowKey(userId),
      properties: {
        userId,
        places: JSON.stringify(places.map((one) => [one.room, one.readTo])),
        day,
      },
    };
    const write: Operation = stored
      ? { kind: 'replace', row, etag: stored.etag }
      : { kind: 'insert', row };
    if (stored?.day === day) return [write];
    const due: Operation = {
      kind: 'put',
      row: { key: dayKey(day, userId), properties: { userId } },
    };
    if (!stored || isDueRowGone) return [write, due];
    return [write, due, { kind: 'delete', key: dayKey(stored.day, userId) }];
  }

  #today(): number {
    return Math.floor(this.#options.now() / DAY_MS);
  }

  /** A row that is gone or has changed stays as it is. */
  async #delete(key: string, etag?: string): Promise<void> {
    const only = etag === undefined ? {} : { etag };
    await this.#options.table.commit(PARTITION, [{ kind: 'delete', key, ...only }]);
  }
}

function rowKey(userId: string): string {
  return `u:${keyPart(userId)}`;
}

function dayKey(day: number, userId: string): string {
  return `d:${String(day).padStart(7, '0')}:${userId === '' ? '' : keyPart(userId)}`;
}

function fromRow({ properties, etag }: StoredRow): Stored {
  const places: [string, number][] = JSON.parse(String(properties.places));
  return {
    places: places.map(([room, readTo]) => ({ room, readTo })),
    day: Number(properties.day),
    etag,
  };
}

/** In any order: it only decides which rooms go when there are too many. */
function areSame(places: readonly Place[], others: readonly Place[]): boolean {
  const known = new Map(others.map(({ room, readTo }) => [room, readTo]));
  return (
    places.length === others.length &&
    places.every(({ room, readTo }) => known.get(room) === readTo)
  );
}
