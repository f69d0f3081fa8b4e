// Table Storage of one instance of the functions: test/support/memory-table.ts (which passes the same contract as Azurite)
// behind a network and a service that are slow, busy, or silent.

import { CLEANUP_PARTITION, dueRows } from '../../functions/room/cleanup-schedule.ts';
import type { Operation, StoredRow, Table } from '../../functions/room/table.ts';
import { MemoryTable } from '../support/memory-table.ts';
import type { Lifetime } from './lifetime.ts';
import type { Simulation } from './simulation.ts';
import { EPOCH_MS } from './virtual-time.ts';

/** As REQUEST_TIMEOUT_MS in functions/room/azure-table.ts. After it the outcome is unknown, and may still take effect. */
const TIMEOUT_MS = 10_000;

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const LANES = ['used', 'new'] as const;

/** A ban that is renewed meanwhile is stored by then, mostly, and so is a join. */
const DELETION_MS = 100;

export class SimulatedTable {
  requests = 0;
  /** Requested transactions on rooms, with any outcome. */
  commits = 0;
  /** Nothing passes, independent of the fault rates. */
  isOut = false;
  /** The next transaction takes effect, and its answer is lost. */
  losesNextCommit = false;
  /** Called when a ban is about to be deleted, long enough before for another change. */
  beforeBanDeletion: (() => void) | undefined;
  /** The same for a room's head. */
  beforeHeadDeletion: (() => void) | undefined;
  /** Called with each request, before it leaves its instance. */
  onRequest: ((instance: Lifetime) => void) | undefined;
  readonly #memory = new MemoryTable();
  readonly #simulation: Simulation;

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  openFor(instance: Lifetime): Table {
    const memory = this.#memory;
    return {
      get: (partition, key) => this.#ask(instance, `get ${key}`, () => memory.get(partition, key)),
      list: (partition, range) =>
        this.#ask(instance, `list ${range.from}`, () => memory.list(partition, range)),
      commit: (partition, operations) => {
        if (!partition.startsWith('.')) this.commits += 1;
        const isLost = this.losesNextCommit && !partition.startsWith('.');
        if (isLost) this.losesNextCommit = false;
        const commit = () => this.#commit(partition, operations);
        const meanwhile = this.#beforeDeletion(operations);
        if (meanwhile) {
          meanwhile();
          return instance.sleep(DELETION_MS).then(() => this.#ask(instance, 'delete', commit));
        }
        return this.#ask(instance, `commit of ${operations.length}`, commit, isLost);
      },
    };
  }

  #beforeDeletion(operations: readonly Operation[]): (() => void) | undefined {
    const [first] = operations;
    if (first?.kind !== 'delete') return undefined;
    if (first.key === 'head') return this.beforeHeadDeletion;
    const isOfBan = operations.some((one) => one.kind === 'delete' && one.key.startsWith('b:'));
    return isOfBan ? this.beforeBanDeletion : undefined;
  }

  /** All rows of a partition, without delay or fault. */
  rowsOf(partition: string): Promise<StoredRow[]> {
    return this.#memory.list(partition, { from: '', to: '~', limit: Number.MAX_SAFE_INTEGER });
  }

  /** Whether the timer finds a room that is due, also with a clock that is ahead by less than a second. */
  hasDue(now: number): boolean {
    const { places } = this.#simulation.ledger;
    // Once an hour, also by a clock that is behind.
    if (places.size > 0 && (now + 1_000) % HOUR_MS < 2 * MINUTE_MS) return true;
    return LANES.some((lane) => this.#memory.has(CLEANUP_PARTITION, dueRows(lane, now + 1_000)));
  }

  async #commit(partition: string, operations: readonly Operation[]) {
    const { scheduler, ledger } = this.#simulation;
    const result = await this.#memory.commit(partition, operations);
    // Other partitions are not rooms: the tickets' key, the timer's list.
    if (result.ok && !partition.startsWith('.')) ledger.enter(operations, EPOCH_MS + scheduler.now);
    if (result.ok && partition === '.reading') ledger.places.enter(operations);
    scheduler.note(result.ok ? 'committed' : `${result.reason} ${result.index}`);
    return result;
  }

  #ask<T>(instance: Lifetime, label: string, effect: () => Promise<T>, isCut = false): Promise<T> {
    const { scheduler, subject, faults } = this.#simulation;
    this.requests += 1;
    this.onRequest?.(instance);
    const isBusy = this.isOut || scheduler.chance(faults.tableBusy);
    const isRequestLost = isBusy || scheduler.chance(faults.tableRequestLost);
    const isAnswerLost = isCut || scheduler.chance(faults.tableAnswerLost);
    const there = this.#latency();
    const back = this.#latency();

    return new Promise((resolve, reject) => {
      const refuse = (ms: number, reason: string) => {
        instance.after(Math.min(ms, TIMEOUT_MS), `${label}: ${reason}`, () =>
          reject(new subject.TableUnavailable(new Error(reason))),
        );
      };
      if (isBusy) {
        refuse(there + back, 'busy');
        return;
      }
      // A broken connection is noticed at once, a lost packet never.
      const silence = isCut || scheduler.chance(0.5) ? there + back : TIMEOUT_MS;
      if (isRequestLost) {
        refuse(silence, 'lost');
        return;
      }
      const isLate = there + back >= TIMEOUT_MS;
      if (isAnswerLost || isLate) refuse(isLate ? TIMEOUT_MS : silence, 'no answer');
      const answer = (result: T) => {
        const isAnswered = !isAnswerLost && !isLate;
        if (isAnswered) instance.after(back, `${label}: answer`, () => resolve(result));
      };
      scheduler.after(there, `${instance.name}: ${label}`, () => {
        // Whether the request had left the instance before that died.
        const isSent = instance.isAlive || scheduler.chance(0.5);
        if (isSent) effect().then(answer, reject);
      });
    });
  }

  #latency(): number {
    const { scheduler, faults } = this.#simulation;
    const isSlow = scheduler.chance(faults.tableSlow);
    return isSlow ? scheduler.between(50, 8_000) : scheduler.between(0.5, 6);
  }
}
