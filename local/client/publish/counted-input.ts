import { Interrupted } from '../context.ts';

/** A file comes in chunks of 64 KiB, which may be all of it. Pieces show how far the reader is, and let Ctrl+C end it sooner. */
const PIECE_BYTES = 4_096;

/** Counts the bytes that have been read. */
export class CountedInput {
  readonly #input: AsyncIterable<Uint8Array>;
  readonly #interrupted: AbortSignal;
  bytes = 0;

  /** @param interrupted ends the input with an error: {@link Interrupted} */
  constructor(input: AsyncIterable<Uint8Array>, interrupted: AbortSignal) {
    this.#input = input;
    this.#interrupted = interrupted;
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#input) {
      for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
        if (this.#interrupted.aborted) throw new Interrupted(false);
        const piece = chunk.subarray(at, at + PIECE_BYTES);
        this.bytes += piece.length;
        yield piece;
      }
    }
  }
}
