// Connection strings and access tokens of Azure SignalR Service, for the emulator, which verifies tokens, and the embedded
// host, which signs them.
// Source: Azure/azure-signalr, Microsoft.Azure.SignalR.Common (ConnectionStringParser, AuthUtility).

import { createHmac } from 'node:crypto';
import type { JWTPayload } from 'jose';

/** The official emulator's key. It is public. */
export const EMULATOR_KEY = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGH';
/** The official emulator's port. */
export const EMULATOR_PORT = 8888;

export interface SignalRConnection {
  /** The address for which tokens are signed. Requests go to the two others, which may lead through a proxy. */
  readonly endpoint: string;
  /** Base URL of REST calls, e.g. `http://localhost:8888`, without a trailing slash. */
  readonly serverEndpoint: string;
  /** Base URL for clients. It is the same unless a reverse proxy is in between. */
  readonly clientEndpoint: string;
  readonly accessKey: string;
}

/** Parses `Endpoint=…;Port=…;AccessKey=…;Version=1.0;`. Throws an error that names the invalid part. */
export function parseConnectionString(text: string): SignalRConnection {
  const parts = new Map<string, string>();
  for (const item of text.split(';')) {
    const equals = item.indexOf('=');
    if (equals < 0) continue;
    const key = item.slice(0, equals).trim().toLowerCase();
    if (parts.has(key)) throw unusable(`it has ${key} twice`);
    parts.set(key, item.slice(equals + 1).trim());
  }
  const accessKey = parts.get('accesskey');
  if (!accessKey) throw unusable('it has no AccessKey');
  const port = parts.get('port');
  if (port !== undefined && !(Number(port) >= 1 && Number(port) <= 65535)) {
    throw unusable('its Port is not a number from 1 to 65535');
  }
  const endpoint = toEndpoint(parts.get('endpoint'), port);
  if (!endpoint) throw unusable('its Endpoint is not an absolute http or https address');
  return {
    endpoint,
    serverEndpoint: toEndpoint(parts.get('serverendpoint')) ?? endpoint,
    clientEndpoint: toEndpoint(parts.get('clientendpoint')) ?? endpoint,
    accessKey,
  };
}

/** The inverse of {@link parseConnectionString}. */
export function toConnectionString(endpoint: string, port: number, accessKey: string): string {
  return `Endpoint=${endpoint};Port=${port};AccessKey=${accessKey};Version=1.0;`;
}

/**
 * Signs an access token (HS256, the key taken as UTF-8 text, never decoded). Without a library, so that the emulator loads none
 * at its start.
 *
 * @param audience the URL that the token opens. The service ignores its port and query
 * @param claims further claims. The user id is `asrs.s.uid`
 */
export function signAccessToken(
  accessKey: string,
  audience: string,
  claims: JWTPayload,
  now: number,
  lifetimeSeconds = 3_600,
): string {
  const seconds = Math.floor(now / 1_000);
  const times = { iat: seconds, nbf: seconds, exp: seconds + lifetimeSeconds };
  const parts = [
    { alg: 'HS256', typ: 'JWT' },
    { ...claims, aud: audience, ...times },
  ];
  const signed = parts
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${signed}.${createHmac('sha256', accessKey).update(signed).digest('base64url')}`;
}

function toEndpoint(text: string | undefined, port?: string): string | undefined {
  if (!text || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  if (port !== undefined) url.port = port;
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function unusable(reason: string): Error {
  return new Error(
    `unable to use the SignalR connection string; ${reason}. Copy it again from the service or the emulator's first line.`,
  );
}
