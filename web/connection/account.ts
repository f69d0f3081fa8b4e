// Signing in, as far as every page has it: what is remembered, and what an account offers. How it is done with Entra is in
// entra.ts, which is loaded only where it is needed, because it is three times as large as all the rest.

import { type Memory, readJson } from '../device/memory.ts';
import type { SignIn } from '../state/link.ts';
import { parseSignIn } from './incoming.ts';

export interface Account {
  readonly name: string;
  /** A token that is good for a while yet; undefined where the person has to sign in again. */
  readonly token: () => Promise<string | undefined>;
  /** Leaves the page. */
  readonly signOut: () => Promise<void>;
}

/** A way to sign in: who has already, and the door for who has not. */
export interface Gate {
  readonly account: Account | undefined;
  /** Leaves the page, and comes back to it. */
  readonly signIn: () => Promise<void>;
}

const KEY = 'chat.sign-in';

/** Where somebody signed in from this device, so that a page that is opened knows whom it has before it asks. */
export function rememberedSignIn(memory: Memory): SignIn | undefined {
  return readJson(memory, KEY, parseSignIn);
}

export function rememberSignIn(memory: Memory, signIn: SignIn | undefined): void {
  memory.write(KEY, signIn && JSON.stringify(signIn));
}

/** Requests to our API carry the account's token, where there is one. */
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
