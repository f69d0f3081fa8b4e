// Negotiation: the connections that clients may open, and the open ones.

import { newRandomId } from './random-id.ts';

export interface NegotiatedConnection {
  readonly connectionId: string;
  /** The client's secret for connecting. Equal to the id under version 0. */
  readonly connectionToken: string;
}

interface Promised extends NegotiatedConnection {
  readonly hub: string;
  /** By the monotonic clock. Undefined once it is open. */
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

/** Hands out connection tokens, and accepts each once. */
export class Negotiations {
  readonly #byToken = new Map<string, Promised>();
  readonly #windowMs: number;
  readonly #newId: () => string;

  constructor(windowMs: number, newId = newRandomId) {
    this.#windowMs = windowMs;
    this.#newId = newId;
  }

  /** Makes a connection token that is valid for the negotiate window. */
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

  /** Opens a negotiated connection, once. */
  open(token: string, hub: string, now: number): NegotiatedConnection | 'unknown' | 'in use' {
    const promised = this.#byToken.get(token);
    if (!promised || !this.knows(token, hub, now)) return 'unknown';
    if (promised.until === undefined) return 'in use';
    promised.until = undefined;
    return promised;
  }

  /** Whether the token's connection is negotiated or open. */
  knows(token: string, hub: string, now: number): boolean {
    const promised = this.#byToken.get(token);
    if (!promised || promised.hub !== hub.toLowerCase()) return false;
    return promised.until === undefined || promised.until > now;
  }

  /** A connection without negotiation (`skipNegotiation`), as with the official emulator. */
  openDirectly(): NegotiatedConnection {
    const connectionId = this.#newId();
    return { connectionId, connectionToken: this.#newId() };
  }

  /** The connection is over, and its token is invalid. */
  close(token: string): void {
    this.#byToken.delete(token);
  }

  sweep(now: number): void {
    for (const [token, { until }] of this.#byToken) {
      if (until !== undefined && until <= now) this.#byToken.delete(token);
    }
  }
}

/** A requested version above 1 becomes 1, the latest version. */
export function toNegotiateVersion(text: string | null): 0 | 1 {
  return Number(text) >= 1 ? 1 : 0;
}
