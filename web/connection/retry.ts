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
