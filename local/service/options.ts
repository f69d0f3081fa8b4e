// The numbers of the service: times and limits, each with where it comes from.

export interface Times {
  /** A ping after this much silence from us. Serverless default, `keepAliveIntervalInSeconds`. */
  readonly pingMs: number;
  /** A client that has been silent for this long is gone. Serverless default, `connectionTimeoutInSeconds`. */
  readonly clientTimeoutMs: number;
  /** From the open transport to the handshake. Default of ASP.NET Core. */
  readonly handshakeMs: number;
  /** From negotiate to connect: the service documents 5 s, the official emulator waits about 15. */
  readonly negotiateMs: number;
  /** For one upstream answer: the default of the official emulator's HTTP client. */
  readonly upstreamMs: number;
  /** For a client's answer to an invocation by REST; the service documents none. */
  readonly clientResultMs: number;
  /** For the `disconnected` events when the service stops. */
  readonly stopMs: number;
}

export interface Limits {
  /** Of one message from a client: documented for Server-Sent Events and Long Polling, taken for all. */
  readonly messageBytes: number;
  /** Of a REST request's body, as documented. */
  readonly restBodyBytes: number;
  /** What may wait for one client before it is cut off; the service has such a bound but names no number. */
  readonly slowClientBytes: number;
  /** Of an access token: the SDK makes none that is longer. */
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
  restBodyBytes: 1_024 * 1_024,
  slowClientBytes: 8 * 1_024 * 1_024,
  tokenLength: 4_096,
};
