// The SignalR hub protocol as a serverless hub needs it: what clients may say, what the service says.
// No streaming and no stateful reconnect: a serverless hub offers neither.
// Truth: aspnetcore/src/SignalR/docs/specs/HubProtocol.md.

/** Client → service, told apart by what the service does with it. */
export type ClientMessage =
  /** Type 1. `payload` is the message as it came, without the protocol's framing: what goes upstream. */
  | {
      readonly kind: 'invocation';
      readonly target: string;
      /** Only where the client awaits a completion (`invoke`, not `send`). */
      readonly invocationId: string | undefined;
      readonly payload: Buffer;
    }
  /** Type 3. Answers an invocation of ours that asked for a client result. */
  | {
      readonly kind: 'completion';
      readonly invocationId: string;
      readonly answer: ClientAnswer;
    }
  /** Type 4. Refused with an error completion. */
  | { readonly kind: 'streamInvocation'; readonly invocationId: string }
  /** Type 7. The client says goodbye; the end of its transport follows. */
  | { readonly kind: 'close' }
  /** Type 6. */
  | { readonly kind: 'ping' }
  /** Any other type, as later versions of the protocol may send them. */
  | { readonly kind: 'ignored'; readonly type: number };

/** Type 1, service → client. */
export interface Invocation {
  readonly kind: 'invocation';
  readonly target: string;
  readonly arguments: readonly unknown[];
  /** The arguments as JSON, where they came as such: what JavaScript's numbers cannot hold passes untouched. */
  readonly argumentsJson?: string;
  /** True where the integers beyond 32 bits in `arguments` are bigint. */
  readonly hasBigIntegers?: boolean;
  /** Only where the client is to answer with a completion (a client result). */
  readonly invocationId?: string;
}

/** Service → client. */
export type ServiceMessage =
  | Invocation
  /** Type 3; without an error it is void. A completion with a result is made by the function app. */
  | {
      readonly kind: 'completion';
      readonly invocationId: string;
      readonly error?: string | undefined;
    }
  /** Type 6. */
  | { readonly kind: 'ping' }
  /** Type 7. With `allowReconnect`, a client with automatic reconnect comes back. */
  | {
      readonly kind: 'close';
      readonly error?: string | undefined;
      readonly allowReconnect: boolean;
    };

/** What a client made of an invocation. */
export type ClientAnswer =
  /** `json` is the result as JSON, `null` where there is none. */
  { readonly ok: true; readonly json: string } | { readonly ok: false; readonly error: string };

/** Where a message lies in received bytes. */
export interface Frame {
  /** First byte of the message itself. */
  readonly start: number;
  /** After its last byte. */
  readonly end: number;
  /** Where the next message's framing begins. */
  readonly next: number;
}

export interface HubProtocol {
  readonly name: 'json' | 'messagepack';
  readonly transferFormat: 'Text' | 'Binary';
  /** Of the upstream requests that carry this protocol's messages. */
  readonly contentType: 'application/json' | 'application/x-msgpack';
  /**
   * Where the first message lies, or undefined while that cannot be told. Where its length comes first,
   * the end may lie beyond the bytes that are here. Throws {@link ProtocolError}.
   *
   * @param searched how many of the bytes an earlier call has already looked at in vain
   */
  frame(bytes: Buffer, searched: number): Frame | undefined;
  /** Reads what lies between `start` and `end` of a frame. Throws {@link ProtocolError}. */
  parse(payload: Buffer): ClientMessage;
  /** Encodes with the protocol's framing. */
  encode(message: ServiceMessage): Uint8Array;
  /** True for exactly one framed completion of that invocation. */
  isCompletion(body: Buffer, invocationId: string): boolean;
}

/** A client broke the protocol; its message goes upstream with `disconnected`. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

/** Invocation ids travel in JSON and headers of log lines; more than this is no id. */
const MAX_INVOCATION_ID_LENGTH = 1_024;

/** What both protocols demand of an invocation, once their syntax is read. */
export function toInvocation(
  target: unknown,
  invocationId: unknown,
  args: unknown,
  payload: Buffer,
): ClientMessage {
  if (typeof target !== 'string' || target === '') {
    throw new ProtocolError('unable to read invocation; its target is no text. Name the target.');
  }
  if (!Array.isArray(args)) {
    throw new ProtocolError(
      'unable to read invocation; its arguments are no array. Send an array.',
    );
  }
  return { kind: 'invocation', target, invocationId: toInvocationId(invocationId), payload };
}

export function toStreamInvocation(invocationId: unknown): ClientMessage {
  const id = toInvocationId(invocationId);
  if (id === undefined) {
    throw new ProtocolError('unable to read stream invocation; it has no invocationId. Send one.');
  }
  return { kind: 'streamInvocation', invocationId: id };
}

/** What both protocols demand of a client's completion. */
export function toClientCompletion(invocationId: unknown, answer: ClientAnswer): ClientMessage {
  const id = toInvocationId(invocationId);
  if (id === undefined) {
    throw new ProtocolError('unable to read completion; it has no invocationId. Send one.');
  }
  return { kind: 'completion', invocationId: id, answer };
}

function toInvocationId(value: unknown): string | undefined {
  // An empty id asks for no answer, as an absent one does.
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string' || value.length > MAX_INVOCATION_ID_LENGTH) {
    throw new ProtocolError(
      `unable to read invocation; its invocationId is no text of at most ${MAX_INVOCATION_ID_LENGTH} characters. Send a short one.`,
    );
  }
  return value;
}
