// Bytes of one client that do not yet make a whole message.

import { type Frame, ProtocolError } from './hub-protocol.ts';

const EMPTY = Buffer.alloc(0);
const SMALLEST_CAPACITY = 1_024;

/**
 * Appends what arrives and takes out whole messages, however the transport cut them.
 * Taken messages stay valid: bytes are appended or left behind, never overwritten.
 */
export class InboundBuffer {
  #bytes: Buffer = EMPTY;
  #start = 0;
  #end = 0;
  /** False while the bytes are the transport's own chunk, after which no room may be taken. */
  #isOurs = false;
  /** How many of the bytes hold no frame's end, so that a message sent byte by byte is not searched over and over. */
  #searched = 0;

  append(chunk: Buffer): void {
    if (chunk.length === 0) return;
    if (this.#start === this.#end) {
      this.#bytes = chunk;
      this.#start = 0;
      this.#end = chunk.length;
      this.#isOurs = false;
      return;
    }
    if (!this.#isOurs || this.#end + chunk.length > this.#bytes.length) this.#grow(chunk.length);
    this.#bytes.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /**
   * The first whole message, removed, or undefined. Throws {@link ProtocolError} for one that has, or is
   * going to have, more than `limit` bytes.
   */
  take(
    frame: (bytes: Buffer, searched: number) => Frame | undefined,
    limit: number,
  ): Buffer | undefined {
    const pending = this.#bytes.subarray(this.#start, this.#end);
    if (pending.length === 0) return undefined;
    const found = frame(pending, this.#searched);
    const length = found ? found.end - found.start : pending.length;
    if (length > limit) {
      throw new ProtocolError(
        `unable to read message; it has more than ${limit} bytes. Send smaller messages.`,
      );
    }
    if (!found || found.next > pending.length) {
      this.#searched = pending.length;
      return undefined;
    }
    this.#searched = 0;
    this.#start += found.next;
    if (this.#start === this.#end) this.clear();
    return pending.subarray(found.start, found.end);
  }

  clear(): void {
    this.#bytes = EMPTY;
    this.#start = 0;
    this.#end = 0;
    this.#searched = 0;
  }

  #grow(more: number): void {
    const pending = this.#bytes.subarray(this.#start, this.#end);
    const grown = Buffer.allocUnsafeSlow(Math.max(SMALLEST_CAPACITY, 2 * (pending.length + more)));
    grown.set(pending);
    this.#bytes = grown;
    this.#start = 0;
    this.#end = pending.length;
    this.#isOurs = true;
  }
}

/**
 * The message on its own where it is a small part of what arrived with it; for messages that have to wait, because
 * a view keeps the whole chunk in memory, and a queue that counts its messages' bytes would not know.
 */
export function apart(message: Buffer): Buffer {
  if (2 * message.length >= message.buffer.byteLength) return message;
  // No room in the pool that small buffers share: that would be kept in the same way.
  const copy = Buffer.allocUnsafeSlow(message.length);
  copy.set(message);
  return copy;
}
