// A record of the reading places that were really stored, independent of the code under test.

import type { Operation } from '../../functions/room/table.ts';

interface Places {
  readonly day: number;
  /** By room: the last message read. */
  readonly readTo: ReadonlyMap<string, number>;
}

export class PlacesLedger {
  readonly #fail: (claim: string) => void;
  /** By row key. */
  readonly #byKey = new Map<string, Places>();
  /** The keys of the rows that say until when a person's row stays. */
  readonly #days = new Set<string>();

  constructor(fail: (claim: string) => void) {
    this.#fail = fail;
  }

  /** Number of rows of both kinds. */
  get size(): number {
    return this.#byKey.size + this.#days.size;
  }

  of(userId: string): ReadonlyMap<string, number> {
    return this.#byKey.get(`u:${userId}`)?.readTo ?? new Map();
  }

  enter(operations: readonly Operation[]): void {
    for (const operation of operations) {
      if (operation.kind === 'delete') {
        this.#byKey.delete(operation.key);
        this.#days.delete(operation.key);
        continue;
      }
      const { key, properties } = operation.row;
      if (key.startsWith('d:')) this.#days.add(key);
      else this.#enterPlaces(key, toPlaces(properties.places), Number(properties.day));
    }
    for (const [key, { day }] of this.#byKey) {
      const due = `d:${String(day).padStart(7, '0')}:${key.slice(2)}`;
      // A cleanup and an erase delete the person's row first.
      if (!this.#days.has(due)) this.#fail(`${key} has no row that says when it goes`);
    }
  }

  #enterPlaces(key: string, readTo: ReadonlyMap<string, number>, day: number): void {
    const before = this.#byKey.get(key);
    for (const [room, was] of before?.readTo ?? []) {
      const is = readTo.get(room) ?? 0;
      if (is < was) this.#fail(`${key} had read ${room} up to ${was}, and is stored as ${is}`);
    }
    if (day < (before?.day ?? 0)) this.#fail(`${key} goes on day ${day}, before ${before?.day}`);
    this.#byKey.set(key, { day, readTo });
  }
}

function toPlaces(value: unknown): ReadonlyMap<string, number> {
  return new Map(JSON.parse(String(value)));
}
