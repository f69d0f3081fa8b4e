// The guest token: a signed user id, for a guest whose browser returns no cookie. The page keeps it and sends it with its
// next calls, so that it stays one guest. It holds the public user id and not the cookie's secret, and it expires.

import { jwtVerify, SignJWT } from 'jose';
import type { SigningKey } from './signing-key.ts';

/** A page without cookies stays the same guest if it comes back within this time. Every negotiate renews it. */
export const GUEST_TOKEN_LIFETIME_SECONDS = 30 * 24 * 60 * 60;

const ALGORITHM = 'HS256';
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
    return new SignJWT()
      .setProtectedHeader({ alg: ALGORITHM })
      .setSubject(userId)
      .setAudience(AUDIENCE)
      .setExpirationTime(seconds + GUEST_TOKEN_LIFETIME_SECONDS)
      .sign(await this.#key.read());
  }

  /** The guest's user id. Undefined for anything but a token of ours that has not expired. */
  async read(token: string | null): Promise<string | undefined> {
    if (!token) return undefined;
    const key = await this.#key.read();
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: [ALGORITHM],
        audience: AUDIENCE,
        requiredClaims: ['exp', 'sub'],
        currentDate: new Date(this.#now()),
      });
      return payload.sub;
    } catch {
      return undefined;
    }
  }
}
