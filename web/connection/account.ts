// The part of sign-in that every page loads: what the device remembers, and what an account offers.
// entra.ts does the work with Entra. It is three times as large as the rest of the page, so it loads only when needed.

import { type Memory, readJson } from '../device/memory.ts';
import type { SignIn } from '../state/connection-state.ts';
import { parseSignIn } from './incoming.ts';

export interface Account {
  /** As the functions make it of the token. */
  readonly userId: string;
  readonly name: string;
  /** An ID token that stays valid for some minutes. Undefined if the person has to sign in again. */
  readonly token: () => Promise<string | undefined>;
  /** Calls `onSignedOut` when this device has no token any more. Then navigates away from the page. */
  readonly signOut: (onSignedOut: () => void) => Promise<void>;
}

/** The account of a person who has signed in, and a way to sign in for everyone else. */
export interface Gate {
  readonly account: Account | undefined;
  /** Navigates to the authority, which leads back to the page. */
  readonly signIn: () => Promise<void>;
}

const KEY = 'chat.sign-in';

/** The last sign-in on this device, so that a page knows how to sign in before it asks the server. */
export function rememberedSignIn(memory: Memory): SignIn | undefined {
  return readJson(memory, KEY, parseSignIn);
}

/** Undefined forgets it. */
export function rememberSignIn(memory: Memory, signIn: SignIn | undefined): void {
  memory.write(KEY, signIn && JSON.stringify(signIn));
}

/** A fetch that adds the account's token, if there is one, to requests to our API. */
export function withToken(
  fetcher: typeof fetch,
  token: () => Promise<string | undefined>,
): typeof fetch {
  return async (input, init) => {
    const bearer = await token();
    if (bearer === undefined) return fetcher(input, init);
    const headers = new Headers(init?.headers);
    headers.set('authorization', `Bearer ${bearer}`);
    return fetcher(input, { ...init, headers });
  };
}
