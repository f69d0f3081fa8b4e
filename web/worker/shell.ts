// Decides how the service worker handles a request. Pure.

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

/** `origin` is that of the page. */
export function handlingOf({ method, url, mode }: Asked, origin: string): Handling {
  const { origin: of, pathname } = new URL(url);
  if (method !== 'GET' || of !== origin || pathname.startsWith('/api/')) return 'leave';
  if (mode === 'navigate') return isPage(pathname) ? 'page' : 'leave';
  return pathname.startsWith('/chunk-') ? 'part' : 'file';
}

/** Whether the path is the address of a room. */
export function isPage(pathname: string): boolean {
  return pathname === '/' || /^\/r\/[^/]+\/?$/.test(pathname);
}
