// The handshake: the first record of a client names its hub protocol. It is always JSON.

import { type HubProtocol, ProtocolError } from './hub-protocol.ts';
import { jsonHubProtocol, parseJsonObject } from './json-hub-protocol.ts';
import { messagePackHubProtocol } from './messagepack-hub-protocol.ts';

/** A handshake has two short members. A longer record is not from a SignalR client. */
export const MAX_HANDSHAKE_BYTES = 4_096;

export const HANDSHAKE_OK = Buffer.from('{}\x1e');

export type Handshake =
  | { readonly ok: true; readonly protocol: HubProtocol }
  | { readonly ok: false; readonly error: string };

/** The current JavaScript client uses MessagePack version 2. It is the same for all messages that we handle. */
const PROTOCOLS: readonly { readonly protocol: HubProtocol; readonly versions: number }[] = [
  { protocol: jsonHubProtocol, versions: 1 },
  { protocol: messagePackHubProtocol, versions: 2 },
];

/** Parses a handshake record. The error texts are those of ASP.NET Core. */
export function parseHandshake(record: Buffer): Handshake {
  const request = parseJsonObject(record);
  const name = request?.protocol;
  const version = request?.version;
  if (typeof name !== 'string' || typeof version !== 'number') {
    throw new ProtocolError(
      'unable to read handshake; it is no JSON object with a protocol and a version. Send {"protocol":"json","version":1} first.',
    );
  }
  const found = PROTOCOLS.find(({ protocol }) => protocol.name === name);
  if (!found) return { ok: false, error: `The protocol '${name}' is not supported.` };
  if (!Number.isInteger(version) || version < 1 || version > found.versions) {
    return {
      ok: false,
      error: `The server does not support version ${version} of the '${name}' protocol.`,
    };
  }
  return { ok: true, protocol: found.protocol };
}

/** The answer to a refused handshake. */
export function encodeHandshakeError(error: string): Buffer {
  return Buffer.from(`${JSON.stringify({ error })}\x1e`);
}
