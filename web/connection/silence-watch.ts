// The safety net. When a room falls silent, each client asks again for messages and members: after 20 s plus a random
// share of 20 s, then after four times as long, and so on up to about half an hour. A hidden page does not ask.
// From 20 online the random share grows with the number online, so a whole room asks at most about once a second.
// In a room that is never silent a client asks after the longest of these pauses: only an answer says what has expired.

export const SILENCE_MS = 20_000;
const SILENCE_GROWTH = 4;
export const LONGEST_SILENCE_MS = 30 * 60_000;

export interface SilenceWatch {
  /** The room is not silent. */
  readonly reset: () => void;
  readonly stop: () => void;
}

/** Begins with the first `reset`. `ask` never throws. */
export function watchSilence({
  random,
  isVisible,
  crowd,
  ask,
}: {
  readonly random: () => number;
  readonly isVisible: () => boolean;
  /** The factor by which a crowd spreads its requests. */
  readonly crowd: () => number;
  readonly ask: () => Promise<unknown>;
}): SilenceWatch {
  let isStopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let silenceMs = SILENCE_MS;
  /** The time of the next question in a room that is never silent. */
  let askBy: number | undefined;

  const spread = (ms: number) => ms * (1 + random() * crowd());

  function wait(): void {
    clearTimeout(timer);
    if (isStopped) return;
    const now = performance.now();
    askBy ??= now + spread(LONGEST_SILENCE_MS);
    timer = setTimeout(
      () => {
        // A hidden page asks when it is shown.
        askBy = undefined;
        if (!isVisible()) return;
        silenceMs = Math.min(LONGEST_SILENCE_MS, silenceMs * SILENCE_GROWTH);
        void ask().then(wait);
      },
      Math.min(spread(silenceMs), Math.max(0, askBy - now)),
    );
  }

  return {
    reset: () => {
      silenceMs = SILENCE_MS;
      wait();
    },
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
