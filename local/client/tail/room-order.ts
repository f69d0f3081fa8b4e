// The order of a room, restored from what arrives late, twice, or not at all: each message once, in the order of
// the numbers. Pure; tail.ts listens and fetches.

import type { ChatMessage, Events, History } from '../../../functions/protocol.ts';

export class RoomOrder {
  /** The number of the last message given out. */
  #last: number;
  /** The highest number heard of. */
  #known: number;
  readonly #early = new Map<number, ChatMessage>();

  /** `last`: the number after which to begin. */
  constructor(last: number) {
    this.#last = last;
    this.#known = last;
  }

  get last(): number {
    return this.#last;
  }

  /** Whether something was missed that only the history can tell. */
  get hasGap(): boolean {
    return this.#known > this.#last;
  }

  /** What a frame makes ready to be shown. */
  take({ seq, messages }: Pick<Events, 'seq' | 'messages'>): ChatMessage[] {
    this.#known = Math.max(this.#known, seq, ...messages.map((message) => message.seq));
    for (const message of messages) {
      if (message.seq > this.#last) this.#early.set(message.seq, message);
    }
    const ready: ChatMessage[] = [];
    for (;;) {
      const message = this.#early.get(this.#last + 1);
      if (!message) return ready;
      this.#early.delete(message.seq);
      this.#last = message.seq;
      ready.push(message);
    }
  }

  /** What a page of the history makes ready, and how many before it are gone for good. */
  catchUp(history: Pick<History, 'first' | 'seq' | 'messages'>): {
    readonly gone: number;
    readonly ready: ChatMessage[];
  } {
    const gone = Math.max(0, history.first - 1 - this.#last);
    if (gone > 0) {
      this.#last = history.first - 1;
      for (const seq of this.#early.keys()) if (seq <= this.#last) this.#early.delete(seq);
    }
    return { gone, ready: this.take(history) };
  }
}
