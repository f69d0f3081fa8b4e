// Retry delays, a pause that can be cut short, and a time limit for a promise.

const FIRST_RETRY_MS = 1_000;
export const LONGEST_RETRY_MS = 30_000;

/** Number of doublings until the longest delay. */
const DOUBLINGS = Math.ceil(Math.log2(LONGEST_RETRY_MS / FIRST_RETRY_MS));

/**
 * Exponential backoff with full jitter, ms: 0 to 1 s after the first failure, 0 to 30 s from the sixth on.
 * Full jitter spreads the clients that a restart of the service has cut off.
 * There is no last attempt: the page stays open, so it goes on.
 *
 * @param random 0 ≤ r < 1, as Math.random
 */
export function retryDelayMs(failures: number, random: () => number): number {
  const doublings = Math.min(Math.max(0, failures - 1), DOUBLINGS);
  return random() * Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** doublings);
}

/** Pause of a page that may not enter the room, plus a random pause of the same length. */
const BLOCKED_MS = 30_000;
/** The same for a closed room, which may open at any moment, while the person looks. */
export const BLOCKED_SOON_MS = 5_000;
/** After so long, nobody waits in front of a closed room. */
const BLOCKED_SOON_FOR_MS = 10 * 60_000;
/** From so many people on, the pause grows with their number: so all of them together ask three times a second. */
const BLOCKED_SOON_UP_TO = 20;
/** A ban may end early, because the room is erased. */
const LONGEST_BLOCKED_MS = 10 * 60_000;

interface Blocked {
  /** Ms until the refusal ends by itself. Undefined if nobody knows. */
  readonly endsInMs: number | undefined;
  /** Whether it may end at any moment, and somebody looks. */
  readonly mayEndSoon: boolean;
  /** How long the page has been refused, ms. */
  readonly blockedMs: number;
  /** Number of people in the room when it refused the page first. */
  readonly online: number;
  readonly random: () => number;
}

/** Time to the next attempt of a page that may not enter the room, ms. Each attempt is one call of negotiate, and one read. */
export function blockedDelayMs({
  endsInMs,
  mayEndSoon,
  blockedMs,
  online,
  random,
}: Blocked): number {
  const soon = BLOCKED_SOON_MS * Math.max(1, online / BLOCKED_SOON_UP_TO);
  if (endsInMs !== undefined) {
    // Nothing before its end. The quota of the day ends for all pages at once.
    return Math.min(LONGEST_BLOCKED_MS, Math.max(0, endsInMs) + soon * (0.2 + random()));
  }
  const isSoon = mayEndSoon && blockedMs < BLOCKED_SOON_FOR_MS;
  return (isSoon ? Math.min(soon, BLOCKED_MS) : BLOCKED_MS) * (1 + random());
}

export interface Pause {
  /** Resolves after `ms`, or at `cut()`. One wait at a time. */
  readonly wait: (ms: number) => Promise<void>;
  readonly cut: () => void;
}

/** A pause that the network or the person may end early. */
export function makePause(): Pause {
  let end = () => {};
  return {
    wait: (ms) =>
      new Promise((resolve) => {
        const timer = Number.isFinite(ms) ? setTimeout(resolve, ms) : undefined;
        end = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    cut: () => end(),
  };
}

/** The promise's outcome, or a rejection after `ms`. The work behind the promise is not cancelled. */
export async function within<T>(ms: number, promise: Promise<T>, doing: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`unable to ${doing}; no answer within ${ms / 1_000} s. Trying again.`));
    }, ms);
  });
  try {
    return await Promise.race([promise, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
