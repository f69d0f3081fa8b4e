// Negotiation: which connections have been promised, and which of them are open.

import { newRandomId } from './random-id.ts';

export interface NegotiatedConnection {
  readonly connectionId: string;
  /** What the client connects with; others never see it. The id itself under version 0. */
  readonly connectionToken: string;
}

interface Promised extends NegotiatedConnection {
  readonly hub: string;
  /** Epoch milliseconds; undefined once it is open. */
  until: number | undefined;
}

/** The body of a negotiate answer. */
export interface NegotiateAnswer {
  readonly negotiateVersion: 0 | 1;
  readonly connectionId: string;
  readonly connectionToken?: string;
  readonly availableTransports: readonly {
    readonly transport: string;
    readonly transferFormats: readonly ('Text' | 'Binary')[];
  }[];
}

const TRANSPORTS = [
  { transport: 'WebSockets', transferFormats: ['Text', 'Binary'] },
  { transport: 'ServerSentEvents', transferFormats: ['Text'] },
  { transport: 'LongPolling', transferFormats: ['Text', 'Binary'] },
] as const satisfies NegotiateAnswer['availableTransports'];

export class Negotiations {
  readonly #byToken = new Map<string, Promised>();
  readonly #windowMs: number;
  readonly #newId: () => string;

  constructor(windowMs: number, newId = newRandomId) {
    this.#windowMs = windowMs;
    this.#newId = newId;
  }

  /** Promises a connection for the time of the window. */
  negotiate(hub: string, version: 0 | 1, now: number): NegotiateAnswer {
    const connectionId = this.#newId();
    const connectionToken = version === 0 ? connectionId : this.#newId();
    this.#byToken.set(connectionToken, {
      connectionId,
      connectionToken,
      hub: hub.toLowerCase(),
      until: now + this.#windowMs,
    });
    return {
      negotiateVersion: version,
      connectionId,
      ...(version === 0 ? {} : { connectionToken }),
      availableTransports: TRANSPORTS,
    };
  }

  /** Takes a promised connection, once. */
  open(token: string, hub: string, now: number): NegotiatedConnection | 'unknown' | 'in use' {
    const promised = this.#byToken.get(token);
    if (!promised || !this.knows(token, hub, now)) return 'unknown';
    if (promised.until === undefined) return 'in use';
    promised.until = undefined;
    return promised;
  }

  /** True while the token's connection is promised or open. */
  knows(token: string, hub: string, now: number): boolean {
    const promised = this.#byToken.get(token);
    if (!promised || promised.hub !== hub.toLowerCase()) return false;
    return promised.until === undefined || promised.until > now;
  }

  /** A connection without negotiation (`skipNegotiation`), as the official emulator allows it. */
  openDirectly(): NegotiatedConnection {
    const connectionId = this.#newId();
    return { connectionId, connectionToken: this.#newId() };
  }

  /** The connection is over; its token opens nothing any more. */
  close(token: string): void {
    this.#byToken.delete(token);
  }

  sweep(now: number): void {
    for (const [token, { until }] of this.#byToken) {
      if (until !== undefined && until <= now) this.#byToken.delete(token);
    }
  }
}

/** Asked versions beyond 1 get 1, the latest there is. */
export function toNegotiateVersion(text: string | null): 0 | 1 {
  return Number(text) >= 1 ? 1 : 0;
}
