// The upstream events of one connection, strictly one after the other: `connected`, its messages, `disconnected`.
// The official emulator keeps this order; the real service promises none.

export interface QueuedEvent {
  /** What it keeps in memory while it waits. */
  readonly bytes: number;
  /** Does the whole of it; must not reject. */
  run(): Promise<void>;
}

/** A client whose events wait beyond either bound has to wait itself. */
const MAX_WAITING_EVENTS = 128;
const MAX_WAITING_BYTES = 1_024 * 1_024;

export class EventQueue {
  #waiting: QueuedEvent[] = [];
  #waitingBytes = 0;
  #isRunning = false;
  #isFull = false;
  #isEnded = false;
  readonly #onFull: (isFull: boolean) => void;

  /** @param onFull called with true when the queue gets full, with false when there is room again */
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

  /** Takes no more events; `last` comes after those that wait. */
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
    // Room again only at half, so that the client is not stopped and started with every event.
    const isFull = this.#isFull ? share > 0.5 : share > 1;
    if (isFull === this.#isFull) return;
    this.#isFull = isFull;
    if (!this.#isEnded) this.#onFull(isFull);
  }
}
