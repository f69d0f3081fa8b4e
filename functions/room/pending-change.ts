// A change on its way into a room, and the caller that waits for it.

import { ChatError, type Events } from '../protocol.ts';
import type { Change, Outcome, Outcomes } from './change.ts';

/** How a change ended, and what its caller has to tell the room: mostly nothing, one caller tells for all. */
export interface ChangeResult<Kind extends Change['kind'] = Change['kind']> {
  readonly outcome: Outcomes[Kind];
  readonly frames: readonly Events[];
}

/** After this long without success a change is given up; its caller may try again. */
const RETRY_FOR_MS = 20_000;

export class PendingChange {
  readonly change: Change;
  readonly result: Promise<ChangeResult>;
  /** When it was asked for; epoch ms. */
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
