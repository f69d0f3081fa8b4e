// For how long nothing has gone either way. Times are taken at ticks: asking the clock for each message would cost
// more than it tells.

export class Silence {
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

  /** Dates what has happened since the last tick. */
  tick(now: number): void {
    if (this.#hasSent) this.#lastSentAt = now;
    if (this.#hasHeard) this.#lastHeardAt = now;
    this.#hasSent = false;
    this.#hasHeard = false;
  }

  /** Milliseconds since we said something. */
  ofOurs(now: number): number {
    return now - this.#lastSentAt;
  }

  /** Milliseconds since the client was heard. */
  ofTheirs(now: number): number {
    return now - this.#lastHeardAt;
  }
}
