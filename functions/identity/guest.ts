// Guests: people who have not signed in. Each browser keeps a secret in a cookie that scripts cannot read. The user id is
// the hash of the secret, so everyone may see the id and nobody can take it over.

import { createHash, randomBytes } from 'node:crypto';
import type { Cookie } from '@azure/functions';

const GUEST_COOKIE = 'guest';
/** For https. Browsers accept this prefix from the exact host only, so no sibling domain can set it. */
const SECURE_GUEST_COOKIE = '__Host-guest';
const COOKIE_LIFETIME_SECONDS = 400 * 24 * 60 * 60;

export interface Guest {
  readonly userId: string;
  /** To set, so that the browser is the same guest next time. */
  readonly cookie: Cookie;
}

/** The guest of a `Cookie` header. Undefined without a valid cookie. */
export function readGuest(cookieHeader: string | null, isSecure: boolean): Guest | undefined {
  const secret =
    readSecret(cookieHeader, isSecure ? SECURE_GUEST_COOKIE : GUEST_COOKIE) ??
    // Guests of 0.1.0 have this cookie over https, too. It counts only if they do not have the new one.
    readSecret(cookieHeader, GUEST_COOKIE);
  return secret === undefined ? undefined : toGuest(secret, isSecure);
}

/** Somebody who has not been here before. */
export function newGuest(isSecure: boolean): Guest {
  return toGuest(randomBytes(16).toString('base64url'), isSecure);
}

function toGuest(secret: string, isSecure: boolean): Guest {
  const hash = createHash('sha256').update(`guest ${secret}`).digest('base64url');
  return { userId: `g-${hash.slice(0, 16)}`, cookie: toCookie(secret, isSecure) };
}

function toCookie(value: string, isSecure: boolean): Cookie {
  return {
    name: isSecure ? SECURE_GUEST_COOKIE : GUEST_COOKIE,
    value,
    path: '/',
    maxAge: COOKIE_LIFETIME_SECONDS,
    httpOnly: true,
    sameSite: 'Lax',
    secure: isSecure,
  };
}

/** Cookies to set, so that the browser forgets its guest. */
export function noGuest(isSecure: boolean): Cookie[] {
  const ended = { ...toCookie('', isSecure), maxAge: 0, expires: new Date(0) };
  // Over https a guest of 0.1.0 has both.
  return isSecure ? [ended, { ...ended, name: GUEST_COOKIE }] : [ended];
}

function readSecret(cookieHeader: string | null, name: string): string | undefined {
  return new RegExp(`(?:^|;\\s*)${name}=([\\w-]{22})(?:;|$)`).exec(cookieHeader ?? '')?.[1];
}
