// The worst that the platform permits, so that an app can be tested against it: events that come at the same time,
// late, twice, or not at all. The service promises neither order nor delivery.

import type { Deliver, EventSender, Events } from './delivery.ts';
import type { QueuedEvent } from './event-queue.ts';
import { seededRandom } from './random.ts';
import type { UpstreamEvent } from './upstream.ts';
import type { UpstreamAnswer } from './upstream-answer.ts';

export interface Faults {
  /** The same seed gives the n-th event of the m-th connection the same fate. */
  readonly seed: number;
  /** The events of a connection do not wait for each other. */
  readonly concurrent: boolean;
  /** Every event waits for up to this long. */
  readonly lateMs: number;
  /** Share of events that come twice, 0 to 1. */
  readonly twice: number;
  /** Share of events that never come, 0 to 1. */
  readonly lost: number;
}

export const NO_FAULTS: Faults = { seed: 1, concurrent: false, lateMs: 0, twice: 0, lost: 0 };

/** So that one client cannot open requests without end. */
const MAX_UNDER_WAY = 128;

/** Does to a delivery what the switches say. */
export function withFaults(faults: Faults, deliver: Deliver): Deliver {
  let connections = 0;
  return (onFull) => {
    connections += 1;
    const { sender, events } = deliver(onFull);
    return {
      // Its own sequence for each connection, so that who comes first does not change the fate of the others.
      sender: new FaultySender(faults, seededRandom(faults.seed * 65_537 + connections), sender),
      events: faults.concurrent ? new UnorderedEvents(onFull) : events,
    };
  };
}

class FaultySender implements EventSender {
  readonly #faults: Faults;
  readonly #random: () => number;
  readonly #sender: EventSender;

  constructor(faults: Faults, random: () => number, sender: EventSender) {
    this.#faults = faults;
    this.#random = random;
    this.#sender = sender;
  }

  takes(event: UpstreamEvent): boolean {
    return this.#sender.takes(event);
  }

  async post(event: UpstreamEvent): Promise<UpstreamAnswer> {
    // Always four numbers an event, so that one switch does not change what another one does.
    const [lost, twice, late, later] = [0, 0, 0, 0].map(this.#random) as [
      number,
      number,
      number,
      number,
    ];
    const { lateMs } = this.#faults;
    if (lost < this.#faults.lost) return { kind: 'unreachable', reason: 'lost on purpose' };
    // The answer to the second one is nobody's.
    if (twice < this.#faults.twice) void this.#postAfter(event, later * lateMs);
    return this.#postAfter(event, late * lateMs);
  }

  async #postAfter(event: UpstreamEvent, delayMs: number): Promise<UpstreamAnswer> {
    if (delayMs >= 1) {
      await new Promise((resolve) => {
        setTimeout(resolve, delayMs).unref();
      });
    }
    return this.#sender.post(event);
  }
}

class UnorderedEvents implements Events {
  readonly #waiting: QueuedEvent[] = [];
  #underWay = 0;
  #isEnded = false;
  #isFull = false;
  readonly #onFull: (isFull: boolean) => void;

  constructor(onFull: (isFull: boolean) => void) {
    this.#onFull = onFull;
  }

  get isFull(): boolean {
    return this.#isFull;
  }

  push(event: QueuedEvent): void {
    if (this.#isEnded) return;
    if (this.#underWay < MAX_UNDER_WAY) void this.#run(event);
    else this.#waiting.push(event);
    this.#checkFull();
  }

  end(last: QueuedEvent): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#waiting.length = 0;
    void this.#run(last);
  }

  async #run(event: QueuedEvent): Promise<void> {
    this.#underWay += 1;
    await event.run();
    this.#underWay -= 1;
    const next = this.#waiting.shift();
    if (next) void this.#run(next);
    this.#checkFull();
  }

  #checkFull(): void {
    const isFull = this.#waiting.length > 0;
    if (isFull === this.#isFull) return;
    this.#isFull = isFull;
    if (!this.#isEnded) this.#onFull(isFull);
  }
}
