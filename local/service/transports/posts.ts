// The POSTs of a client without a WebSocket, one after the other, in the order of arrival.

/** A queue that can pause. */
export class Posts {
  #last: Promise<void> = Promise.resolve();
  #resumed: Promise<void> | undefined;
  #resume: () => void = () => {};

  /** Runs `read` after the POSTs before it, and not while paused. Settles as `read` does. */
  take(read: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(async () => {
      await this.#resumed;
      await read();
    });
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Unread bodies stay in the network, and finally with the client. */
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
