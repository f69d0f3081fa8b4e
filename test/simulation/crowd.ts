// Silent people who make the room large enough for deferred presence. They stay connected as the page does, and check
// nothing.

import { openSimulatedHub } from './simulated-hub.ts';
import { SimulatedNetwork } from './simulated-network.ts';
import type { PageNeeds } from './simulated-page.ts';

interface Sitter {
  isOnline: boolean;
  stop: () => void;
}

export class Crowd {
  readonly #needs: PageNeeds;
  readonly #people: Sitter[] = [];
  #came = 0;

  constructor(needs: PageNeeds) {
    this.#needs = needs;
  }

  get size(): number {
    return this.#people.length;
  }

  get isComplete(): boolean {
    return this.#people.every(({ isOnline }) => isOnline);
  }

  grow(count: number): void {
    for (let more = 0; more < count; more += 1) this.#people.push(this.#come());
  }

  shrink(count: number): void {
    for (const person of this.#people.splice(0, count)) person.stop();
  }

  #come(): Sitter {
    const { simulation, service, http } = this.#needs;
    const { subject, scheduler } = simulation;
    this.#came += 1;
    const person = { userId: `u-crowd-${this.#came}`, name: `crowd ${this.#came}` };
    const network = new SimulatedNetwork();
    const ask = http(network);
    const sitter: Sitter = { isOnline: false, stop: () => {} };
    const connection = subject.keepConnected(
      (listener) => openSimulatedHub({ simulation, service, network, ask, person }, listener),
      ({ type }) => {
        if (type === 'welcome') sitter.isOnline = true;
        if (type === 'connecting' || type === 'disconnected') sitter.isOnline = false;
      },
      scheduler.random,
    );
    sitter.stop = connection.stop;
    return sitter;
  }
}
