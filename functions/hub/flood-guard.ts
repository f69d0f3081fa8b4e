// Keeps one user from drowning the others: who sends faster than anybody types is refused for a moment, and who
// goes on regardless is sent away. Each instance counts for itself and forgets at will, so a user may get a few
// times the rate on a large app; the point is that it stays bounded.

/** This many messages at once, … */
const BURST = 30;
/** … and then so many a second. */
const PER_SECOND = 5;
/** After so many refusals the user is sent away; one is forgiven each second. */
const REFUSALS_BEFORE_BAN = 100;
export const BAN_MS = 5 * 60_000;
/** Users whose rate is remembered; the longest silent is forgotten first. */
const REMEMBERED_USERS = 10_000;

export type Verdict =
  | 'accept'
  /** Too fast: not taken, may be sent again. */
  | 'refuse'
  /** Far too fast for far too long. */
  | 'ban';

const NEW_RATE = { allowance: BURST, refusals: 0 };

interface Rate {
  readonly allowance: number;
  readonly at: number;
  readonly refusals: number;
}

export class FloodGuard {
  readonly #rates = new Map<string, Rate>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Counts one message of the user. */
  judge(userId: string): Verdict {
    const now = this.#now();
    const { rate, verdict } = judge(this.#rates.get(userId), now);
    // Deleted and set again it is the map's youngest.
    this.#rates.delete(userId);
    this.#rates.set(userId, rate);
    const [oldest] = this.#rates.keys();
    if (this.#rates.size > REMEMBERED_USERS && oldest !== undefined) this.#rates.delete(oldest);
    return verdict;
  }
}

function judge(before: Rate | undefined, now: number): { rate: Rate; verdict: Verdict } {
  const { allowance: left, at, refusals: refused } = before ?? { ...NEW_RATE, at: now };
  const seconds = (now - at) / 1_000;
  const allowance = Math.min(BURST, left + seconds * PER_SECOND);
  const refusals = Math.max(0, refused - seconds);
  if (allowance >= 1)
    return { rate: { allowance: allowance - 1, at: now, refusals }, verdict: 'accept' };
  if (refusals + 1 < REFUSALS_BEFORE_BAN) {
    return { rate: { allowance, at: now, refusals: refusals + 1 }, verdict: 'refuse' };
  }
  return { rate: { allowance, at: now, refusals: 0 }, verdict: 'ban' };
}
