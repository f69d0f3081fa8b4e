// Only our SignalR Service may call the hub's functions. No setting turns this check off.
//
//   with an access key   the service signs each request: X-ASRS-Signature holds `sha256=<hex HMAC-SHA256(key,
//                        connection id)>` for each of its keys
//   without              it sends a token of its managed identity, as `Authorization`. The host does not check it:
//                        with an identity the extension turns its own check off.
//
// Source: learn.microsoft.com/azure/azure-signalr/concept-upstream

import { createHmac, timingSafeEqual } from 'node:crypto';
import { errors, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { ChatError } from '../protocol.ts';
import type { UpstreamSettings } from '../settings.ts';
import {
  authorityOf,
  issuerOfVersion1,
  type KeysOf,
  readBearer,
  verifyEntraToken,
} from './entra-token.ts';

type UpstreamHeaders = Readonly<Record<string, unknown>> | null | undefined;

/**
 * Throws ChatError `bad_signature` unless the request is from our service, `bad_setting` if it has a token of our tenant that
 * does not fit the settings, or `unavailable` if it cannot be checked now. Only strangers cause the first, and no stranger
 * can cause the others.
 */
export type UpstreamCheck = (headers: UpstreamHeaders, connectionId: string) => Promise<void>;

/** `now` is for tests. */
export function openUpstreamCheck(
  settings: UpstreamSettings,
  keysOf: KeysOf,
  now: () => number = Date.now,
): UpstreamCheck {
  switch (settings.kind) {
    case 'signature':
      return async (headers, connectionId) =>
        verifySignature(headers, connectionId, settings.accessKey);
    case 'token': {
      const tenantKeys = keysOf(settings.tenant);
      return (headers) => verifyToken(headers, settings, tenantKeys, now());
    }
  }
}

function verifySignature(headers: UpstreamHeaders, connectionId: string, accessKey: string): void {
  const expected = createHmac('sha256', accessKey).update(connectionId).digest();
  const isOurs = signaturesIn(headers).some(
    (signature) => signature.length === expected.length && timingSafeEqual(signature, expected),
  );
  if (!isOurs) {
    throw notOurs(
      'none of its signatures is from our service',
      'AzureSignalRConnectionString holds one of its access keys',
    );
  }
}

async function verifyToken(
  headers: UpstreamHeaders,
  { tenant, audiences, objectId }: Extract<UpstreamSettings, { kind: 'token' }>,
  keys: JWTVerifyGetKey,
  now: number,
): Promise<void> {
  const remedy = 'the CHAT_UPSTREAM_ settings name our service and its tenant';
  // The documentation has both names for the header.
  const token =
    readBearer(headerOf(headers, 'authorization')) ??
    readBearer(headerOf(headers, 'authentication'));
  if (!token) throw notOurs('it brings no token', remedy);
  // The registration that the token is for chooses the version. learn.microsoft.com/entra/identity-platform/access-tokens
  const issuers = [issuerOfVersion1(tenant), authorityOf(tenant)];
  const expected = { tenant, issuers, audiences };
  const { oid } = await verifyEntraToken(token, expected, keys, now).catch((cause) => {
    if (cause instanceof ChatError) throw cause;
    const reason = `its token is not good (${String(cause)})`;
    throw notOurs(reason, remedy, cause, isOfTenant(cause, tenant) ? 'bad_setting' : undefined);
  });
  // Any identity of the tenant can get a token with this audience.
  if (oid !== objectId) {
    throw notOurs(
      'its token has an unexpected "oid" claim value',
      remedy,
      undefined,
      'bad_setting',
    );
  }
}

/** Whether Entra ID signed the token for our tenant, and only its purpose is another. */
function isOfTenant(cause: unknown, tenant: string): boolean {
  if (!(cause instanceof errors.JWTClaimValidationFailed)) return false;
  const { tid }: JWTPayload = cause.payload;
  return tid === tenant && (cause.claim === 'aud' || cause.claim === 'iss');
}

function signaturesIn(headers: UpstreamHeaders): Buffer[] {
  const value = headerOf(headers, 'x-asrs-signature');
  if (typeof value !== 'string') return [];
  return value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => /^sha256=[0-9a-f]{64}$/i.test(part))
    .map((part) => Buffer.from(part.slice('sha256='.length), 'hex'));
}

function headerOf(headers: UpstreamHeaders, wanted: string): unknown {
  return Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === wanted)?.[1];
}

function notOurs(
  reason: string,
  check: string,
  cause?: unknown,
  code: 'bad_signature' | 'bad_setting' = 'bad_signature',
): ChatError {
  return new ChatError(
    code,
    `unable to accept the upstream request; ${reason}. Check that ${check}.`,
    { cause },
  );
}
