// The rate limit per user. A user who sends faster than people type is refused, and a user who continues is banned.
// Each instance counts for itself in memory, so on a large app a user may get a few times the rate.

import { BoundedMap } from '../bounded-map.ts';

export interface RateLimit {
  /** Messages, or connections, at once. */
  readonly burst: number;
  /** Per second after the burst. */
  readonly perSecond: number;
}

const MESSAGES: RateLimit = { burst: 30, perSecond: 5 };
/** Five tabs in a network that comes and goes every ten seconds stay below it. */
export const JOINS: RateLimit = { burst: 30, perSecond: 0.5 };

/** A page writes at most once in ten seconds, and a person may have several. */
export const PLACES: RateLimit = { burst: 20, perSecond: 0.5 };

/** Refusals until the ban. One is forgiven each second. */
const REFUSALS_BEFORE_BAN = 100;
export const BAN_MS = 5 * 60_000;
/** Users whose rate is remembered. The longest silent one is forgotten first. */
const REMEMBERED_USERS = 10_000;

export type Verdict =
  | 'accept'
  /** Too fast. The message may be sent again later. */
  | 'refuse'
  /** Too fast for too long. */
  | 'ban';

interface Rate {
  readonly allowance: number;
  readonly at: number;
  readonly refusals: number;
}

/** Judges every message and every `typing`, and, with the limit {@link JOINS}, every connection. */
export class FloodGuard {
  readonly #rates = new BoundedMap<Rate>(REMEMBERED_USERS);
  readonly #monotonicNow: () => number;
  readonly #limit: RateLimit;

  /** @param monotonicNow ms that never go back: a clock that is set back would take the allowance away, and ban */
  constructor(monotonicNow: () => number, limit: RateLimit = MESSAGES) {
    this.#monotonicNow = monotonicNow;
    this.#limit = limit;
  }

  /** Whether the next one of the user would be accepted. Counts nothing. */
  hasSpace(userId: string): boolean {
    return judge(this.#rates.get(userId), this.#monotonicNow(), this.#limit).verdict === 'accept';
  }

  /** Whole seconds until the next one of the user is accepted, if none comes before. Counts nothing. */
  secondsToSpace(userId: string): number {
    const { allowance } = refill(this.#rates.get(userId), this.#monotonicNow(), this.#limit);
    return Math.ceil(Math.max(0, 1 - allowance) / this.#limit.perSecond);
  }

  /** Counts one message, or connection, of the user. */
  judge(userId: string): Verdict {
    const now = this.#monotonicNow();
    const { rate, verdict } = judge(this.#rates.get(userId), now, this.#limit);
    this.#rates.set(userId, rate);
    return verdict;
  }
}

/** What is left of the rate at that moment. */
function refill(before: Rate | undefined, now: number, { burst, perSecond }: RateLimit): Rate {
  if (!before) return { allowance: burst, refusals: 0, at: now };
  const seconds = Math.max(0, now - before.at) / 1_000;
  return {
    allowance: Math.min(burst, before.allowance + seconds * perSecond),
    refusals: Math.max(0, before.refusals - seconds),
    at: now,
  };
}

function judge(
  before: Rate | undefined,
  now: number,
  limit: RateLimit,
): { rate: Rate; verdict: Verdict } {
  const { allowance, refusals } = refill(before, now, limit);
  if (allowance >= 1)
    return { rate: { allowance: allowance - 1, at: now, refusals }, verdict: 'accept' };
  if (refusals + 1 < REFUSALS_BEFORE_BAN) {
    return { rate: { allowance, at: now, refusals: refusals + 1 }, verdict: 'refuse' };
  }
  return { rate: { allowance, at: now, refusals: 0 }, verdict: 'ban' };
}
