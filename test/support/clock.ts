/** A clock that stands still until a test moves it, so that tests never sleep. */
export class Clock {
  #now: number;
  /** How far the clock was set, ms. Sleepers do not notice. */
  #setBy = 0;
  #sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  constructor(start = 1_767_225_600_000) {
    this.#now = start;
  }

  readonly now = (): number => this.#now + this.#setBy;

  readonly monotonicNow = (): number => this.#now;

  /** Sets the clock, as a person or a time server does: forward, or back with a negative number. */
  set(ms: number): void {
    this.#setBy += ms;
  }

  readonly sleep = (ms: number): Promise<void> =>
    new Promise((wake) => {
      this.#sleepers.push({ at: this.#now + ms, wake });
    });

  /** Advances the time, wakes sleepers in their order, and lets each run as far as it can. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await settle();
      const next = this.#sleepers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== next);
      this.#now = Math.max(this.#now, next.at);
      next.wake();
    }
    this.#now = end;
  }
}

/** Advances the clock by seconds until the promise is settled. Fails after an hour. */
export async function runUntil<T>(clock: Clock, promise: Promise<T>): Promise<T> {
  let isSettled = false;
  const done = () => {
    isSettled = true;
  };
  promise.then(done, done);
  for (let seconds = 0; !isSettled; seconds++) {
    if (seconds === 3_600) throw new Error('not settled within an hour of this clock');
    await clock.advance(1_000);
  }
  return promise;
}

/** Runs everything that waits only for promises, or for a signature. */
export async function settle(): Promise<void> {
  const signatures = pendingSignatures();
  do {
    await Promise.allSettled(signatures);
    await new Promise((resolve) => setImmediate(resolve));
  } while (signatures.size > 0);
}

const PENDING = Symbol.for('chat.test.pending-signatures');

/**
 * What Web Crypto computes at this moment. It does so in threads, which a busy machine delays: without this, hours of the clock
 * pass before a ticket is verified.
 */
function pendingSignatures(): Set<Promise<unknown>> {
  const subtle = Object.getPrototypeOf(crypto.subtle);
  if (subtle[PENDING]) return subtle[PENDING];
  const pending = new Set<Promise<unknown>>();
  subtle[PENDING] = pending;
  for (const name of ['importKey', 'digest', 'sign', 'verify']) {
    const compute: (...args: unknown[]) => Promise<unknown> = subtle[name];
    subtle[name] = function (...args: unknown[]) {
      const computing = compute.apply(this, args);
      pending.add(computing);
      const forget = () => pending.delete(computing);
      computing.then(forget, forget);
      return computing;
    };
  }
  return pending;
}

// From the start, so that no computation is missed.
pendingSignatures();
