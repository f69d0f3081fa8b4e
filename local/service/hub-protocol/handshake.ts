// The handshake: the first record of a client names its hub protocol. It is always JSON.

import { type HubProtocol, ProtocolError } from './hub-protocol.ts';
import { jsonHubProtocol, parseJsonObject, WHOLE_NUMBER } from './json-hub-protocol.ts';
import { rawMembers } from './json-members.ts';
import { isInt32 } from './message-parts.ts';
import { messagePackHubProtocol } from './messagepack-hub-protocol.ts';

/** A handshake has two short members. A longer record is not from a SignalR client. */
export const MAX_HANDSHAKE_BYTES = 4_096;

export const HANDSHAKE_OK = Buffer.from('{}\x1e');

export type Handshake =
  | { readonly ok: true; readonly protocol: HubProtocol }
  | { readonly ok: false; readonly error: string };

const PROTOCOLS: readonly HubProtocol[] = [jsonHubProtocol, messagePackHubProtocol];
/** ASP.NET Core accepts every version up to its own, also 0 and negative ones. Clients exist that send 0. */
const LATEST_VERSION = 2;

/** The record of nearly every client, for each protocol: a storm of connections parses none of them. */
const USUAL = new Map<string, Handshake>(
  PROTOCOLS.map((protocol) => [
    JSON.stringify({ protocol: protocol.name, version: 1 }),
    { ok: true, protocol },
  ]),
);

/** Parses a handshake record. The error texts are those of ASP.NET Core. */
export function parseHandshake(record: Buffer): Handshake {
  return USUAL.get(record.toString('latin1')) ?? parseAny(record);
}

function parseAny(record: Buffer): Handshake {
  const request = parseJsonObject(record);
  const { protocol: name, version } = request?.members ?? {};
  const isRead =
    request !== undefined &&
    typeof name === 'string' &&
    typeof version === 'number' &&
    isInt32(version) &&
    // JSON.parse takes 1.0 and 1e0 for 1, and .NET does not.
    WHOLE_NUMBER.test(rawMembers(request.text).get('version') ?? '');
  if (!isRead) {
    throw new ProtocolError(
      'unable to read handshake; it is no JSON object with a protocol and a version. Send {"protocol":"json","version":1} first.',
    );
  }
  const protocol = PROTOCOLS.find((known) => known.name === name.toLowerCase());
  if (!protocol) return { ok: false, error: `The protocol '${name}' is not supported.` };
  if (version > LATEST_VERSION) {
    return {
      ok: false,
      error: `The server does not support version ${version} of the '${protocol.name}' protocol.`,
    };
  }
  return { ok: true, protocol };
}

/** The answer to a refused handshake. */
export function encodeHandshakeError(error: string): Buffer {
  return Buffer.from(`${JSON.stringify({ error })}\x1e`);
}
