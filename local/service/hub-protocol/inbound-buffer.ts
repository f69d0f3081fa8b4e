// Received bytes of one client that are not a whole message yet.

import { type Frame, ProtocolError } from './hub-protocol.ts';

const EMPTY = Buffer.alloc(0);
const SMALLEST_CAPACITY = 1_024;

/**
 * Appends received chunks and takes whole messages, for any boundaries of the chunks.
 * Taken messages stay valid, because bytes are never overwritten.
 */
export class InboundBuffer {
  #bytes: Buffer = EMPTY;
  #start = 0;
  #end = 0;
  /** False while the bytes are the transport's own chunk, to which nothing may be appended. */
  #isOurs = false;
  /** Number of bytes without the end of a frame, so that a message sent byte by byte is not searched again. */
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
   * Removes and returns the first whole message, or undefined. Throws {@link ProtocolError} for a message that is known
   * to have more than `limit` bytes.
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
 * A copy of the message if it is a small part of its chunk. For messages that have to wait: a view would keep the whole
 * chunk in memory, and the queue counts only the message's bytes.
 */
export function copyIfSmall(message: Buffer): Buffer {
  if (2 * message.length >= message.buffer.byteLength) return message;
  // Not from the pool of small buffers, which would be kept in the same way.
  const copy = Buffer.allocUnsafeSlow(message.length);
  copy.set(message);
  return copy;
}
