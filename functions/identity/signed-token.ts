// Signs and verifies the app's own tokens. A library signs asynchronously on another thread, which in a storm of connections
// costs more than everything else that a token needs.
// Source: RFC 7515 (compact form), RFC 7518 3.2 (HMAC), RFC 7519 4.1 (claims).

import { createHmac, timingSafeEqual } from 'node:crypto';

/** `exp` is in seconds since the epoch. */
export interface Claims {
  readonly [name: string]: unknown;
  readonly aud: string;
  readonly exp: number;
}

/** The only header of our tokens. So no token chooses how it is verified. */
const HEADER = encode({ alg: 'HS256' });

/** A JWT, signed with HS256. */
export function signToken(claims: Claims, key: Uint8Array | string): string {
  const content = `${HEADER}.${encode(claims)}`;
  return `${content}.${sign(content, key)}`;
}

/** The claims of a token that the key signed for the audience, also of an expired one. Undefined for any other text. */
export function readToken(
  token: string,
  key: Uint8Array | string,
  audience: string,
): Claims | undefined {
  const [header, payload, signature, ...more] = token.split('.');
  if (header !== HEADER || !payload || !signature || more.length > 0) return undefined;
  const given = Buffer.from(signature);
  const expected = Buffer.from(sign(`${header}.${payload}`, key));
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const claims: Claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  return claims.aud === audience && typeof claims.exp === 'number' ? claims : undefined;
}

/** @param now epoch ms */
export function isExpired({ exp }: Claims, now: number): boolean {
  return exp <= Math.floor(now / 1_000);
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function sign(content: string, key: Uint8Array | string): string {
  return createHmac('sha256', key).update(content).digest('base64url');
}
