import { ifPossible } from './if-possible.ts';

/** Whether the page can keep a cookie. `navigator.cookieEnabled` is true in a Chromium that blocks all cookies. */
export function hasCookies(): boolean {
  const isKept = ifPossible(() => {
    write('probe=1');
    return document.cookie.includes('probe=1');
  });
  ifPossible(() => write('probe=;max-age=0'));
  return isKept ?? false;
}

function write(cookie: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: not every browser has the Cookie Store API, and it needs https
  document.cookie = cookie;
}
