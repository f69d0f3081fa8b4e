// Who may call the hub's functions: our SignalR Service, nobody else. It signs each upstream request with
// its access keys: X-ASRS-Signature holds `sha256=<hex HMAC-SHA256(key, connection id)>` for each of them.
// Source: learn.microsoft.com/azure/azure-signalr/concept-upstream#signature

import { createHmac, timingSafeEqual } from 'node:crypto';
import { ChatError } from './protocol.ts';

/** Throws ChatError `bad_signature` unless one of the signatures was made with our access key. */
export function verifyUpstream(
  headers: Readonly<Record<string, unknown>> | null | undefined,
  connectionId: string,
  accessKey: string,
): void {
  const expected = createHmac('sha256', accessKey).update(connectionId).digest();
  const isOurs = signaturesIn(headers).some(
    (signature) => signature.length === expected.length && timingSafeEqual(signature, expected),
  );
  if (!isOurs) {
    throw new ChatError(
      'bad_signature',
      'unable to accept the upstream request; none of its signatures is from our service. Check that AzureSignalRConnectionString holds one of its access keys.',
    );
  }
}

function signaturesIn(headers: Readonly<Record<string, unknown>> | null | undefined): Buffer[] {
  const [, value] =
    Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'x-asrs-signature') ?? [];
  if (typeof value !== 'string') return [];
  return value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => /^sha256=[0-9a-f]{64}$/i.test(part))
    .map((part) => Buffer.from(part.slice('sha256='.length), 'hex'));
}
