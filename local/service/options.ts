// Times and limits of the service, each with its source.

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
