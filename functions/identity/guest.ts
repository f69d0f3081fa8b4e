// Guests: people who have not signed in. Each browser keeps a secret in a cookie that scripts can't read; the
// user id is its hash, so that everybody may see the id and nobody can become its owner.

import { createHash, randomBytes } from 'node:crypto';
import type { Cookie } from '@azure/functions';

export const GUEST_COOKIE = 'guest';
const COOKIE_LIFETIME_SECONDS = 400 * 24 * 60 * 60;

export interface Guest {
  readonly userId: string;
  /** To be set, so that the browser is the same guest next time. */
  readonly cookie: Cookie;
}

/** The guest of that `Cookie` header, or a new one. */
export function readGuest(cookieHeader: string | null, isSecure: boolean): Guest {
  const [, known] = /(?:^|;\s*)guest=([\w-]{22})(?:;|$)/.exec(cookieHeader ?? '') ?? [];
  const secret = known ?? randomBytes(16).toString('base64url');
  const hash = createHash('sha256').update(`guest ${secret}`).digest('base64url');
  return {
    userId: `g-${hash.slice(0, 16)}`,
    cookie: {
      name: GUEST_COOKIE,
      value: secret,
      path: '/',
      maxAge: COOKIE_LIFETIME_SECONDS,
      httpOnly: true,
      sameSite: 'Lax',
      secure: isSecure,
    },
  };
}
