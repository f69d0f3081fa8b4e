// Verifies an access token. Libraries verify asynchronously on another thread, which in a storm of connections costs more
// than everything else that a connection needs.
// Source: RFC 7515 (compact form), RFC 7518 3.2 (HMAC). The SDK signs HS256 or HS512, with the key taken as UTF-8 text.

import { hash, timingSafeEqual } from 'node:crypto';
import type { JWTPayload } from 'jose';

/** .NET's default clock skew. The service does not document its own. */
const SKEW_SECONDS = 300;
const HASHES = { HS256: 'sha256', HS512: 'sha512' } as const;
type Hash = (typeof HASHES)[keyof typeof HASHES];
const BLOCK_BYTES: Readonly<Record<Hash, number>> = { sha256: 64, sha512: 128 };

/** The HMAC of a text under one key. */
export type Mac = (algorithm: Hash, text: string) => Buffer;

/** The reason why a token is not accepted. It contains nothing of the token. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
}

/**
 * HMAC by two plain hashes (RFC 2104). `createHmac` makes an object outside of JavaScript's memory for each token, which costs a
 * storm of connections more than the hash itself, and the garbage collector again.
 */
export function newMac(key: string): Mac {
  const paddings = new Map<Hash, readonly [inner: Buffer, outer: Buffer]>();
  return (algorithm, text) => {
    const known = paddings.get(algorithm) ?? toPaddings(algorithm, key);
    paddings.set(algorithm, known);
    const [inner, outer] = known;
    const digest = hash(algorithm, Buffer.concat([inner, Buffer.from(text)]), 'buffer');
    return hash(algorithm, Buffer.concat([outer, digest]), 'buffer');
  };
}

function toPaddings(algorithm: Hash, key: string): readonly [inner: Buffer, outer: Buffer] {
  const bytes = Buffer.from(key);
  const block = Buffer.alloc(BLOCK_BYTES[algorithm]);
  (bytes.length > block.length ? hash(algorithm, bytes, 'buffer') : bytes).copy(block);
  return [block.map((byte) => byte ^ 0x36) as Buffer, block.map((byte) => byte ^ 0x5c) as Buffer];
}

/** The header of the last token, because nearly all tokens have the same one. */
let lastHeader: { readonly part: string; readonly algorithm: Hash } | undefined;

/** The claims of a token that one of the keys signed. Throws {@link TokenRefused}. */
export function verifySignature(token: string, macs: readonly Mac[]): JWTPayload {
  const [header, payload, signature, ...more] = token.split('.');
  if (!header || !payload || !signature || more.length > 0) throw noToken();
  if (lastHeader?.part !== header) lastHeader = { part: header, algorithm: toAlgorithm(header) };
  const { algorithm } = lastHeader;
  const given = Buffer.from(signature, 'base64url');
  const isSigned = macs.some((mac) => {
    const expected = mac(algorithm, `${header}.${payload}`);
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  if (!isSigned) throw new TokenRefused('it was signed with another access key');
  return decodePart(payload);
}

/** Throws {@link TokenRefused} for a token that has expired, is not valid yet, or never expires. */
export function verifyTime({ exp, nbf }: JWTPayload, now: number): void {
  const seconds = now / 1_000;
  if (typeof exp !== 'number' || (nbf !== undefined && typeof nbf !== 'number')) {
    throw new TokenRefused('its exp is missing, or its exp or nbf is no number');
  }
  if (exp + SKEW_SECONDS <= seconds) throw new TokenRefused('it has expired');
  if (nbf !== undefined && nbf - SKEW_SECONDS > seconds) {
    throw new TokenRefused('its nbf lies in the future');
  }
}

/** Throws {@link TokenRefused} for a header that names another algorithm. */
function toAlgorithm(header: string): Hash {
  const { alg, crit } = decodePart(header);
  // `crit` names extensions that a verifier must support. We support none.
  if ((alg !== 'HS256' && alg !== 'HS512') || crit !== undefined) {
    throw new TokenRefused('it is signed with neither HS256 nor HS512');
  }
  return HASHES[alg];
}

function decodePart(part: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Reported below.
  }
  throw noToken();
}

function noToken(): TokenRefused {
  return new TokenRefused('it is no JSON web token');
}
