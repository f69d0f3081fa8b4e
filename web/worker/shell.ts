// What the service worker does with a request. Pure.

export type Handling =
  /** None of its business: the API, other origins, what is not fetched to be shown. */
  | 'leave'
  /** The page itself: from the network while that answers soon, so that nobody sees an old one; else as it was kept. */
  | 'page'
  /** A file of the page, likewise. */
  | 'file'
  /** A part whose name changes with its contents: as it was kept, else from the network. */
  | 'part';

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly mode: string;
}

export function handlingOf({ method, url, mode }: Asked, origin: string): Handling {
  const { origin: of, pathname } = new URL(url);
  if (method !== 'GET' || of !== origin || pathname.startsWith('/api/')) return 'leave';
  if (mode === 'navigate') return pathname === '/' || isRoom(pathname) ? 'page' : 'leave';
  return pathname.startsWith('/chunk-') ? 'part' : 'file';
}

const isRoom = (pathname: string) => /^\/r\/[^/]+\/?$/.test(pathname);
