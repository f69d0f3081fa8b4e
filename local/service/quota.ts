// The limits of a unit: connections, and for the free tier messages per day.
// Source: Azure documentation, SignalR service limits and the troubleshooting guide.

import type { Counts } from './counts.ts';
import { HttpError } from './http/http-error.ts';
import type { Units } from './options.ts';

const FREE_CONNECTIONS = 20;
const FREE_MESSAGES_A_DAY = 20_000;
const CONNECTIONS_PER_UNIT = 1_000;
const DAY_MS = 24 * 60 * 60 * 1_000;

/** Texts of the service's logs and close messages. */
const CONNECTION_LIMIT = 'Connection count reaches limit';
export const MESSAGE_LIMIT = 'Message count reaches limit';

/** Valid sizes are 1 to 10, then tens to 100, then hundreds to 1000. */
export function isUnitCount(units: number): boolean {
  const step = units <= 10 ? 1 : units <= 100 ? 10 : 100;
  return Number.isInteger(units / step) && units >= 1 && units <= 1_000;
}

/** Enforces the limits of a number of units. */
export class Quota {
  readonly #maxConnections: number;
  /** Paid units have no limit: more messages are billed, not refused. */
  readonly #maxMessages: number;
  readonly #counts: Counts;
  readonly #now: () => number;
  #day: number;
  #billedBefore: number;

  constructor(units: Units, counts: Counts, now: () => number) {
    this.#maxConnections = units === 'free' ? FREE_CONNECTIONS : units * CONNECTIONS_PER_UNIT;
    this.#maxMessages = units === 'free' ? FREE_MESSAGES_A_DAY : Number.POSITIVE_INFINITY;
    this.#counts = counts;
    this.#now = now;
    this.#day = today(now());
    this.#billedBefore = counts.billedMessages;
  }

  /** Throws {@link HttpError} with 429 if one more connection exceeds the limit. */
  checkConnections(open: number): void {
    if (open >= this.#maxConnections) {
      throw refusedError(
        CONNECTION_LIMIT,
        `more than ${this.#maxConnections} connections need more units`,
      );
    }
    this.checkMessages();
  }

  /** Throws {@link HttpError} with 429 once the day's messages are used up. */
  checkMessages(): void {
    if (this.isSpent()) {
      throw refusedError(MESSAGE_LIMIT, `the free unit has ${this.#maxMessages} messages a day`);
    }
  }

  /** True until midnight (UTC) once the day's messages are used up. */
  isSpent(): boolean {
    const day = today(this.#now());
    if (day !== this.#day) {
      this.#day = day;
      this.#billedBefore = this.#counts.billedMessages;
    }
    return this.#counts.billedMessages - this.#billedBefore >= this.#maxMessages;
  }
}

function today(now: number): number {
  return Math.floor(now / DAY_MS);
}

function refusedError(text: string, reason: string): HttpError {
  return new HttpError(429, 'TooManyRequests', `${text}; ${reason}.`, { 'Retry-After': '60' });
}
