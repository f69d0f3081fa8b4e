// CORS from local.settings.json, as the middleware of ASP.NET Core applies it: any method, any header, listed origins.

import type { Cors } from '../settings.ts';
import type { HostRequest, HostResponse } from './http-server.ts';

type Headers = readonly (readonly [string, string])[];

/** The answer to a preflight request. Undefined for any other request. */
export function answerPreflight(request: HostRequest, cors: Cors): HostResponse | undefined {
  const method = request.headers.get('access-control-request-method');
  if (request.method !== 'OPTIONS' || !request.headers.has('origin') || method === undefined) {
    return undefined;
  }
  const allowed = corsHeaders(request, cors);
  if (!allowed.some(([name]) => name === 'access-control-allow-origin')) {
    return { status: 204, headers: allowed };
  }
  const asked = request.headers.get('access-control-request-headers');
  const headers: [string, string][] = [['access-control-allow-methods', method]];
  if (asked) headers.push(['access-control-allow-headers', asked]);
  return { status: 204, headers: [...allowed, ...headers] };
}

/** The CORS headers of a response to a page of that origin. */
export function corsHeaders(request: HostRequest, cors: Cors): Headers {
  const origin = request.headers.get('origin');
  if (origin === undefined) return [];
  if (cors.origins.includes('*')) return [['access-control-allow-origin', '*']];
  const vary = ['vary', 'Origin'] as const;
  if (!cors.origins.some((listed) => listed.toLowerCase() === origin.toLowerCase())) return [vary];
  const headers: [string, string][] = [['access-control-allow-origin', origin]];
  if (cors.allowsCredentials) headers.push(['access-control-allow-credentials', 'true']);
  return [...headers, vary];
}
