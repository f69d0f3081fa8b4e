// The connection as the person sees it, and how it goes from one state to the next. Pure.

import type { ErrorCode } from '../../functions/protocol.ts';

/** What went wrong: a code for the page's own language, a sentence where it has none better. A ChatError is one. */
export interface Problem {
  readonly code: ErrorCode;
  readonly message: string;
  /** When it ends by itself, where that is known: epoch milliseconds. */
  readonly until?: number | undefined;
}

/** Where somebody signs in: an app registration, and who issues its tokens. */
export interface SignIn {
  readonly clientId: string;
  readonly authority: string;
}

export type Link =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'online' }
  /** `until`: when the next attempt begins, in epoch milliseconds by our clock; absent while one is under way. */
  | { readonly kind: 'reconnecting'; readonly until?: number }
  /** Banned for a while, or the room is closed; retried slowly. */
  | { readonly kind: 'kept-out'; readonly problem: Problem }
  /** Sign-in is required, and we have none that counts; `signIn` where the functions said where. */
  | { readonly kind: 'signed-out'; readonly problem: Problem; readonly signIn: SignIn | undefined }
  /** Name or room cannot be used; not retried before the person does something. */
  | { readonly kind: 'refused'; readonly problem: Problem };

export type LinkEvent =
  | { readonly type: 'connecting' }
  /** The connection ended; `reason` only where the service gave one. */
  | { readonly type: 'disconnected'; readonly reason?: string }
  /** The next attempt begins at `until`. */
  | { readonly type: 'waiting'; readonly until: number }
  | { readonly type: 'kept-out' | 'refused'; readonly problem: Problem }
  | {
      readonly type: 'signed-out';
      readonly problem: Problem;
      readonly signIn: SignIn | undefined;
    };

export function nextLink(link: Link, event: LinkEvent): Link {
  switch (event.type) {
    case 'connecting':
      return trying(link);
    case 'disconnected':
      return { kind: 'reconnecting' };
    case 'waiting':
      return link.kind === 'reconnecting' ? { kind: 'reconnecting', until: event.until } : link;
    case 'kept-out':
    case 'refused':
      return { kind: event.type, problem: event.problem };
    case 'signed-out':
      return { kind: 'signed-out', problem: event.problem, signIn: event.signIn };
  }
}

function trying(link: Link): Link {
  switch (link.kind) {
    case 'connecting':
    case 'online':
    // Until it succeeds the person is told what the last attempt was told.
    case 'kept-out':
    case 'signed-out':
      return link;
    case 'reconnecting':
      return { kind: 'reconnecting' };
    case 'refused':
      return { kind: 'connecting' };
  }
}
