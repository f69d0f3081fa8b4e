// Counters of the service, so that a test can assert the cost of a feature.

export type RestCall =
  | 'broadcast'
  | 'group'
  | 'user'
  | 'connection'
  | 'groupChanges'
  | 'closes'
  | 'checks'
  | 'invokes'
  | 'tokens';

export interface HubCounts {
  /** Open connections after their handshake. */
  connections: number;
  /** Messages to clients: invocations and completions. Pings, handshakes and closes are free. */
  outboundMessages: number;
  /** The same in the service's billing steps of 2 KB. */
  billedMessages: number;
  /** Accepted REST requests by kind. */
  rest: Record<RestCall, number>;
  /** Events posted upstream, by event name. */
  upstream: Record<string, number>;
}

export interface Counts extends HubCounts {
  hubs: Record<string, HubCounts>;
}

/** Clients choose the targets. Names beyond this number share one counter. */
const MAX_EVENT_NAMES = 256;
const OTHER_EVENTS = '(other)';

/** All zeros. */
export function newCounts(): Counts {
  return { ...newHubCounts(), hubs: Object.create(null) as Record<string, HubCounts> };
}

/** All zeros. */
function newHubCounts(): HubCounts {
  return {
    connections: 0,
    outboundMessages: 0,
    billedMessages: 0,
    rest: {
      broadcast: 0,
      group: 0,
      user: 0,
      connection: 0,
      groupChanges: 0,
      closes: 0,
      checks: 0,
      invokes: 0,
      tokens: 0,
    },
    // Without a prototype, so that an event may be called `constructor`.
    upstream: Object.create(null) as Record<string, number>,
  };
}

/** Increments the counters of one hub and of the whole service. */
export class HubCounter {
  readonly #both: readonly HubCounts[];

  constructor(counts: Counts, hub: string) {
    counts.hubs[hub] ??= newHubCounts();
    this.#both = [counts, counts.hubs[hub]];
  }

  connection(change: 1 | -1): void {
    for (const counts of this.#both) counts.connections += change;
  }

  outbound(messages: number, billed: number): void {
    for (const counts of this.#both) {
      counts.outboundMessages += messages;
      counts.billedMessages += billed;
    }
  }

  rest(call: RestCall): void {
    for (const counts of this.#both) counts.rest[call] += 1;
  }

  upstream(event: string): void {
    for (const { upstream } of this.#both) {
      const isRoom = event in upstream || Object.keys(upstream).length < MAX_EVENT_NAMES;
      const name = isRoom ? event : OTHER_EVENTS;
      upstream[name] = (upstream[name] ?? 0) + 1;
    }
  }
}
