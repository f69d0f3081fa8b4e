// A guest wants to be forgotten on this device. Scripts cannot remove the cookie, because it is HttpOnly.

import type { HttpRequest } from '@azure/functions';
import { endedCookies } from '../identity/sign-in.ts';
import type { HttpAnswer } from './http-function.ts';

/** `DELETE /api/guest`. 204, also for somebody without a cookie. */
export async function forget(request: HttpRequest): Promise<HttpAnswer> {
  return { status: 204, cookies: endedCookies(request) };
}
