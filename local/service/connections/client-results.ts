// Pending invocations of one client by the service, which wait for the client's completion.

import type { ClientAnswer } from '../hub-protocol/hub-protocol.ts';

export type ClientResult = ClientAnswer | 'gone' | 'no answer';

/** Matches completions with invocations by their ids. */
export class ClientResults {
  readonly #waiting = new Map<string, (result: ClientResult) => void>();
  #next = 0;

  /** @param send gets the invocation id for the client's answer */
  ask(send: (invocationId: string) => void, timeoutMs: number): Promise<ClientResult> {
    this.#next += 1;
    const invocationId = `s${this.#next}`;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#settle(invocationId, 'no answer'), timeoutMs);
      this.#waiting.set(invocationId, (result) => {
        clearTimeout(timer);
        resolve(result);
      });
      send(invocationId);
    });
  }

  /** An answer without a pending invocation is dropped. */
  answer(invocationId: string, answer: ClientAnswer): void {
    this.#settle(invocationId, answer);
  }

  giveUp(): void {
    for (const invocationId of this.#waiting.keys()) this.#settle(invocationId, 'gone');
  }

  #settle(invocationId: string, result: ClientResult): void {
    this.#waiting.get(invocationId)?.(result);
    this.#waiting.delete(invocationId);
  }
}
