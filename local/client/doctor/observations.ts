// What the doctor has seen of a chat. doctor.ts makes it, diagnosis.ts judges it.

import type { SendResult } from '../../../functions/protocol.ts';

/** An answer over HTTP, of the chat or of another server. */
export interface Seen {
  readonly status: number;
  readonly text: string;
  /** Where it sends us, with a redirect. */
  readonly location: string | null;
  /** Whether it asks for a sign-in, as a platform's own authentication does. */
  readonly asksForSignIn: boolean;
  /** By its `Date` header, less our own clock, ms. Undefined without the header. */
  readonly clockOffset: number | undefined;
}

/** No answer at all. */
export interface Unreachable {
  /** E.g. `connect ECONNREFUSED 127.0.0.1:7071`. */
  readonly reason: string;
  /** What to do, if the chat cannot be at this address. */
  readonly remedy?: string | undefined;
}

export type Exchange = Seen | Unreachable;

export function isUnreachable(exchange: Exchange): exchange is Unreachable {
  return 'reason' in exchange;
}

/** How the attempt to connect ended. */
export interface ConnectFacts {
  /** The service's address, e.g. `chat.service.signalr.net`. */
  readonly host: string;
  /** The service's answer to negotiate, if it came so far. */
  readonly negotiated: Exchange | undefined;
  /** Absent if the connection stands. */
  readonly failure?: string;
  readonly isPolling: boolean;
}

export type SendFacts =
  | { readonly kind: 'answered'; readonly result: SendResult }
  /** The host's extension returned no answer of the function. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'silent' };
