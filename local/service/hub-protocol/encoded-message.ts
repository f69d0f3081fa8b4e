// A message for many clients is encoded once per hub protocol, framed once, and shared.

import type { HubProtocol, ServiceMessage } from './hub-protocol.ts';

/** The service bills outbound messages in steps of 2 KB. */
const BILLING_STEP_BYTES = 2_048;

/** Bytes that all receivers share. They must not change. */
export interface EncodedMessage {
  /** The message in its hub protocol, with the protocol's framing. */
  readonly payload: Buffer;
  /** The same bytes as one unmasked WebSocket frame. */
  readonly webSocketFrame: Buffer;
  /** Number of billed messages per receiver. */
  readonly billed: number;
}

/** @param billed false for pings, handshakes and closes, which are free */
export function encodeBytes(
  payload: Uint8Array,
  transferFormat: HubProtocol['transferFormat'],
  billed = true,
): EncodedMessage {
  const headerLength = payload.length < 126 ? 2 : payload.length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headerLength + payload.length);
  // FIN, and opcode 1 (text) or 2 (binary): RFC 6455, 5.2.
  frame[0] = transferFormat === 'Text' ? 0x81 : 0x82;
  if (headerLength === 2) {
    frame[1] = payload.length;
  } else if (headerLength === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(payload.length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(payload.length), 2);
  }
  frame.set(payload, headerLength);
  return {
    payload: frame.subarray(headerLength),
    webSocketFrame: frame,
    billed: billed ? Math.max(1, Math.ceil(payload.length / BILLING_STEP_BYTES)) : 0,
  };
}

/** Encodes for one hub protocol. */
export function encodeMessage(message: ServiceMessage, protocol: HubProtocol): EncodedMessage {
  const billed = message.kind === 'invocation' || message.kind === 'completion';
  return encodeBytes(protocol.encode(message), protocol.transferFormat, billed);
}

/** One message for any number of clients. */
export class OutgoingMessage<Message extends ServiceMessage = ServiceMessage> {
  readonly message: Message;
  readonly #encoded: Map<HubProtocol, EncodedMessage>;

  /** @param encoded encodings that exist already. Others are made on first use */
  constructor(message: Message, encoded = new Map<HubProtocol, EncodedMessage>()) {
    this.message = message;
    this.#encoded = encoded;
  }

  in(protocol: HubProtocol): EncodedMessage {
    const known = this.#encoded.get(protocol);
    if (known) return known;
    const encoded = encodeMessage(this.message, protocol);
    this.#encoded.set(protocol, encoded);
    return encoded;
  }
}

export const PING = new OutgoingMessage({ kind: 'ping' });
