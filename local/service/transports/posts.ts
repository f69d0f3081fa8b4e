// What a client without a WebSocket says: one POST after the other, in the order of arrival.

export class Posts {
  #last: Promise<void> = Promise.resolve();
  #resumed: Promise<void> | undefined;
  #resume: () => void = () => {};

  /** Runs `read` when those before it are done and the client need not wait; settles as it does. */
  take(read: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(async () => {
      await this.#resumed;
      await read();
    });
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Bodies that are not read stay in the network, and in the end with the client. */
  pause(): void {
    this.#resumed ??= new Promise((resolve) => {
      this.#resume = resolve;
    });
  }

  resume(): void {
    this.#resume();
    this.#resumed = undefined;
  }
}
