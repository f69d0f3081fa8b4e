// Verifies an access token. Libraries verify asynchronously on another thread, which in a storm of connections costs more
// than everything else that a connection needs.
// Source: RFC 7515 (compact form), RFC 7518 3.2 (HMAC). The SDK signs HS256 or HS512, with the key taken as UTF-8 text.

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { JWTPayload } from 'jose';

/** .NET's default clock skew. The service does not document its own. */
const SKEW_SECONDS = 300;
const HASHES: Readonly<Record<string, string>> = { HS256: 'sha256', HS512: 'sha512' };

/** The reason why a token is not accepted. It contains nothing of the token. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
}

/** The claims of a token that one of the keys signed. Throws {@link TokenRefused}. */
export function verifySignature(token: string, keys: readonly string[]): JWTPayload {
  const [header, payload, signature, ...more] = token.split('.');
  if (!header || !payload || !signature || more.length > 0) throw noToken();
  const { alg, crit } = decodePart(header);
  const hash = typeof alg === 'string' && Object.hasOwn(HASHES, alg) ? HASHES[alg] : undefined;
  // `crit` names extensions that a verifier must support. We support none.
  if (hash === undefined || crit !== undefined) {
    throw new TokenRefused('it is signed with neither HS256 nor HS512');
  }
  const given = Buffer.from(signature, 'base64url');
  const isSigned = keys.some((key) => {
    const expected = createHmac(hash, key).update(`${header}.${payload}`).digest();
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
