// The guest token: a signed user id, for a guest whose browser returns no cookie. The page keeps it and sends it with its
// next calls, so that it stays one guest. It holds the public user id and not the cookie's secret, and it expires.

import { SignedTokens } from './signed-tokens.ts';
import type { SigningKey } from './signing-key.ts';

/** A page without cookies stays the same guest if it comes back within this time. Every negotiate renews it. */
export const GUEST_TOKEN_LIFETIME_SECONDS = 30 * 24 * 60 * 60;

// Differs from the audience of tickets, so neither can stand for the other.
const AUDIENCE = 'guest';

/** Issues and reads guest tokens. The caller decides who gets one, and when one counts. */
export class GuestTokens {
  readonly #tokens: SignedTokens;

  constructor(key: SigningKey, now: () => number = Date.now) {
    this.#tokens = new SignedTokens(key, AUDIENCE, now);
  }

  async issue(userId: string): Promise<string> {
    return this.#tokens.sign({ sub: userId }, GUEST_TOKEN_LIFETIME_SECONDS);
  }

  /** The guest's user id. Undefined for anything but a token of ours that has not expired. */
  async read(token: string | null): Promise<string | undefined> {
    if (!token) return undefined;
    const verified = await this.#tokens.verify(token);
    return verified?.isFresh ? verified.claims.sub : undefined;
  }
}
