// Verifies tokens of Microsoft Entra ID: those that SignalR Service sends upstream, and those of people who sign in.
// Source: learn.microsoft.com/entra/identity-platform/access-tokens#validate-tokens

import { type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';

export interface Expected {
  readonly tenant: string;
  /** Any of them will do: {@link issuerOfVersion1}, or {@link authorityOf} for version 2. */
  readonly issuers: readonly string[];
  /** Any of them will do. */
  readonly audiences: readonly string[];
}

export const AUTHORITY_HOST = 'https://login.microsoftonline.com';
/** Maximum difference between clocks. */
const CLOCK_TOLERANCE_SECONDS = 300;

/** The issuer of version 2 tokens, and the address for sign-in. */
export function authorityOf(tenant: string): string {
  return `${AUTHORITY_HOST}/${tenant}/v2.0`;
}

/**
 * The issuer of version 1 tokens.
 * Source: learn.microsoft.com/entra/identity-platform/access-tokens
 */
export function issuerOfVersion1(tenant: string): string {
  return `https://sts.windows.net/${tenant}/`;
}

/** Finds the keys of a tenant, see tenant-keys.ts. */
export type KeysOf = (tenant: string) => JWTVerifyGetKey;

/** The claims of a valid token. Throws an error that names an invalid claim, or what `keys` throws. */
export async function verifyEntraToken(
  token: string,
  { tenant, issuers, audiences }: Expected,
  keys: JWTVerifyGetKey,
  now: number,
): Promise<JWTPayload> {
  const { payload } = await jwtVerify(token, keys, {
    algorithms: ['RS256'],
    issuer: [...issuers],
    // An audience that is a URL may or may not have a trailing slash, in Entra and in the settings.
    audience: audiences
      .map((audience) => audience.replace(/\/$/, ''))
      .flatMap((address) => [address, `${address}/`]),
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
