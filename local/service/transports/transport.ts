// The interfaces between a connection and its transport.

import type { EncodedMessage } from '../hub-protocol/encoded-message.ts';

/** Service → client. */
export interface Transport {
  readonly name: 'WebSockets' | 'ServerSentEvents' | 'LongPolling';
  /** False for a text-only transport such as Server-Sent Events. */
  readonly carriesBinary: boolean;
  /** Queues the message until the end of this turn of the event loop. */
  send(message: EncodedMessage): void;
  /** Stops reading, so that the client has to wait. Bytes on their way may still arrive. */
  pause(): void;
  resume(): void;
  /** Sends queued messages, then ends the transport normally. */
  end(): void;
}

/** Client → service. The transport calls these. */
export interface TransportEvents {
  received(chunk: Buffer): void;
  /** The client does not read its messages. The transport is destroyed after this call. */
  tooSlow(): void;
  /** @param error undefined for a normal end */
  ended(error: string | undefined): void;
}
