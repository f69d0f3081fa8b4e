// What the service has done so far, as plain numbers, so that a test can say what a feature costs.

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
  /** Open now, handshake done. */
  connections: number;
  /** Messages written to clients: invocations and completions; pings, handshakes and closes are free. */
  outboundMessages: number;
  /** The same in the service's billing steps of 2 KB. */
  billedMessages: number;
  /** Accepted REST requests by kind: four kinds of send, then what changes, closes, looks, asks a client, signs. */
  rest: Record<RestCall, number>;
  /** Events posted upstream, by event name. */
  upstream: Record<string, number>;
}

export interface Counts extends HubCounts {
  hubs: Record<string, HubCounts>;
}

/** Targets are chosen by clients: beyond this many names they share one line. */
const MAX_EVENT_NAMES = 256;
const OTHER_EVENTS = '(other)';

export function newCounts(): Counts {
  return { ...newHubCounts(), hubs: Object.create(null) as Record<string, HubCounts> };
}

export function newHubCounts(): HubCounts {
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
    // No prototype: `constructor` and the like are events as any other.
    upstream: Object.create(null) as Record<string, number>,
  };
}

/** Counts for one hub and, at the same time, for the whole service. */
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
