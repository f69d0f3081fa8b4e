// CORS for browsers. They send credentials, so the answer has to name the origin: `*` is not allowed.

import type { IncomingMessage } from 'node:http';

const METHODS = 'GET, POST, DELETE, OPTIONS';
/** Headers of the JavaScript client, for a preflight that names none. */
const HEADERS = 'authorization, content-type, x-requested-with, x-signalr-user-agent';

/** Headers for an answer. Empty for a request without an origin. */
export function toCorsHeaders({ headers }: IncomingMessage): [string, string][] {
  if (headers.origin === undefined) return [];
  return [
    ['Access-Control-Allow-Origin', headers.origin],
    ['Access-Control-Allow-Credentials', 'true'],
    ['Vary', 'Origin'],
  ];
}

/** Headers for the answer to a preflight. */
export function toPreflightHeaders({ headers }: IncomingMessage): [string, string][] {
  return [
    ['Access-Control-Allow-Methods', METHODS],
    ['Access-Control-Allow-Headers', headers['access-control-request-headers'] ?? HEADERS],
    // Seconds. Chromium allows at most two hours.
    ['Access-Control-Max-Age', '7200'],
  ];
}
