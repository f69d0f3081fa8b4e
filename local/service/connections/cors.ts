// Browsers come from the page's origin, with credentials: the origin has to be named, `*` does not do.

import type { IncomingMessage } from 'node:http';

const METHODS = 'GET, POST, DELETE, OPTIONS';
/** What the JavaScript client sends, for a preflight that names none. */
const HEADERS = 'authorization, content-type, x-requested-with, x-signalr-user-agent';

export function toCorsHeaders({ headers }: IncomingMessage): [string, string][] {
  if (headers.origin === undefined) return [];
  return [
    ['Access-Control-Allow-Origin', headers.origin],
    ['Access-Control-Allow-Credentials', 'true'],
    ['Vary', 'Origin'],
  ];
}

export function toPreflightHeaders({ headers }: IncomingMessage): [string, string][] {
  return [
    ['Access-Control-Allow-Methods', METHODS],
    ['Access-Control-Allow-Headers', headers['access-control-request-headers'] ?? HEADERS],
    // Seconds. Chromium takes no more than two hours.
    ['Access-Control-Max-Age', '7200'],
  ];
}
