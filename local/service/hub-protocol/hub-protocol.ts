// The part of the SignalR hub protocol that a serverless hub needs, in both directions.
// Without streaming and stateful reconnect, which a serverless hub does not have.
// Source: aspnetcore/src/SignalR/docs/specs/HubProtocol.md.

/** Client → service, by what the service does with it. */
export type ClientMessage =
  /** Type 1. `payload` is the message as it came, without the protocol's framing. It goes upstream. */
  | {
      readonly kind: 'invocation';
      readonly target: string;
      /** Present if the client awaits a completion (`invoke`, not `send`). */
      readonly invocationId: string | undefined;
      /** Whether the client sends streams with it, which a serverless hub does not have. */
      readonly hasStreams: boolean;
      readonly payload: Buffer;
    }
  /** Type 3. Answers our invocation with a client result. */
  | {
      readonly kind: 'completion';
      readonly invocationId: string;
      readonly answer: ClientAnswer;
    }
  /** Type 4. The service answers with an error completion. */
  | { readonly kind: 'streamInvocation'; readonly invocationId: string }
  /** Type 7. The client says goodbye, and then ends its transport. */
  | { readonly kind: 'close' }
  /** Type 6. */
  | { readonly kind: 'ping' }
  /** Types without a use here: items of a stream, its cancellation, stateful reconnect, a later version of the protocol. */
  | { readonly kind: 'ignored'; readonly type: number };

/** Type 1, service → client. */
export interface Invocation {
  readonly kind: 'invocation';
  readonly target: string;
  readonly arguments: readonly unknown[];
  /** The arguments as JSON, if they came as JSON. Numbers that JavaScript cannot hold pass unchanged. */
  readonly argumentsJson?: string;
  /** Whether integers beyond 32 bits in `arguments` are bigint. */
  readonly hasBigIntegers?: boolean;
  /** Present if the client has to answer with a completion (a client result). */
  readonly invocationId?: string;
}

/** Service → client. */
export type ServiceMessage =
  | Invocation
  /** Type 3. Without an error it is void. The function app makes completions with a result. */
  | {
      readonly kind: 'completion';
      readonly invocationId: string;
      readonly error?: string | undefined;
    }
  /** Type 6. */
  | { readonly kind: 'ping' }
  /** Type 7. With `allowReconnect`, a client with automatic reconnect reconnects. */
  | {
      readonly kind: 'close';
      readonly error?: string | undefined;
      readonly allowReconnect: boolean;
    };

/** A client's answer to an invocation. */
export type ClientAnswer =
  /** `json` is the result as JSON, `null` without a result. */
  { readonly ok: true; readonly json: string } | { readonly ok: false; readonly error: string };

/** The position of a message in received bytes. */
export interface Frame {
  /** First byte of the message itself. */
  readonly start: number;
  /** The position after its last byte. */
  readonly end: number;
  /** Start of the next message's framing. */
  readonly next: number;
}

export interface HubProtocol {
  readonly name: 'json' | 'messagepack';
  readonly transferFormat: 'Text' | 'Binary';
  /** Content type of upstream requests with this protocol's messages. */
  readonly contentType: 'application/json' | 'application/x-msgpack';
  /**
   * The position of the first message, or undefined while it is unknown. If the length comes first, the end may be
   * beyond the received bytes. Throws {@link ProtocolError}.
   *
   * @param searched number of bytes that an earlier call has searched without success
   */
  frame(bytes: Buffer, searched: number): Frame | undefined;
  /** Parses the bytes between `start` and `end` of a frame. Throws {@link ProtocolError}. */
  parse(payload: Buffer): ClientMessage;
  /** Encodes with the protocol's framing. */
  encode(message: ServiceMessage): Uint8Array;
  /** Whether the body is exactly one framed completion of that invocation. */
  isCompletion(body: Buffer, invocationId: string): boolean;
}

/** A client violated the protocol. The text goes upstream with `disconnected`. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}
