// The options of the emulator, and its times and limits, each with its source. The package's types come from this file.

import type { Log } from './log.ts';
import type { UpstreamOption } from './upstream/upstream-settings.ts';

/** All are optional. */
export interface EmulatorOptions {
  /** Default 0, any free port. */
  readonly port?: number;
  /** The address to listen at. Default loopback, by both of its addresses. */
  readonly ip?: string;
  /** One or two access keys, primary first. Default the official emulator's. */
  readonly keys?: readonly string[];
  /** Hosts, without port, for which access tokens may be signed. Default any. */
  readonly tokenHosts?: readonly string[];
  /** Without it, events are skipped. */
  readonly upstream?: UpstreamOption;
  readonly times?: Partial<Times>;
  readonly limits?: Partial<Limits>;
  /** Enforces the limits of a resource of this size. Without it there are no limits. */
  readonly units?: Units;
  /** Faults to inject into the delivery of events. */
  readonly faults?: Partial<Faults>;
  /** Behave as the official emulator where it departs from the service. */
  readonly compat?: boolean;
  /** Shows hubs, connections, groups and the last events at /emulator/, to everyone who can reach it. */
  readonly inspect?: boolean;
  /** Epoch milliseconds, for tokens and days. */
  readonly now?: () => number;
  /** Milliseconds that never go back, for durations. A test with a clock of its own needs no second one. */
  readonly monotonicNow?: () => number;
  readonly log?: Log;
}

/** `free`, or the number of units of the Standard or Premium tier: 1 to 10, tens to 100, hundreds to 1000. */
export type Units = 'free' | number;

/** Faults that the platform permits. */
export interface Faults {
  /** The same seed gives the n-th event of the m-th connection the same faults. */
  readonly seed: number;
  /** The events of a connection do not wait for each other. */
  readonly concurrent: boolean;
  /** Every event is delayed by up to this time. */
  readonly lateMs: number;
  /** Share of events that arrive twice, 0 to 1. */
  readonly twice: number;
  /** Share of events that never arrive, 0 to 1. */
  readonly lost: number;
}

export interface Times {
  /** Silence of the service after which it sends a ping. Serverless default, `keepAliveIntervalInSeconds`. */
  readonly pingMs: number;
  /** Silence of a client after which it is gone. Serverless default, `connectionTimeoutInSeconds`. */
  readonly clientTimeoutMs: number;
  /** From the open transport to the handshake. Default of ASP.NET Core. */
  readonly handshakeMs: number;
  /** From negotiate to connect. The service documents 5 s, the official emulator waits about 15 s. */
  readonly negotiateMs: number;
  /** For one upstream answer. Default of the official emulator's HTTP client. */
  readonly upstreamMs: number;
  /** For a client's answer to an invocation by REST. The service documents no limit. */
  readonly clientResultMs: number;
  /** For the `disconnected` events when the service stops. */
  readonly stopMs: number;
}

export interface Limits {
  /** Of one message from a client, as documented for Server-Sent Events and Long Polling. */
  readonly messageBytes: number;
  /** The same for WebSockets, where the service documents no limit. It protects this process. */
  readonly webSocketMessageBytes: number;
  /** Of a REST request's body, as documented. */
  readonly restBodyBytes: number;
  /** Unsent bytes for one client before it is disconnected. The service has such a limit but documents no number. */
  readonly slowClientBytes: number;
  /** Of an access token. The SDK makes no longer ones. */
  readonly tokenLength: number;
}

export const DEFAULT_TIMES: Times = {
  pingMs: 15_000,
  clientTimeoutMs: 30_000,
  handshakeMs: 15_000,
  negotiateMs: 15_000,
  upstreamMs: 100_000,
  clientResultMs: 30_000,
  stopMs: 2_000,
};

export const DEFAULT_LIMITS: Limits = {
  messageBytes: 1_024 * 1_024,
  webSocketMessageBytes: 64 * 1_024 * 1_024,
  restBodyBytes: 1_024 * 1_024,
  slowClientBytes: 8 * 1_024 * 1_024,
  tokenLength: 4_096,
};
