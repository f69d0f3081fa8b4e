// The headers of upstream requests.

import { createHmac } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { toClaimsHeader } from '../access/claims.ts';

export interface ConnectionFacts {
  readonly id: string;
  readonly hubName: string;
  readonly userId: string | undefined;
  readonly claims: JWTPayload;
  /** The raw query of the connect request, with its `?`. Empty without a query. It may hold secrets. */
  readonly query: string;
}

/** The headers that are the same for all events of a connection. */
export function toConnectionHeaders(
  { id, hubName, userId, claims, query }: ConnectionFacts,
  accessKeys: readonly string[],
): Record<string, string> {
  const headers: Record<string, string> = {
    'X-ASRS-Connection-Id': id,
    'X-ASRS-Hub': hubName,
    'X-ASRS-Signature': sign(id, accessKeys),
  };
  const claimsHeader = toClaimsHeader(claims);
  if (userId) headers['X-ASRS-User-Id'] = toHeaderValue(userId);
  if (claimsHeader) headers['X-ASRS-User-Claims'] = toHeaderValue(claimsHeader);
  if (query) headers['X-ASRS-Client-Query'] = toHeaderValue(query);
  return headers;
}

/** One signature per key, primary first. No space after the comma: older verifiers do not trim. */
export function sign(connectionId: string, accessKeys: readonly string[]): string {
  return accessKeys
    .map(
      (key) =>
        `sha256=${createHmac('sha256', key).update(connectionId).digest('hex').toUpperCase()}`,
    )
    .join(',');
}

/** Percent-encodes characters that a header must not hold, because text of clients and tokens must not make a request throw. */
export function toHeaderValue(text: string): string {
  return text.replace(/\p{Cs}/gu, '\ufffd').replace(/[^\x20-\x7e]+/g, encodeURIComponent);
}
