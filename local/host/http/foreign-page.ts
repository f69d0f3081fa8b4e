// Whether a request may come from a web page of another site. A host without keys is open to every program of this machine,
// as with Core Tools. It must not be open to every page in the developer's browser.

import { isIP } from 'node:net';
import type { Cors } from '../settings.ts';
import type { HostRequest } from './http-server.ts';

export function isForeignPage({ headers, url }: HostRequest, cors: Cors | undefined): boolean {
  // A foreign page has "our own" origin if its owner lets its name resolve to this machine (DNS rebinding).
  if (!isLocalName(url.hostname)) return true;
  const origin = headers.get('origin');
  if (origin !== undefined && cors?.origins.some((listed) => isSameText(listed, origin)))
    return false;
  if (origin !== undefined && hostOf(origin) !== url.host) return true;
  // A link, a form or an image sends this header and no Origin. Programs send neither.
  const site = headers.get('sec-fetch-site');
  return site === 'cross-site' || site === 'same-site';
}

/** Names that no page on the internet can have: addresses, names without a dot, and names reserved for local networks. */
function isLocalName(hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, '');
  return (
    isIP(address) !== 0 ||
    !hostname.includes('.') ||
    /\.(localhost|local|internal)$/i.test(hostname)
  );
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

function isSameText(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
