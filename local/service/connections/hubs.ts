// The hubs of the service, each made on first use.

import { type Counts, HubCounter } from '../counts.ts';
import type { ClientConnection, OwnHub } from './client-connection.ts';
import { Hub } from './hub.ts';

/** A hub, its counters, and the name that upstream requests carry. */
export class LiveHub implements OwnHub {
  /** In the letter case of its first use, as with the official emulator. */
  readonly name: string;
  readonly counter: HubCounter;
  readonly hub = new Hub<ClientConnection>();

  constructor(name: string, counter: HubCounter) {
    this.name = name;
    this.counter = counter;
  }

  add(connection: ClientConnection, now: number): void {
    this.hub.add(connection, now);
    this.counter.connection(1);
  }

  remove(connection: ClientConnection): void {
    this.hub.remove(connection);
    this.counter.connection(-1);
  }
}

/** All hubs by name. */
export class Hubs {
  readonly #hubs = new Map<string, LiveHub>();
  readonly #counts: Counts;

  constructor(counts: Counts) {
    this.#counts = counts;
  }

  /** Hub names ignore letter case. */
  get(name: string): LiveHub {
    const key = name.toLowerCase();
    const known = this.#hubs.get(key);
    if (known) return known;
    const live = new LiveHub(name, new HubCounter(this.#counts, key));
    this.#hubs.set(key, live);
    return live;
  }

  all(): readonly LiveHub[] {
    return [...this.#hubs.values()];
  }

  sweep(now: number): void {
    for (const { hub } of this.#hubs.values()) hub.sweep(now);
  }
}

const HUB_NAME = /^[A-Za-z][A-Za-z0-9_`,.[\]]{0,127}$/;

/** A letter first, no hyphen. Source: the service's swagger. */
export function isHubName(name: string): boolean {
  return HUB_NAME.test(name);
}
