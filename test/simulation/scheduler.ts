// The simulated world's only source of time, order and randomness. Steps of the same time run in the order of their
// scheduling. Everything else follows from the seed.

import { newRandom } from '../support/random.ts';

export interface Task {
  readonly at: number;
  readonly order: number;
  readonly label: string;
  /** Undefined once it is cancelled. */
  run: (() => void) | undefined;
}

export class Scheduler {
  readonly random: () => number;
  /** Milliseconds since the start of the world. */
  now = 0;
  steps = 0;
  /** Hash of every step's time and label. Runs with equal hashes were identical. */
  traceHash = 0x811c9dc5;
  /** Called with each step, to print it. */
  onStep: ((at: number, label: string) => void) | undefined;
  #order = 0;
  readonly #heap: Task[] = [];

  constructor(seed: number) {
    this.random = newRandom(seed);
  }

  after(ms: number, label: string, run: () => void): Task {
    const task: Task = { at: this.now + Math.max(0, ms), order: this.#order, label, run };
    this.#order += 1;
    this.#push(task);
    return task;
  }

  cancel(task: Task): void {
    task.run = undefined;
  }

  chance(probability: number): boolean {
    return probability > 0 && this.random() < probability;
  }

  between(least: number, most: number): number {
    return least + this.random() * (most - least);
  }

  /** A whole number, both ends included. */
  whole(least: number, most: number): number {
    return Math.floor(this.between(least, most + 1));
  }

  pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.random() * items.length)];
  }

  /** Adds a line to the trace that is not a step. */
  note(text: string): void {
    this.#trace(text);
  }

  /** Runs steps until the given time, or until the condition holds. */
  async runUntil(end: number, isEnough: () => boolean): Promise<void> {
    await undefined;
    if (!this.#step(end, isEnough)) return;
    // A promise's callback cannot run the others, and an immediate can.
    await new Promise<void>((resolve, reject) => {
      const runAll = () => {
        try {
          do settlePromises();
          while (this.#step(end, isEnough));
          resolve();
        } catch (error) {
          reject(error);
        }
      };
      setImmediate(runAll);
    });
  }

  /** Runs one step. False at the end, or if the condition holds. */
  #step(end: number, isEnough: () => boolean): boolean {
    while (!isEnough()) {
      const next = this.#heap[0];
      if (!next || next.at > end) {
        this.now = Math.max(this.now, end);
        return false;
      }
      this.#pop();
      const { run } = next;
      if (!run) continue;
      this.now = next.at;
      this.steps += 1;
      this.#trace(next.label);
      run();
      return true;
    }
    return false;
  }

  #trace(label: string): void {
    let hash = this.traceHash ^ Math.floor(this.now * 1_000);
    for (let index = 0; index < label.length; index += 1) {
      hash = Math.imul(hash ^ label.charCodeAt(index), 0x01000193);
    }
    this.traceHash = hash >>> 0;
    this.onStep?.(this.now, label);
  }

  #push(task: Task): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(task);
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = heap[above] as Task;
      if (!isBefore(task, parent)) break;
      heap[index] = parent;
      index = above;
    }
    heap[index] = task;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let below = 2 * index + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isBefore(heap[below + 1] as Task, heap[below] as Task)) {
        below += 1;
      }
      const child = heap[below] as Task;
      if (!isBefore(child, last)) break;
      heap[index] = child;
      index = below;
    }
    heap[index] = last;
  }
}

/**
 * Runs everything that waits for promises only, before the time advances. Node calls this between two callbacks of its own.
 * A promise for each step, which waits for the next tick, takes a sixth of a seed's processor time.
 */
const settlePromises: () => void = Reflect.get(process, '_tickCallback');

function isBefore(a: Task, b: Task): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
