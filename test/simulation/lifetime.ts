// The lifetime of something that can be killed at any time. Promises that it awaits then never settle.

import type { Scheduler } from './scheduler.ts';

export class Lifetime {
  readonly name: string;
  isAlive = true;
  readonly #scheduler: Scheduler;

  constructor(name: string, scheduler: Scheduler) {
    this.name = name;
    this.#scheduler = scheduler;
  }

  after(ms: number, label: string, run: () => void): void {
    this.#scheduler.after(ms, `${this.name}: ${label}`, () => {
      if (this.isAlive) run();
    });
  }

  readonly sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => this.after(ms, 'slept', resolve));
}
