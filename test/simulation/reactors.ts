// People who react to messages, each once, beside the pages. An acknowledged reaction is stored, unless its message is gone.

import type { Fleet } from './fleet.ts';
import { ROOM, type Simulation } from './simulation.ts';

const EMOJIS = ['👍', '🎉', '❤️', '😂'];

interface Acked {
  readonly seq: number;
  readonly userId: string;
  readonly emoji: string;
  readonly on: boolean;
}

type Needs = Simulation & { readonly fleet: Pick<Fleet, 'react'> };

export class Reactors {
  readonly #world: Needs;
  /** By user. A person takes back only what is acknowledged. */
  readonly #acked = new Map<string, Acked>();
  #people = 0;
  /** Acknowledged votes. */
  acks = 0;

  constructor(world: Needs) {
    this.#world = world;
  }

  /** Some people react at once, or take something back. */
  react(people: number): void {
    for (let left = people; left > 0; left -= 1) this.#reactOnce();
  }

  #reactOnce(): void {
    const { scheduler, ledger } = this.#world;
    if (ledger.seq === 0) return;
    const known = scheduler.chance(0.3) ? scheduler.pick([...this.#acked.values()]) : undefined;
    this.#people += known ? 0 : 1;
    const {
      seq,
      userId,
      emoji,
      on: was,
    } = known ?? {
      seq: Math.max(1, ledger.seq - scheduler.whole(0, 2)),
      userId: `r${this.#people}`,
      emoji: scheduler.pick(EMOJIS) ?? '👍',
      on: false,
    };
    const next = { seq, userId, emoji, on: !was };
    // While a vote is under way, nobody knows what is stored.
    this.#acked.delete(userId);
    this.#vote(next, scheduler.whole(0, 3));
  }

  /** As a page does, it repeats what gets no answer. */
  #vote(next: Acked, retries: number): void {
    const { scheduler, fleet } = this.#world;
    const { seq, userId, emoji, on } = next;
    fleet.react(seq, { userId, name: userId, emoji, on })?.then(
      (kind) => {
        if (kind !== 'stands') return;
        this.acks += 1;
        this.#acked.set(userId, next);
      },
      () => {
        if (retries === 0) return;
        scheduler.after(1_000, 'a reaction is repeated', () => this.#vote(next, retries - 1));
      },
    );
  }

  /** At rest: what was acknowledged is stored. */
  expectKept(): void {
    const { ledger, fail } = this.#world;
    for (const { seq, userId, emoji, on } of this.#acked.values()) {
      const isKept = seq >= ledger.first && !ledger.texts.isRemoved(seq);
      if (isKept && ledger.reactions.has(seq, userId, emoji) !== on) {
        fail(`${emoji} of ${userId} on ${seq} of ${ROOM} is acknowledged as ${on}, and is not so`);
      }
    }
  }
}
