// The guest token: a signed user id, for a guest whose browser returns no cookie. The page keeps it and sends it with its
// next calls, so that it stays one guest. It holds the public user id and not the cookie's secret, and it expires.

import { isExpired, readToken, signToken } from './signed-token.ts';
import type { SigningKey } from './signing-key.ts';

/** A page without cookies stays the same guest if it comes back within this time. Every negotiate renews it. */
export const GUEST_TOKEN_LIFETIME_SECONDS = 30 * 24 * 60 * 60;

// Differs from the audience of tickets, so neither can stand for the other.
const AUDIENCE = 'guest';

export class GuestTokens {
  readonly #key: SigningKey;
  readonly #now: () => number;

  constructor(key: SigningKey, now: () => number = Date.now) {
    this.#key = key;
    this.#now = now;
  }

  async issue(userId: string): Promise<string> {
    const seconds = Math.floor(this.#now() / 1_000);
    const exp = seconds + GUEST_TOKEN_LIFETIME_SECONDS;
    return signToken({ sub: userId, aud: AUDIENCE, exp }, await this.#key.read());
  }

  /** The guest's user id. Undefined for anything but a token of ours that has not expired. */
  async read(token: string | null): Promise<string | undefined> {
    if (!token) return undefined;
    const claims = readToken(token, await this.#key.read(), AUDIENCE);
    if (!claims || isExpired(claims, this.#now())) return undefined;
    return typeof claims.sub === 'string' ? claims.sub : undefined;
  }
}
