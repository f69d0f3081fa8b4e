// Keeps a guest whose browser returns no cookie one guest: adds the guest token to requests to our API. The token stays in
// memory, and on the device if that has storage. Negotiate gives a token only without a cookie, so most pages have none.

import { GUEST_HEADER } from '../../functions/protocol.ts';
import type { Memory } from '../device/memory.ts';

const KEY = 'chat.guest';

export interface GuestKeeper {
  readonly fetch: typeof fetch;
  /** Takes the guest's cookie away. Rejects if that is not known to have worked. */
  readonly forget: () => Promise<void>;
  /** Whether the guest ends with this page: the browser keeps neither cookies nor storage. */
  readonly isFleeting: () => boolean;
}

/** @param hasCookies whether the browser keeps cookies. A proxy may drop them all the same. */
export function keepGuest(
  fetcher: typeof fetch,
  device: Memory,
  origin: string,
  hasCookies: () => boolean,
): GuestKeeper {
  let token = device.read(KEY);
  let isFleeting = false;
  return {
    forget: async () => {
      const { ok, status } = await fetcher('api/guest', { method: 'DELETE' });
      if (!ok) throw new Error(`the answer is ${status}`);
    },
    isFleeting: () => isFleeting,
    fetch: async (input, init) => {
      const { origin: to, pathname } = new URL(String(input), origin);
      // The service, on another origin, must not get it.
      if (to !== origin) return fetcher(input, init);
      const sent = token;
      const headers = new Headers(init?.headers);
      if (sent !== undefined) headers.set(GUEST_HEADER, sent);
      const answer = await fetcher(input, { ...init, headers });
      // A late answer to an attempt that was given up is another guest's.
      if (answer.ok && pathname.endsWith('/negotiate') && token === sent) {
        token = answer.headers.get(GUEST_HEADER) ?? undefined;
        device.write(KEY, token);
        // If the device keeps the token, nothing is lost.
        isFleeting = device.read(KEY) !== token && (sent !== undefined || !hasCookies());
      }
      return answer;
    },
  };
}
