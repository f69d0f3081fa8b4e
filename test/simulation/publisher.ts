// A publisher without a connection. It repeats each request until it is acknowledged.

import type { Ask } from './simulated-http.ts';
import type { Simulation } from './simulation.ts';

const RETRY_MS = 3_000;
/** From then on each pause is twice as long: a room may stay closed for an hour. */
const PATIENT_AFTER = 6;
const LONGEST_RETRY_MS = 96_000;

export class Publisher {
  /** Requests that have not been acknowledged yet. */
  pending = 0;
  readonly #simulation: Simulation;
  readonly #ask: Ask;
  #published = 0;

  constructor(simulation: Simulation, ask: Ask) {
    this.#simulation = simulation;
    this.#ask = ask;
  }

  publish(lines: number): void {
    this.#published += 1;
    const id = `p${this.#published}`;
    const texts = Array.from({ length: lines }, (_, index) => `published ${id}, ${index + 1}`);
    this.pending += 1;
    this.#attempt(id, texts);
  }

  #attempt(id: string, texts: readonly string[], failures = 0): void {
    const { scheduler } = this.#simulation;
    const longer = 2 ** Math.max(0, failures - PATIENT_AFTER);
    const most = Math.min(LONGEST_RETRY_MS, RETRY_MS * longer);
    const again = () => {
      scheduler.after(scheduler.between(most / 2, most), 'publish again', () =>
        this.#attempt(id, texts, failures + 1),
      );
    };
    this.#ask({
      handler: 'publish',
      query: new URLSearchParams({ id }),
      headers: { 'content-type': 'text/plain' },
      body: texts.join('\n'),
    }).then(({ status, body }) => {
      if (status === 202) {
        this.pending -= 1;
        this.#check(texts, Number((body as { seq: number }).seq));
      } else again();
    }, again);
  }

  /** All lines of an acknowledged request are stored, in their order, the last as `seq`. */
  #check(texts: readonly string[], seq: number): void {
    const { ledger, fail } = this.#simulation;
    const stored = texts.map((text) => ledger.seqOf(text) ?? 0);
    const isInOrder = stored.every((one, index) => one > (stored[index - 1] ?? 0));
    if (!isInOrder || stored.at(-1) !== seq) {
      fail(`${texts.length} lines are acknowledged as ${seq}, stored as ${stored.join(', ')}`);
    }
  }
}
