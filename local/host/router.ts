// Routes a request: CORS, the host's own paths, functions by their routes, the home page, otherwise 404.

import { type AdminParts, answerAdmin } from './admin-api.ts';
import { answerPreflight, corsHeaders } from './http/cors.ts';
import { createHttpCaller, type HttpParts, toRouteTable } from './http/http-functions.ts';
import type { Handle, HostRequest, HostResponse } from './http/http-server.ts';
import type { Cors } from './settings.ts';
import { createWebhook, type WebhookParts } from './signalr/webhook.ts';

export interface RouterParts extends HttpParts, WebhookParts, AdminParts {
  readonly cors: Cors | undefined;
  readonly showsHomePage: boolean;
}

const NOT_FOUND: HostResponse = { status: 404 };

/** Throws if two functions have the same SignalR event. Routes that collide are reported in the log. */
export function createRouter(parts: RouterParts): Handle {
  const { cors } = parts;
  const routes = toRouteTable(parts);
  const answerWebhook = createWebhook(parts);
  const callFunction = createHttpCaller(parts);

  const route = async (request: HostRequest): Promise<HostResponse> => {
    const [first = '', ...rest] = request.path.replace(/^\//, '').split('/');
    if (/^admin$/i.test(first)) return answerAdmin(parts, request, rest);
    if (/^runtime$/i.test(first)) return answerWebhook(request, rest);
    const match = routes.match(request.method, request.path);
    if (match) return callFunction(request, match);
    return request.path === '/' ? homePage(parts.showsHomePage) : NOT_FOUND;
  };
  if (!cors) return route;
  return async (request) => {
    const preflight = answerPreflight(request, cors);
    if (preflight) return preflight;
    const response = await route(request);
    return { ...response, headers: [...(response.headers ?? []), ...corsHeaders(request, cors)] };
  };
}

/** For any method: the host answers `/` itself if no function does. */
function homePage(isShown: boolean): HostResponse {
  if (!isShown) return { status: 204 };
  return {
    status: 200,
    headers: [['content-type', 'text/html']],
    body: '<!doctype html><title>Functions</title><p>Your function app is up and running.</p>',
  };
}
