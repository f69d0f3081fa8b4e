// A change that waits for its commit, and its caller.

import { ChatError, type Events } from '../protocol.ts';
import type { Change, Outcome, Outcomes } from './change.ts';

/** The outcome of a change, and the frames that its caller has to broadcast. One caller broadcasts for all. */
export interface ChangeResult<Kind extends Change['kind'] = Change['kind']> {
  readonly outcome: Outcomes[Kind];
  readonly frames: readonly Events[];
}

/** A change is given up after this time without success. Its caller may retry. */
const RETRY_FOR_MS = 20_000;

/** Settles once. */
export class PendingChange {
  readonly change: Change;
  readonly result: Promise<ChangeResult>;
  /** Time of the request, by the monotonic clock. */
  readonly arrivedAt: number;
  #isOpen = true;
  readonly #giveUpAt: number;
  #resolve: (result: ChangeResult) => void = () => {};
  #reject: (error: Error) => void = () => {};

  constructor(change: Change, now: number) {
    this.change = change;
    this.arrivedAt = now;
    this.#giveUpAt = now + RETRY_FOR_MS;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** False once its caller has an answer. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  hasWaitedTooLong(now: number): boolean {
    return now >= this.#giveUpAt;
  }

  settle(outcome: Outcome, frames: readonly Events[] = []): void {
    this.#isOpen = false;
    this.#resolve({ outcome, frames });
  }

  fail(cause: unknown): void {
    this.#isOpen = false;
    this.#reject(
      new ChatError('unavailable', 'unable to change the room; storage failed. Try again.', {
        cause,
      }),
    );
  }
}

export function isOpen(pending: PendingChange): boolean {
  return pending.isOpen;
}
