// What a connection needs of the transport that carries it, and the other way round.

import type { EncodedMessage } from '../hub-protocol/encoded-message.ts';

/** Service → client. */
export interface Transport {
  readonly name: 'WebSockets' | 'ServerSentEvents' | 'LongPolling';
  /** False where only text gets through, as with Server-Sent Events. */
  readonly carriesBinary: boolean;
  /** Takes the message for the end of this turn of the event loop. */
  send(message: EncodedMessage): void;
  /** Stops reading, so that the client has to wait; what is on its way may still arrive. */
  pause(): void;
  resume(): void;
  /** Sends what waits, then ends the transport in the normal way. */
  end(): void;
}

/** Client → service; the transport calls these. */
export interface TransportEvents {
  received(chunk: Buffer): void;
  /** Something other than a message arrived: the client lives. */
  heard(): void;
  /** The client does not take what is sent to it. The transport is gone after this call. */
  tooSlow(): void;
  /** @param error what was wrong, or undefined for a normal end */
  ended(error: string | undefined): void;
}
