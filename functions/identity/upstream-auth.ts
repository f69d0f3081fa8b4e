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
import type { UpstreamRefusal } from '../activity.ts';
import { BoundedMap } from '../bounded-map.ts';
import { ChatError } from '../protocol.ts';
import type { UpstreamSettings } from '../settings.ts';
import {
  authorityOf,
  issuerOfVersion1,
  type KeysOf,
  readBearer,
  verifyEntraToken,
} from './entra-token.ts';

/** As many as one instance has open connections. */
const MOST_REMEMBERED = 2_000;

type UpstreamHeaders = Readonly<Record<string, unknown>> | null | undefined;

/**
 * Throws ChatError `bad_signature` unless the request is from our service, `bad_setting` if it has a token of our tenant that
 * does not fit the settings, or `unavailable` if it cannot be checked now. Only strangers cause the first, and no stranger
 * can cause the others.
 */
export type UpstreamCheck = (headers: UpstreamHeaders, connectionId: string) => Promise<void>;

/**
 * `now` is for tests.
 *
 * @param onRefused called with the reason of each refusal
 */
export function openUpstreamCheck(
  settings: UpstreamSettings,
  keysOf: KeysOf,
  now: () => number = Date.now,
  onRefused: (reason: UpstreamRefusal) => void = () => {},
): UpstreamCheck {
  switch (settings.kind) {
    case 'signature': {
      const verified = new BoundedMap<Buffer>(MOST_REMEMBERED);
      return async (headers, connectionId) => {
        const known = verified.get(connectionId);
        const expected = known ?? signatureOf(connectionId, settings.accessKey);
        verifySignature(headers, expected, onRefused);
        // Not before: a stranger's ids must not push ours out.
        if (!known) verified.set(connectionId, expected);
      };
    }
    case 'token': {
      const tenantKeys = keysOf(settings.tenant);
      return (headers) => verifyToken(headers, settings, tenantKeys, now(), onRefused);
    }
  }
}

type OnRefused = (reason: UpstreamRefusal) => void;

/** The service sends the same signature with every event of a connection. */
function signatureOf(connectionId: string, accessKey: string): Buffer {
  return createHmac('sha256', accessKey).update(connectionId).digest();
}

function verifySignature(headers: UpstreamHeaders, expected: Buffer, onRefused: OnRefused): void {
  const signatures = signaturesIn(headers);
  const isOurs = signatures.some(
    (signature) => signature.length === expected.length && timingSafeEqual(signature, expected),
  );
  if (!isOurs) {
    onRefused(signatures.length === 0 ? 'no_signature' : 'wrong_signature');
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
  onRefused: OnRefused,
): Promise<void> {
  const remedy = 'the CHAT_UPSTREAM_ settings name our service and its tenant';
  // The documentation has both names for the header.
  const token =
    readBearer(headerOf(headers, 'authorization')) ??
    readBearer(headerOf(headers, 'authentication'));
  if (!token) {
    onRefused('no_token');
    throw notOurs('it brings no token', remedy);
  }
  // The registration that the token is for chooses the version. learn.microsoft.com/entra/identity-platform/access-tokens
  const issuers = [issuerOfVersion1(tenant), authorityOf(tenant)];
  const expected = { tenant, issuers, audiences };
  const { oid } = await verifyEntraToken(token, expected, keys, now).catch((cause) => {
    if (cause instanceof ChatError) throw cause;
    const reason = `its token is not good (${String(cause)})`;
    const wrongPurpose = wrongPurposeOf(cause, tenant);
    onRefused(wrongPurpose ?? 'bad_token');
    throw notOurs(reason, remedy, cause, wrongPurpose && 'bad_setting');
  });
  // Any identity of the tenant can get a token with this audience.
  if (oid !== objectId) {
    onRefused('wrong_identity');
    throw notOurs(
      'its token has an unexpected "oid" claim value',
      remedy,
      undefined,
      'bad_setting',
    );
  }
}

/** What is wrong if Entra ID signed the token for our tenant, and only its purpose is another. */
function wrongPurposeOf(
  cause: unknown,
  tenant: string,
): 'wrong_audience' | 'wrong_issuer' | undefined {
  if (!(cause instanceof errors.JWTClaimValidationFailed)) return undefined;
  const { tid }: JWTPayload = cause.payload;
  if (tid !== tenant) return undefined;
  if (cause.claim === 'aud') return 'wrong_audience';
  return cause.claim === 'iss' ? 'wrong_issuer' : undefined;
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
