// All instances of the functions app. A request goes to any running one.

import type { Change } from '../../functions/room/change.ts';
import type { Vote } from '../../functions/room/votes.ts';
import type { Lifetime } from './lifetime.ts';
import { type HttpAnswered, type HttpAsked, SimulatedInstance } from './simulated-instance.ts';
import type { SimulatedService, Upstream } from './simulated-service.ts';
import type { SimulatedTable } from './simulated-table.ts';
import { ROOM, type Simulation } from './simulation.ts';

export class Fleet {
  /** The highest number of concurrent calls in one instance. */
  highestLoad = 0;
  calls = 0;
  /** Settings of instances that start from now on. */
  retentionDays = 30;
  batchMs = 0;
  /** Whether the timer's function has ended well since the last process started, so that its retention applies. */
  hasCleanedUp = false;
  readonly #simulation: Simulation;
  readonly #table: SimulatedTable;
  /** Maximum difference between the clocks of machines. */
  skewMs: number;
  #instances: SimulatedInstance[] = [];
  #started = 0;
  #strays = 0;

  constructor(simulation: Simulation, table: SimulatedTable, skewMs: number) {
    this.#simulation = simulation;
    this.#table = table;
    this.skewMs = skewMs;
  }

  get size(): number {
    return this.#instances.length;
  }

  get load(): number {
    return this.#instances.reduce((sum, { load }) => sum + load, 0);
  }

  get oldestCallAt(): number {
    return Math.min(...this.#instances.map(({ oldestCallAt }) => oldestCallAt));
  }

  start(service: SimulatedService): void {
    this.#started += 1;
    this.hasCleanedUp = false;
    const { scheduler } = this.#simulation;
    const skewMs = scheduler.between(-this.skewMs, this.skewMs);
    const name = `f${this.#started}`;
    const { retentionDays, batchMs } = this;
    const settings = { skewMs, retentionDays, batchMs };
    const instance = new SimulatedInstance(name, this.#simulation, this.#table, service, settings);
    this.#instances.push(instance);
  }

  killOne(): void {
    const victim = this.#simulation.scheduler.pick(this.#instances);
    if (!victim) return;
    this.#instances = this.#instances.filter((instance) => instance !== victim);
    victim.kill();
  }

  kill(lifetime: Lifetime): void {
    const victim = this.#instances.find((instance) => instance.lifetime === lifetime);
    this.#instances = this.#instances.filter((instance) => instance !== victim);
    victim?.kill();
  }

  async hub(event: Upstream): Promise<unknown> {
    return this.#any().hub(event);
  }

  async http(asked: HttpAsked): Promise<HttpAnswered> {
    return this.#any().http(asked);
  }

  /** The platform runs a timer on one instance at a time. */
  async cleanUpRooms(): Promise<void> {
    const started = this.#started;
    await this.#any().cleanUpRooms();
    this.hasCleanedUp = started === this.#started;
  }

  /** What moderators do. Nobody repeats it if it fails. */
  erase(): void {
    this.#simulation.ledger.mayErase = true;
    this.#request('eraseRoom');
  }

  removeMessage(): void {
    const { seq, mayRemove } = this.#simulation.ledger;
    mayRemove.add(seq);
    this.#request('deleteMessage', { seq: `${seq}` });
  }

  closeAndOpen(): void {
    this.#request('closeRoom');
    this.#simulation.scheduler.after(30_000, 'a room is opened', () => this.#request('openRoom'));
  }

  /** A connection that the service does not know any more, and whose join nobody repeats. */
  join(): void {
    this.#strays += 1;
    if (this.size > 0) this.#any().join(`stray-${this.#strays}`);
  }

  /** Makes a change in one process. Undefined without one. */
  submit(change: Change) {
    return this.size > 0 ? this.#any().chat.rooms.submit(ROOM, change) : undefined;
  }

  /** Somebody reacts. Undefined without a process. */
  react(seq: number, vote: Vote): Promise<string> | undefined {
    return this.size > 0 ? this.#any().react(seq, vote) : undefined;
  }

  ban(userId: string): void {
    if (this.size > 0) this.#any().ban(userId);
  }

  /** Asks every instance for a part of the history. */
  readHistory(query: string): void {
    const asked = { params: { room: ROOM }, query: new URLSearchParams(query) };
    for (const instance of this.#instances) {
      instance.http({ handler: 'history', ...asked, headers: {}, body: '' }).catch(() => {});
    }
  }

  #request(handler: HttpAsked['handler'], params: Readonly<Record<string, string>> = {}): void {
    if (this.size === 0) return;
    const rest = { query: new URLSearchParams(), headers: {}, body: '' };
    this.#any()
      .http({ handler, params: { room: ROOM, ...params }, ...rest })
      .catch(() => {});
  }

  #any(): SimulatedInstance {
    const instance = this.#simulation.scheduler.pick(this.#instances);
    if (!instance) throw new Error('no instance is running');
    this.calls += 1;
    this.highestLoad = Math.max(this.highestLoad, instance.load + 1);
    return instance;
  }
}
