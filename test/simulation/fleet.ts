// All instances of the functions app. A request goes to any running one.

import { type HttpAnswered, type HttpAsked, SimulatedInstance } from './simulated-instance.ts';
import type { SimulatedService, Upstream } from './simulated-service.ts';
import type { SimulatedTable } from './simulated-table.ts';
import type { Simulation } from './simulation.ts';

export class Fleet {
  /** The highest number of concurrent calls in one instance. */
  highestLoad = 0;
  calls = 0;
  readonly #simulation: Simulation;
  readonly #table: SimulatedTable;
  /** Maximum difference between the clocks of machines. */
  readonly #skewMs: number;
  #instances: SimulatedInstance[] = [];
  #started = 0;

  constructor(simulation: Simulation, table: SimulatedTable, skewMs: number) {
    this.#simulation = simulation;
    this.#table = table;
    this.#skewMs = skewMs;
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
    const { scheduler } = this.#simulation;
    const skewMs = scheduler.between(-this.#skewMs, this.#skewMs);
    const name = `f${this.#started}`;
    const instance = new SimulatedInstance(name, this.#simulation, this.#table, service, skewMs);
    this.#instances.push(instance);
  }

  killOne(): void {
    const victim = this.#simulation.scheduler.pick(this.#instances);
    if (!victim) return;
    this.#instances = this.#instances.filter((instance) => instance !== victim);
    victim.kill();
  }

  async hub(event: Upstream): Promise<unknown> {
    return this.#any().hub(event);
  }

  async http(asked: HttpAsked): Promise<HttpAnswered> {
    return this.#any().http(asked);
  }

  /** The platform runs a timer on one instance at a time. */
  async cleanUpRooms(): Promise<void> {
    await this.#any().cleanUpRooms();
  }

  #any(): SimulatedInstance {
    const instance = this.#simulation.scheduler.pick(this.#instances);
    if (!instance) throw new Error('no instance is running');
    this.calls += 1;
    this.highestLoad = Math.max(this.highestLoad, instance.load + 1);
    return instance;
  }
}
