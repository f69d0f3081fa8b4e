// Tokens that Microsoft Entra ID signed: those that SignalR Service sends upstream, and those of people who sign in.
// Source: learn.microsoft.com/entra/identity-platform/access-tokens#validate-tokens

import { createRemoteJWKSet, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';

export interface Expected {
  readonly tenant: string;
  /** Of version 1 tokens `https://sts.windows.net/<tenant>/`, of version 2 see {@link authorityOf}. */
  readonly issuer: string;
  readonly audience: string;
}

export const AUTHORITY_HOST = 'https://login.microsoftonline.com';
/** Clocks may differ by so much. */
const CLOCK_TOLERANCE_SECONDS = 300;

export function authorityOf(tenant: string): string {
  return `${AUTHORITY_HOST}/${tenant}/v2.0`;
}

/** The keys that the tenant signs with: fetched when first needed, kept, and asked for again, not often, on an unknown one. */
export function keysOf(tenant: string): JWTVerifyGetKey {
  const url = new URL(`${AUTHORITY_HOST}/${tenant}/discovery/v2.0/keys`);
  return createRemoteJWKSet(url, { timeoutDuration: 5_000, cooldownDuration: 30_000 });
}

/** The claims of a token that is good in every respect; throws, naming one that is not. */
export async function verifyEntraToken(
  token: string,
  { tenant, issuer, audience }: Expected,
  keys: JWTVerifyGetKey,
  now: number,
): Promise<JWTPayload> {
  const address = audience.replace(/\/$/, '');
  const { payload } = await jwtVerify(token, keys, {
    algorithms: ['RS256'],
    issuer,
    // Entra writes an audience that is an address with or without its last slash, and so may who configures it.
    audience: [address, `${address}/`],
    requiredClaims: ['exp', 'tid', 'oid'],
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    currentDate: new Date(now),
  });
  if (payload.tid !== tenant) throw new Error('unexpected "tid" claim value');
  return payload;
}

/** The token of an `Authorization` header. */
export function readBearer(header: unknown): string | undefined {
  if (typeof header !== 'string') return undefined;
  return /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(header.trim())?.[1];
}
