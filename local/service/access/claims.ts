// The claims of an access token: the user, and what the upstream gets of them.
// Source: azure-signalr, ClaimsUtility and the emulator's HttpContextExtensions. The long names are .NET's.

import type { JWTPayload } from 'jose';

const IDENTITY = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/';
const NAME_IDENTIFIER = `${IDENTITY}nameidentifier`;
const USER_ID = 'asrs.s.uid';
/** Claim with the seconds from the open transport to the handshake. The SDK sets it for slow clients. */
const HANDSHAKE_TIMEOUT = 'asrs.s.cht';
const LONGEST_HANDSHAKE_MS = 30_000;
/** Prefix of custom claims whose names are reserved. */
const CUSTOM_PREFIX = 'asrs.u.';

/** Short names in a token → the claim types that .NET, and so the service, reports. */
const CLAIM_TYPES: ReadonlyMap<string, string> = new Map([
  ['nameid', NAME_IDENTIFIER],
  ['sub', NAME_IDENTIFIER],
  ['unique_name', `${IDENTITY}name`],
  ['email', `${IDENTITY}emailaddress`],
  ['given_name', `${IDENTITY}givenname`],
  ['family_name', `${IDENTITY}surname`],
  ['upn', `${IDENTITY}upn`],
  ['role', 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role'],
  ['roles', 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role'],
]);

/** The user of a connection. Undefined for an anonymous one. */
export function toUserId(claims: JWTPayload): string | undefined {
  for (const type of [USER_ID, 'nameid', 'sub', NAME_IDENTIFIER]) {
    const value = claims[type];
    const first: unknown = Array.isArray(value) ? value[0] : value;
    if (typeof first === 'string' && first !== '') return first;
  }
  return undefined;
}

/** Time limit for this client's handshake: `usualMs` unless its token has another one, at most 30 s. */
export function toHandshakeMs(claims: JWTPayload, usualMs: number): number {
  const value = claims[HANDSHAKE_TIMEOUT];
  const ms = typeof value === 'string' || typeof value === 'number' ? Number(value) * 1_000 : 0;
  return ms > 0 ? Math.min(ms, LONGEST_HANDSHAKE_MS) : usualMs;
}

/** The header `X-ASRS-User-Claims`: every claim as `type: value`. A claim with several values appears several times. */
export function toClaimsHeader(claims: JWTPayload): string {
  return Object.entries(claims)
    .flatMap(([type, value]) => valuesOf(value).map((text) => `${toClaimType(type)}: ${text}`))
    .join(', ');
}

function toClaimType(type: string): string {
  if (type.startsWith(CUSTOM_PREFIX)) return type.slice(CUSTOM_PREFIX.length);
  return CLAIM_TYPES.get(type) ?? type;
}

function valuesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(valuesOf);
  if (value === undefined || value === null) return [];
  return [typeof value === 'string' ? value : JSON.stringify(value)];
}
