// The connection as the person sees it, and its transitions. Pure.

import type { ErrorCode } from '../../functions/protocol.ts';

/** What went wrong. The page has its own sentence for most codes, and shows `message` for the others. */
export interface Problem {
  readonly code: ErrorCode;
  readonly message: string;
  /** When it ends by itself, if known. Epoch milliseconds. */
  readonly until?: number | undefined;
  /** A moderator's words for it. */
  readonly reason?: string | undefined;
  /** The person is a moderator who may open the closed room. */
  readonly mayOpen?: true | undefined;
}

/** How to sign in: an app registration, and the issuer of its tokens. */
export interface SignIn {
  readonly clientId: string;
  readonly authority: string;
}

export type ConnectionState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'online' }
  /** `until` is the start of the next attempt, in milliseconds since the page opened. Absent during an attempt. */
  | { readonly kind: 'reconnecting'; readonly until?: number }
  /** The user is banned for a while, or the room is closed. Retried slowly. */
  | { readonly kind: 'blocked'; readonly problem: Problem }
  /** Sign-in is required, and we have no valid token. `signIn` is what the functions answered. */
  | { readonly kind: 'signed-out'; readonly problem: Problem; readonly signIn: SignIn | undefined }
  /** Name or room cannot be used. Not retried until the person acts. */
  | { readonly kind: 'refused'; readonly problem: Problem };

export type ConnectionEvent =
  | { readonly type: 'connecting' }
  /** The connection ended. `reason` is present if the service gave one. */
  | { readonly type: 'disconnected'; readonly reason?: string }
  /** The next attempt starts at `until`. */
  | { readonly type: 'waiting'; readonly until: number }
  | { readonly type: 'blocked' | 'refused'; readonly problem: Problem }
  | {
      readonly type: 'signed-out';
      readonly problem: Problem;
      readonly signIn: SignIn | undefined;
    };

/**
 * Whether a moderator lets the person neither enter nor write: a ban or a closed room. What the person has written then stays
 * unsent until the person sends it: nobody wants it to appear by itself an hour later.
 */
export function isShutOut(connection: ConnectionState): boolean {
  if (connection.kind !== 'blocked') return false;
  const { code } = connection.problem;
  return code === 'banned' || code === 'room_closed';
}

/** The state after an event. */
export function nextConnectionState(
  connection: ConnectionState,
  event: ConnectionEvent,
): ConnectionState {
  switch (event.type) {
    case 'connecting':
      return whileConnecting(connection);
    case 'disconnected':
      return { kind: 'reconnecting' };
    case 'waiting':
      return connection.kind === 'reconnecting'
        ? { kind: 'reconnecting', until: event.until }
        : connection;
    case 'blocked':
    case 'refused':
      return { kind: event.type, problem: event.problem };
    case 'signed-out':
      return { kind: 'signed-out', problem: event.problem, signIn: event.signIn };
  }
}

function whileConnecting(connection: ConnectionState): ConnectionState {
  switch (connection.kind) {
    case 'connecting':
    case 'online':
    // Until an attempt succeeds, the page shows the answer of the last one.
    case 'blocked':
    case 'signed-out':
      return connection;
    case 'reconnecting':
      return { kind: 'reconnecting' };
    case 'refused':
      return { kind: 'connecting' };
  }
}
