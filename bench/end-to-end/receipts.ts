// Who has received which message, when, and in which order. Pure: times are arguments.

export interface CopyCounts {
  /** That should have arrived: messages times clients. */
  readonly copies: number;
  readonly lost: number;
  /** That arrived once more. */
  readonly doubled: number;
  /** That arrived behind a copy of a later message. */
  readonly reordered: number;
}

/** The receipts of a fixed number of clients. A message is known by its number. Others than those that were sent do not count. */
export class Receipts {
  readonly #clients: number;
  /** By message: when it was sent, and when its last copy so far arrived. */
  readonly #messages = new Map<
    number,
    { readonly sentAt: number; copies: number; lastAt: number }
  >();
  /** By client: the messages in the order of their first copies. */
  readonly #orders: Set<number>[];
  #doubled = 0;

  constructor(clients: number) {
    this.#clients = clients;
    this.#orders = Array.from({ length: clients }, () => new Set<number>());
  }

  sent(message: number, sentAt: number): void {
    this.#messages.set(message, { sentAt, copies: 0, lastAt: sentAt });
  }

  /** Returns whether this was the last copy that was missing. */
  arrived(client: number, message: number, at: number): boolean {
    const known = this.#messages.get(message);
    const order = this.#orders[client];
    if (!known || !order) return false;
    if (order.has(message)) {
      this.#doubled += 1;
      return false;
    }
    order.add(message);
    known.copies += 1;
    known.lastAt = at;
    return known.copies === this.#clients;
  }

  /** From each of these messages' `sentAt` to its last receipt, in the unit of the times. Infinity if a copy is missing. */
  latencies(messages: readonly number[]): number[] {
    return messages.flatMap((message) => {
      const known = this.#messages.get(message);
      if (!known) return [];
      return known.copies < this.#clients ? Number.POSITIVE_INFINITY : known.lastAt - known.sentAt;
    });
  }

  /** @param stored the messages in the order in which the server keeps them. Without it, the order of the first client counts. */
  count(stored?: readonly number[]): CopyCounts {
    const copies = this.#messages.size * this.#clients;
    const arrived = this.#orders.reduce((sum, order) => sum + order.size, 0);
    const places = new Map(
      (stored ?? [...(this.#orders[0] ?? [])]).map((message, place) => [message, place]),
    );
    const reordered = this.#orders.reduce((sum, order) => sum + countLate([...order], places), 0);
    return { copies, lost: copies - arrived, doubled: this.#doubled, reordered };
  }
}

/** How many have a place before one that is ahead of them. A message without a place does not count. */
function countLate(order: readonly number[], places: ReadonlyMap<number, number>): number {
  let [last, late] = [-1, 0];
  for (const message of order) {
    const place = places.get(message);
    if (place === undefined) continue;
    if (place < last) late += 1;
    else last = place;
  }
  return late;
}

export function addCounts(a: CopyCounts, b: CopyCounts): CopyCounts {
  return {
    copies: a.copies + b.copies,
    lost: a.lost + b.lost,
    doubled: a.doubled + b.doubled,
    reordered: a.reordered + b.reordered,
  };
}

/** The smallest sample that at least this share of the samples does not exceed (nearest rank). NaN without samples. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** How long a person who sends 5 messages a second waits: the rate that this chat allows for long. */
const PERSON_MS = 200;

/** The shortest time between two rounds, ms, if in each round so many of the clients send, one after the other. */
export function roundMs(sending: number, clients: number): number {
  return (PERSON_MS * sending) / clients;
}

/** Each round begins with another one, and every other group of rounds goes backwards, so that nobody always follows the same. */
export function turnsOf<Of>(all: readonly Of[], round: number): Of[] {
  const first = round % all.length;
  const turns = [...all.slice(first), ...all.slice(0, first)];
  return Math.floor(round / all.length) % 2 === 0 ? turns : turns.toReversed();
}
