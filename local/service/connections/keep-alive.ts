// Times since the last message in each direction. They change at ticks only, because reading the clock for each message
// costs more than its precision is worth.

/** Precise to one tick. */
export class KeepAlive {
  #hasSent = false;
  #hasHeard = false;
  #lastSentAt: number;
  #lastHeardAt: number;

  /** @param now epoch milliseconds, here and below */
  constructor(now: number) {
    this.#lastSentAt = now;
    this.#lastHeardAt = now;
  }

  sent(): void {
    this.#hasSent = true;
  }

  heard(): void {
    this.#hasHeard = true;
  }

  /** Sets the times of everything since the last tick. */
  tick(now: number): void {
    if (this.#hasSent) this.#lastSentAt = now;
    if (this.#hasHeard) this.#lastHeardAt = now;
    this.#hasSent = false;
    this.#hasHeard = false;
  }

  /** Milliseconds since our last message. */
  ofOurs(now: number): number {
    return now - this.#lastSentAt;
  }

  /** Milliseconds since the client's last message. */
  ofTheirs(now: number): number {
    return now - this.#lastHeardAt;
  }
}
