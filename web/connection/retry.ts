// Waiting: how long before another try, a wait that can be cut short, and a limit on waiting for an answer.

const FIRST_RETRY_MS = 1_000;
export const LONGEST_RETRY_MS = 30_000;

/** How often a delay has doubled when it is as long as it gets. */
const DOUBLINGS = Math.ceil(Math.log2(LONGEST_RETRY_MS / FIRST_RETRY_MS));

/**
 * Exponential with full jitter: anything from 0 to 1 s after the first failure, to 30 s from the sixth on. Full, so that
 * the clients that a restart of the service has cut off do not come back in step.
 * There is no last try: the page stays open, so it goes on.
 *
 * @param random 0 to less than 1, as Math.random
 */
export function retryDelayMs(failures: number, random: () => number): number {
  const doublings = Math.min(Math.max(0, failures - 1), DOUBLINGS);
  return random() * Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** doublings);
}

export interface Pause {
  /** Resolves after so many milliseconds, or at `cut()`. One at a time. */
  readonly wait: (ms: number) => Promise<void>;
  readonly cut: () => void;
}

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

/** The promise's outcome, or a rejection if there is none in time. What the promise stands for goes on. */
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
