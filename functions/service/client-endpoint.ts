// Where a page finds the service.

import type { Settings } from '../settings.ts';

/**
 * The base URL of the service for the page that sent this request, e.g. `http://192.168.1.7:8888`. With `CHAT_SERVICE_AT_PAGE` it
 * has the page's own host name, because a machine in a network has several addresses, and each device knows it by another one.
 *
 * @param requestUrl its host is the caller's `Host` header
 */
export function findClientEndpoint(
  { signalR: { clientEndpoint }, serviceAtPage }: Pick<Settings, 'signalR' | 'serviceAtPage'>,
  requestUrl: string,
): string {
  if (!serviceAtPage || !URL.canParse(requestUrl)) return clientEndpoint;
  const { hostname } = new URL(requestUrl);
  // It becomes a part of the content security policy, where a semicolon would end a directive.
  if (!/^(?:[\w.-]+|\[[\da-f:.]+\])$/i.test(hostname)) return clientEndpoint;
  const endpoint = new URL(clientEndpoint);
  endpoint.hostname = hostname;
  return endpoint.href.replace(/\/+$/, '');
}
