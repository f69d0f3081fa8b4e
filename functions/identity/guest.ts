// Guests: people who have not signed in. Each browser keeps a secret in a cookie that scripts can't read; the
// user id is its hash, so that everybody may see the id and nobody can become its owner.

import { createHash, randomBytes } from 'node:crypto';
import type { Cookie } from '@azure/functions';

const GUEST_COOKIE = 'guest';
/** Over https. A browser takes such a name from this very host only, so no sibling domain can set it. */
const SECURE_GUEST_COOKIE = '__Host-guest';
const COOKIE_LIFETIME_SECONDS = 400 * 24 * 60 * 60;

export interface Guest {
  readonly userId: string;
  /** To be set, so that the browser is the same guest next time. */
  readonly cookie: Cookie;
}

/** The guest of that `Cookie` header, or a new one. */
export function readGuest(cookieHeader: string | null, isSecure: boolean): Guest {
  const name = isSecure ? SECURE_GUEST_COOKIE : GUEST_COOKIE;
  const secret =
    readSecret(cookieHeader, name) ??
    // Guests of 0.1.0 have this one over https, too. It counts only as long as they have no other.
    readSecret(cookieHeader, GUEST_COOKIE) ??
    randomBytes(16).toString('base64url');
  const hash = createHash('sha256').update(`guest ${secret}`).digest('base64url');
  return {
    userId: `g-${hash.slice(0, 16)}`,
    cookie: {
      name,
      value: secret,
      path: '/',
      maxAge: COOKIE_LIFETIME_SECONDS,
      httpOnly: true,
      sameSite: 'Lax',
      secure: isSecure,
    },
  };
}

function readSecret(cookieHeader: string | null, name: string): string | undefined {
  return new RegExp(`(?:^|;\\s*)${name}=([\\w-]{22})(?:;|$)`).exec(cookieHeader ?? '')?.[1];
}
