// Times since the last message in each direction. They change at ticks only, because reading the clock for each message
// costs more than its precision is worth.

/** The times are precise to one tick. */
export class KeepAlive {
  #hasSent = false;
  #hasReceived = false;
  #lastSentAt: number;
  #lastReceivedAt: number;

  /** @param now milliseconds that never go back, here and below */
  constructor(now: number) {
    this.#lastSentAt = now;
    this.#lastReceivedAt = now;
  }

  sent(): void {
    this.#hasSent = true;
  }

  received(): void {
    this.#hasReceived = true;
  }

  /** Sets the times of everything since the last tick. */
  tick(now: number): void {
    if (this.#hasSent) this.#lastSentAt = now;
    if (this.#hasReceived) this.#lastReceivedAt = now;
    this.#hasSent = false;
    this.#hasReceived = false;
  }

  /** Milliseconds since our last message. */
  ofOurs(now: number): number {
    return now - this.#lastSentAt;
  }

  /** Milliseconds since the client's last message. */
  ofTheirs(now: number): number {
    return now - this.#lastReceivedAt;
  }
}
