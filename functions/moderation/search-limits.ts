// Holds searches to what storage bears beside the messages. A search reads up to 1,000 rows of its room's partition, and
// storage gives about 2,000 a second of one partition, to messages and searches together.
// Each instance counts for itself in memory.
//
// Source: learn.microsoft.com/azure/storage/tables/scalability-targets

import { ChatError } from '../protocol.ts';
import { FloodGuard, type RateLimit } from './flood-guard.ts';

/** After so long, a search under way has ended, or another may be tried. */
const SEARCH_SECONDS = 1;

const MOST_AT_A_TIME = 4;
const MOST_OF_A_ROOM_AT_A_TIME = 2;
const OF_A_USER: RateLimit = { burst: 10, perSecond: 1 };
/** A guest without a cookie is a new user with every request, so this limit holds for all together. */
const OF_A_ROOM: RateLimit = { burst: 20, perSecond: 1 };
const OF_ALL: RateLimit = { burst: 40, perSecond: 5 };

/** One per process. */
export class SearchLimits {
  readonly #underWay = new Map<string, number>();
  readonly #users: FloodGuard;
  readonly #rooms: FloodGuard;
  readonly #all: FloodGuard;

  /** @param monotonicNow ms that never go back */
  constructor(monotonicNow: () => number) {
    this.#users = new FloodGuard(monotonicNow, OF_A_USER);
    this.#rooms = new FloodGuard(monotonicNow, OF_A_ROOM);
    this.#all = new FloodGuard(monotonicNow, OF_ALL);
  }

  /** Runs the search. Throws `too_many_searches` at once if there are too many: a refused search reads nothing. */
  async run<Result>(room: string, userId: string, search: () => Promise<Result>): Promise<Result> {
    this.#take(room, userId);
    this.#count(room, 1);
    try {
      return await search();
    } finally {
      this.#count(room, -1);
    }
  }

  #take(room: string, userId: string): void {
    const limits = [
      [this.#users, userId],
      [this.#rooms, room],
      [this.#all, ''],
    ] as const;
    const all = [...this.#underWay.values()].reduce((sum, count) => sum + count, 0);
    const isFree =
      all < MOST_AT_A_TIME && (this.#underWay.get(room) ?? 0) < MOST_OF_A_ROOM_AT_A_TIME;
    if (!isFree || !limits.every(([guard, key]) => guard.hasSpace(key))) {
      const seconds = limits.map(([guard, key]) => guard.secondsToSpace(key));
      throw new ChatError(
        'too_many_searches',
        'unable to search; too much is searched at the moment. Try again in a second.',
        { retryAfter: Math.max(SEARCH_SECONDS, ...seconds) },
      );
    }
    for (const [guard, key] of limits) guard.judge(key);
  }

  #count(room: string, change: 1 | -1): void {
    const count = (this.#underWay.get(room) ?? 0) + change;
    if (count === 0) this.#underWay.delete(room);
    else this.#underWay.set(room, count);
  }
}
