// Table Storage with its documented limits, on simulated time: a partition handles its requests one after another, each for as long
// as its entities take at 2,000 a second, and an account takes 20,000 requests a second.

import {
  type CommitResult,
  type Operation,
  type Table,
  TableUnavailable,
} from '../../../functions/room/table.ts';
import { MemoryTable } from '../../support/memory-table.ts';
import type { Scheduler } from '../scheduler.ts';
import {
  ENTITIES_PER_SECOND_OF_PARTITION,
  MEDIAN_LATENCY_MS,
  MOST_WAIT_MS,
  P99_LATENCY_MS,
  REQUESTS_PER_SECOND_OF_ACCOUNT,
} from './limits.ts';

/** The 99th percentile of the standard normal distribution. */
const Z_99 = 2.326;
const SPREAD = Math.log(P99_LATENCY_MS / MEDIAN_LATENCY_MS) / Z_99;

export class LimitedStorage implements Table {
  requests = 0;
  /** Entities that requests read, wrote, or were refused for. The dearer reading of the price list bills them. */
  entities = 0;
  /** Requests that were refused because their partition was too busy. */
  busy = 0;
  /** Transactions that failed because a row had changed. */
  conflicts = 0;
  readonly #rows = new MemoryTable();
  readonly #scheduler: Scheduler;
  /** When a partition has handled what it has taken, ms. */
  readonly #freeAt = new Map<string, number>();
  #accountFreeAt = 0;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  get(partition: string, key: string) {
    return this.#ask(partition, 1, () => this.#rows.get(partition, key));
  }

  list(partition: string, range: Parameters<Table['list']>[1]) {
    return this.#ask(partition, 1, () => this.#rows.list(partition, range));
  }

  async commit(partition: string, operations: readonly Operation[]): Promise<CommitResult> {
    return this.#ask(partition, operations.length, async () => {
      const result = await this.#rows.commit(partition, operations);
      if (!result.ok) this.conflicts += 1;
      return result;
    });
  }

  #ask<T>(partition: string, entities: number, effect: () => Promise<T>): Promise<T> {
    this.requests += 1;
    const latency = this.#latency();
    return new Promise((resolve, reject) => {
      const answer = (ms: number, settle: () => void) => {
        this.#scheduler.after(ms + latency / 2, 'answer', settle);
      };
      this.#scheduler.after(latency / 2, 'storage', () => {
        const { now } = this.#scheduler;
        const free = Math.max(this.#accountFreeAt, this.#freeAt.get(partition) ?? 0);
        if (free - now > MOST_WAIT_MS) {
          this.busy += 1;
          answer(0, () => reject(new TableUnavailable(new Error('server busy'))));
          return;
        }
        this.#accountFreeAt =
          Math.max(this.#accountFreeAt, now) + 1_000 / REQUESTS_PER_SECOND_OF_ACCOUNT;
        effect().then((result) => {
          const done = entitiesOf(result) ?? entities;
          this.entities += done;
          const ends = Math.max(free, now) + (done * 1_000) / ENTITIES_PER_SECOND_OF_PARTITION;
          this.#freeAt.set(partition, ends);
          answer(ends - now, () => resolve(result));
        }, reject);
      });
    });
  }

  /** Log-normal, by the polar form of Box and Muller. */
  #latency(): number {
    const { random } = this.#scheduler;
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    return MEDIAN_LATENCY_MS * Math.exp(SPREAD * radius * Math.cos(2 * Math.PI * random()));
  }
}

/** A transaction whose head has changed meanwhile ends with its first operation. A list has its rows. */
function entitiesOf(result: unknown): number | undefined {
  if (Array.isArray(result)) return Math.max(1, result.length);
  const isRefused = typeof result === 'object' && result !== null && 'ok' in result && !result.ok;
  return isRefused ? 1 : undefined;
}
