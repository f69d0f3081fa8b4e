/** Counts the bytes that have been read. */
export class CountedInput {
  readonly #input: AsyncIterable<Uint8Array>;
  bytes = 0;

  constructor(input: AsyncIterable<Uint8Array>) {
    this.#input = input;
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#input) {
      this.bytes += chunk.length;
      yield chunk;
    }
  }
}
