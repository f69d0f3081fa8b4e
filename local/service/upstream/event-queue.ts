// The upstream events of one connection, strictly in order: `connected`, its messages, `disconnected`.
// The official emulator keeps this order. The real service promises none.

export interface QueuedEvent {
  /** Memory that it uses while it waits. */
  readonly bytes: number;
  /** Runs the event to its end. Must not reject. */
  run(): Promise<void>;
}

/** A client with more waiting events or bytes has to wait. */
const MAX_WAITING_EVENTS = 128;
const MAX_WAITING_BYTES = 1_024 * 1_024;

/** Runs one event at a time. */
export class EventQueue {
  #waiting: QueuedEvent[] = [];
  #waitingBytes = 0;
  #isRunning = false;
  #isFull = false;
  #isEnded = false;
  readonly #onFull: (isFull: boolean) => void;

  /** @param onFull called with true when the queue is full, with false when it has space again */
  constructor(onFull: (isFull: boolean) => void) {
    this.#onFull = onFull;
  }

  get isFull(): boolean {
    return this.#isFull;
  }

  push(event: QueuedEvent): void {
    if (this.#isEnded) return;
    this.#add(event);
  }

  /** Accepts no more events. `last` runs after the waiting ones. */
  end(last: QueuedEvent, dropWaiting: boolean): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (dropWaiting) {
      this.#waiting = [];
      this.#waitingBytes = 0;
    }
    this.#add(last);
  }

  #add(event: QueuedEvent): void {
    this.#waiting.push(event);
    this.#waitingBytes += event.bytes;
    this.#checkFull();
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (let event = this.#waiting.shift(); event; event = this.#waiting.shift()) {
      this.#waitingBytes -= event.bytes;
      this.#checkFull();
      await event.run();
    }
    this.#isRunning = false;
  }

  #checkFull(): void {
    const share = Math.max(
      this.#waiting.length / MAX_WAITING_EVENTS,
      this.#waitingBytes / MAX_WAITING_BYTES,
    );
    // The queue has space again at half its limit, so that the client is not stopped and started with every event.
    const isFull = this.#isFull ? share > 0.5 : share > 1;
    if (isFull === this.#isFull) return;
    this.#isFull = isFull;
    if (!this.#isEnded) this.#onFull(isFull);
  }
}
