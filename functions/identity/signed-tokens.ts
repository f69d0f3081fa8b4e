// The app's own tokens: JWTs, signed with the key that all instances share. `jose` signs and verifies.
//
// A process verifies a token once and remembers its claims, because every event of a connection carries the same ticket.
// The memory is safe: its key is the whole token, and a process reads the signing key once.

import type { webcrypto } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { BoundedMap } from '../bounded-map.ts';
import type { SigningKey } from './signing-key.ts';

const ALGORITHM = 'HS256';
/** As many tickets as one instance has open connections. A ticket has about 300 characters. */
const MOST_REMEMBERED = 2_000;

interface Verified {
  readonly claims: JWTPayload;
  /** False after the token's end. */
  readonly isFresh: boolean;
}

/** The tokens of one audience, so that a token of one kind never stands for another kind. */
export class SignedTokens {
  readonly #key: SigningKey;
  readonly #audience: string;
  readonly #now: () => number;
  readonly #verified = new BoundedMap<JWTPayload>(MOST_REMEMBERED);

  /** @param now epoch ms */
  constructor(key: SigningKey, audience: string, now: () => number) {
    this.#key = key;
    this.#audience = audience;
    this.#now = now;
  }

  /** A token with these claims that ends after `lifetime` seconds. Rejects with `TableUnavailable`. */
  async sign(claims: JWTPayload, lifetime: number): Promise<string> {
    const exp = Math.floor(this.#now() / 1_000) + lifetime;
    const signed = { ...claims, aud: this.#audience, exp };
    const key = await this.#key.read();
    const token = await new SignJWT(signed).setProtectedHeader({ alg: ALGORITHM }).sign(key);
    this.#verified.set(token, signed);
    return token;
  }

  /** The claims of a token of ours, also of an expired one. Undefined for any other text. Rejects with `TableUnavailable`. */
  async verify(token: string): Promise<Verified | undefined> {
    const claims = this.#verified.get(token) ?? (await this.#read(token, await this.#key.read()));
    if (claims?.exp === undefined) return undefined;
    this.#verified.set(token, claims);
    return { claims, isFresh: claims.exp > Math.floor(this.#now() / 1_000) };
  }

  async #read(token: string, key: webcrypto.CryptoKey): Promise<JWTPayload | undefined> {
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: [ALGORITHM],
        audience: this.#audience,
        requiredClaims: ['exp'],
        currentDate: new Date(this.#now()),
      });
      return payload;
    } catch (error) {
      // At this point its signature and audience are valid.
      return error instanceof errors.JWTExpired ? error.payload : undefined;
    }
  }
}
