// Group read: requests for the same thing that arrive while a read of it is under way share the next one. So a thousand requests
// at once cost a handful of reads, a single request begins its read at once, and nobody gets an answer older than the request.

/** After this time a request does not wait any longer for the read under way, and the next one begins beside it. */
const PATIENCE_MS = 1_000;

interface Reading<Value> {
  readonly value: Promise<Value>;
  /** Shared by all who ask during this read. It has not begun. */
  next: Promise<Value> | undefined;
}

/** Remembers only reads that are under way. An error reaches all who share the read, and is not kept. */
export class GroupRead<Value> {
  readonly #latest = new Map<string, Reading<Value>>();
  readonly #sleep: (ms: number) => Promise<void>;
  readonly #last: () => Promise<void>;

  /** @param last resolves when those who have their answer have gone on: the more they are, the more share the next read */
  constructor(sleep: (ms: number) => Promise<void>, last: () => Promise<void> = async () => {}) {
    this.#sleep = sleep;
    this.#last = last;
  }

  /** The result of a read that begins now or later. `read` may be that of another request for the same key. */
  get(key: string, read: () => Promise<Value>): Promise<Value> {
    const latest = this.#latest.get(key);
    if (!latest) return this.#begin(key, read);
    latest.next ??= this.#beginAfter(latest, key, read);
    return latest.next;
  }

  /** Number of keys with a read under way. */
  get size(): number {
    return this.#latest.size;
  }

  #begin(key: string, read: () => Promise<Value>): Promise<Value> {
    const reading: Reading<Value> = { value: read(), next: undefined };
    this.#latest.set(key, reading);
    const forget = () => {
      // Otherwise somebody waits, and the next read takes its place.
      if (this.#latest.get(key) === reading && !reading.next) this.#latest.delete(key);
    };
    reading.value.then(forget, forget);
    return reading.value;
  }

  async #beginAfter(
    { value }: Reading<Value>,
    key: string,
    read: () => Promise<Value>,
  ): Promise<Value> {
    const end = value.then(ignore, ignore);
    await Promise.race([end.then(this.#last), this.#sleep(PATIENCE_MS)]);
    return this.#begin(key, read);
  }
}

function ignore(): void {}
