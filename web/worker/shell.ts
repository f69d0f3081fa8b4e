// Decides how the service worker handles a request. Pure.

import { pathBelow } from '../device/names.ts';

export type Handling =
  /** Not handled: the API, other origins, and requests that are not for the page. */
  | 'leave'
  /** The page itself: from the network if it gives a good answer in time, so that nobody sees an old version, else the copy. */
  | 'page'
  /** A file of the page, handled in the same way. */
  | 'file'
  /** A part whose name changes with its contents: the copy, else from the network. */
  | 'part';

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly mode: string;
}

/** `base` is the address of the chat, with a slash at its end. */
export function handlingOf({ method, url, mode }: Asked, base: string): Handling {
  const path = pathBelow(base, url);
  if (method !== 'GET' || path === undefined || path.startsWith('/api/')) return 'leave';
  if (mode === 'navigate') return isPage(path) ? 'page' : 'leave';
  return path.startsWith('/chunk-') ? 'part' : 'file';
}

/** Whether the path is the address of a room or of a message. */
export function isPage(path: string): boolean {
  return path === '/' || /^\/r\/[^/]+(?:\/\d{0,15})?$/.test(path);
}

/**
 * The stored copy for a page, relative to the chat's address. Each depth of address has its own, because the page says how
 * far above it the chat's address is.
 */
export function copyOf(path: string): string {
  return path === '/' ? './' : /^\/r\/[^/]+\//.test(path) ? 'r/-/' : 'r/-';
}
