// The input binding signalRConnectionInfo: makes a client's URL and access token, without a request to the service.
// Source: azure-functions-signalrservice-extension, SignalRConnectionInfo; Azure/azure-signalr, ClaimsUtility.

import { signAccessToken } from '../../access-token.ts';
import { type ExpressionContext, resolveExpressions } from '../binding-expressions.ts';
import type { HostSettings } from '../settings.ts';
import type { BindingInfo } from '../worker/core-api.ts';
import { readServiceConnection, requireKey, type ServiceConnection } from './signalr-connection.ts';

export interface ConnectionInfoInput {
  readonly type: 'signalRConnectionInfo';
  readonly name: string;
  readonly connection: ServiceConnection;
  readonly hubName: string;
  readonly userId: string | undefined;
  readonly idToken: string | undefined;
  readonly claimTypes: readonly string[];
}

// Claims that every token has get this prefix. The service removes the prefix.
const RESERVED_CLAIMS = new Set('aud exp iat nbf iss actort acr azp c_hash jti nonce'.split(' '));
const CLAIM_PREFIX = 'asrs.u.';

/** Throws without a hub or a connection. */
export function parseConnectionInfoInput(
  name: string,
  binding: BindingInfo,
  settings: HostSettings,
): ConnectionInfoInput {
  const { hubName, userId, idToken, claimTypeList } = binding;
  if (typeof hubName !== 'string' || hubName === '') {
    throw new Error(`unable to load input ${name}; it has no hubName. Name the hub.`);
  }
  return {
    type: 'signalRConnectionInfo',
    name,
    connection: readServiceConnection(binding, settings),
    hubName,
    userId: typeof userId === 'string' ? userId : undefined,
    idToken: typeof idToken === 'string' ? idToken : undefined,
    claimTypes: Array.isArray(claimTypeList) ? claimTypeList.map(String) : [],
  };
}

/** The client's URL, and a token for an hour. Throws if the service has no key. */
export async function createConnectionInfo(
  input: ConnectionInfoInput,
  context: ExpressionContext,
): Promise<{ url: string; accessToken: string }> {
  const { accessKey, clientEndpoint, endpoint } = requireKey(input.connection);
  const resolve = (text: string | undefined) => text && resolveExpressions(text, context);
  const hub = encodeURIComponent(resolveExpressions(input.hubName, context).toLowerCase());
  const userId = resolve(input.userId);
  const claims = {
    ...copyClaims(resolve(input.idToken), input.claimTypes),
    ...(userId ? { 'asrs.s.uid': userId } : {}),
  };
  // The SDK omits the port from the audience.
  const { protocol, hostname } = new URL(endpoint);
  const audience = `${protocol}//${hostname}/client/?hub=${hub}`;
  return {
    url: `${clientEndpoint}/client/?hub=${hub}`,
    accessToken: signAccessToken(accessKey, audience, claims, context.now),
  };
}

/** Decodes the token without verifying it: App Service Authentication in front of the app has verified it. */
function copyClaims(
  idToken: string | undefined,
  types: readonly string[],
): Record<string, unknown> {
  if (!idToken || types.length === 0) return {};
  const payload = decodePayload(idToken);
  return Object.fromEntries(
    types
      .filter((type) => Object.hasOwn(payload, type))
      .map((type) => [RESERVED_CLAIMS.has(type) ? CLAIM_PREFIX + type : type, payload[type]]),
  );
}

function decodePayload(token: string): Record<string, unknown> {
  try {
    const part = token.split('.')[1] ?? '';
    const payload: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    if (typeof payload === 'object' && payload !== null) return payload as Record<string, unknown>;
  } catch {
    // The error follows below.
  }
  throw new Error(
    'unable to read idToken; it is no JWT. Send the token as the identity provider made it.',
  );
}
