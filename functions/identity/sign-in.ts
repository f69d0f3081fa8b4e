// Finds out who a caller of the API is: a guest, or with required sign-in an account of Entra ID.

import type { Cookie, HttpRequest } from '@azure/functions';
import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import {
  ChatError,
  GUEST_HEADER,
  isUserId,
  lengthOf,
  MAX_NAME_LENGTH,
  parseName,
} from '../protocol.ts';
import type { AuthSettings } from '../settings.ts';
import { authorityOf, type KeysOf, readBearer, verifyEntraToken } from './entra-token.ts';
import { newGuest, noGuest, readGuest } from './guest.ts';
import type { GuestTokens } from './guest-token.ts';

interface User {
  readonly userId: string;
  /** The account's name. Guests choose their own. */
  readonly name: string | undefined;
  /** To set, so that a guest is the same next time. */
  readonly cookie: Cookie | undefined;
  /** Makes the token of a guest whose request has no cookie. Absent for everyone else. */
  readonly issueToken?: () => Promise<string>;
}

/** Throws ChatError `not_signed_in`, or `unavailable` if the token cannot be checked now. */
export type ReadUser = (request: HttpRequest) => Promise<User>;

/** `now` is for tests. */
export function openSignIn(
  settings: AuthSettings,
  keysOf: KeysOf,
  guestTokens: GuestTokens,
  now: () => number = Date.now,
): ReadUser {
  switch (settings.kind) {
    case 'guest':
      return (request) => toGuestUser(request, guestTokens);
    case 'entra': {
      const tenantKeys = keysOf(settings.tenant);
      return async (request) => toUser(await readClaims(request, settings, tenantKeys, now()));
    }
  }
}

/** The cookie decides. The token counts only without one, so it makes no guest another one. */
async function toGuestUser(request: HttpRequest, tokens: GuestTokens): Promise<User> {
  const { headers } = request;
  const known = readGuest(headers.get('cookie'), isSecure(request));
  if (isFromElsewhere(request)) {
    const { userId } = known ?? newGuest(isSecure(request));
    return { userId, name: undefined, cookie: undefined };
  }
  if (known) return { ...known, name: undefined };
  const returning = await tokens.read(headers.get(GUEST_HEADER));
  const { userId, cookie } =
    returning === undefined
      ? newGuest(isSecure(request))
      : // A new cookie would be another guest.
        { userId: returning, cookie: undefined };
  return { userId, name: undefined, cookie, issueToken: () => tokens.issue(userId) };
}

/** Cookies to set, so that the caller's browser forgets its guest. None for a page of another site. */
export function endedCookies(request: HttpRequest): Cookie[] {
  return isFromElsewhere(request) ? [] : noGuest(isSecure(request));
}

type Entra = Extract<AuthSettings, { kind: 'entra' }>;

async function readClaims(
  request: HttpRequest,
  { tenant, clientId, isBehindAppServiceAuth }: Entra,
  keys: JWTVerifyGetKey,
  now: number,
): Promise<JWTPayload> {
  const principal = request.headers.get('x-ms-client-principal');
  // Anyone can send this header if App Service Authentication does not strip it.
  if (isBehindAppServiceAuth && principal) return ofPerson(fromPrincipal(principal, tenant));
  const token = readBearer(request.headers.get('authorization'));
  if (!token) throw notSignedIn('there is no token');
  const expected = { tenant, issuers: [authorityOf(tenant)], audiences: [clientId] };
  const claims = await verifyEntraToken(token, expected, keys, now).catch((cause) => {
    if (cause instanceof ChatError) throw cause;
    throw notSignedIn('the token is not good, or has expired', cause);
  });
  return ofPerson(claims);
}

/**
 * Refuses the tokens that programs of the tenant get in their own name. A person's access token names a scope (`scp`). An ID
 * token names no client (`azp`, `appid`), and its `sub` is not the object id.
 * Source: learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
function ofPerson(claims: JWTPayload): JWTPayload {
  const { idtyp, sub, oid, scp, azp, appid } = claims;
  const isAccessToken = azp !== undefined || appid !== undefined;
  const isOfProgram =
    idtyp === 'app' || (isAccessToken && !scp) || (sub !== undefined && sub === oid);
  if (isOfProgram) throw notSignedIn('the token is of a program, not of a person');
  return claims;
}

/** Source: learn.microsoft.com/azure/app-service/configure-authentication-user-identities */
function fromPrincipal(header: string, tenant: string): JWTPayload {
  try {
    const { auth_typ, claims } = JSON.parse(Buffer.from(header, 'base64').toString('utf8'));
    const payload: JWTPayload = {};
    for (const { typ, val } of claims) payload[SHORT_CLAIMS.get(typ) ?? typ] ??= val;
    // Other providers of App Service may claim any tenant.
    if (auth_typ === ENTRA_PROVIDER && payload.tid === tenant) return payload;
  } catch {
    // Not written by App Service.
  }
  throw notSignedIn('the account is not of this tenant');
}

/** The name of Entra ID among the providers of App Service Authentication. */
const ENTRA_PROVIDER = 'aad';

const SHORT_CLAIMS = new Map([
  ['http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier', 'sub'],
  ['http://schemas.microsoft.com/identity/claims/scope', 'scp'],
  ['http://schemas.microsoft.com/identity/claims/objectidentifier', 'oid'],
  ['http://schemas.microsoft.com/identity/claims/tenantid', 'tid'],
]);

function toUser({ oid, name, preferred_username: email }: JWTPayload): User {
  const userId = `e-${oid}`;
  if (typeof oid !== 'string' || !isUserId(userId)) {
    throw notSignedIn('the account has no object id');
  }
  return {
    userId,
    name: toName(name) ?? toName(email) ?? 'Somebody',
    cookie: undefined,
  };
}

/** An account's name as a valid name. Undefined if no part of it is valid. */
function toName(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const shown =
    lengthOf(value) > MAX_NAME_LENGTH ? [...value].slice(0, MAX_NAME_LENGTH).join('') : value;
  try {
    return parseName(shown);
  } catch {
    return undefined;
  }
}

/**
 * Whether a page of another site sends the request. The browser leaves the guest's cookie out of such a request, and
 * would replace it by the new one. So any site's form could take a visitor's identity away.
 * Source: developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
 */
function isFromElsewhere({ headers }: HttpRequest): boolean {
  const site = headers.get('sec-fetch-site');
  return site === 'cross-site' || site === 'same-site';
}

/** TLS ends in front of the host, and this header says so. Each proxy of a chain appends its own protocol. */
function isSecure(request: HttpRequest): boolean {
  const [first = ''] = (request.headers.get('x-forwarded-proto') ?? '').split(',');
  return first.trim().toLowerCase() === 'https' || request.url.startsWith('https:');
}

function notSignedIn(reason: string, cause?: unknown): ChatError {
  return new ChatError('not_signed_in', `unable to let you in; ${reason}. Sign in.`, { cause });
}
