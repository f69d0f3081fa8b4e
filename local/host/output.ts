// The lines of a busy process, in as few writes as possible. Node writes into a pipe at once and waits for it. On a busy machine the
// host spent a tenth of its time there, though less of its processor time.

/** As long as lines wait for others, ms. */
const COMPANY_MS = 20;

export interface Output {
  /** The first line after a pause is written at the end of this turn of the event loop. */
  write(text: string): void;
  /** Writes what waits. Call it before the process ends. */
  flush(): void;
}

export function createOutput(
  write: (text: string) => void,
  monotonicNow: () => number = () => performance.now(),
): Output {
  let waiting: string[] = [];
  let lastAt = Number.NEGATIVE_INFINITY;
  const flush = () => {
    if (waiting.length === 0) return;
    const text = waiting.join('');
    waiting = [];
    lastAt = monotonicNow();
    write(text);
  };
  return {
    write(text) {
      waiting.push(text);
      if (waiting.length > 1) return;
      const pause = lastAt + COMPANY_MS - monotonicNow();
      if (pause > 0) setTimeout(flush, pause);
      else setImmediate(flush);
    },
    flush,
  };
}
