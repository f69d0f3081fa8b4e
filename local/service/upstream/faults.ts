// Faults that the platform permits, to test an app against: events that arrive concurrently, late, twice, or never.
// The service promises neither order nor delivery.

import type { Faults } from '../options.ts';
import type { Deliver, EventSender, EventSink } from './delivery.ts';
import type { QueuedEvent } from './event-queue.ts';
import { seededRandom } from './random.ts';
import type { UpstreamEvent } from './upstream.ts';
import type { UpstreamAnswer } from './upstream-answer.ts';

export const NO_FAULTS: Faults = { seed: 1, concurrent: false, lateMs: 0, twice: 0, lost: 0 };

/** Maximum concurrent requests per client. */
const MAX_UNDER_WAY = 128;

/** A delivery with the given faults. */
export function withFaults(faults: Faults, deliver: Deliver): Deliver {
  let connections = 0;
  return (onFull) => {
    connections += 1;
    const { sender, events } = deliver(onFull);
    return {
      // Each connection has its own random sequence, independent of the others.
      sender: new FaultySender(faults, seededRandom(faults.seed * 65_537 + connections), sender),
      events: faults.concurrent ? new UnorderedEventSink(onFull) : events,
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
    // Always four numbers per event, so that one fault does not change the others.
    const [lost, twice, late, later] = [0, 0, 0, 0].map(this.#random) as [
      number,
      number,
      number,
      number,
    ];
    const { lateMs } = this.#faults;
    if (lost < this.#faults.lost) return { kind: 'unreachable', reason: 'lost on purpose' };
    // The answer to the second request is ignored.
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

class UnorderedEventSink implements EventSink {
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
