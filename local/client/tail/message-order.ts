// Restores the order of a room from frames that arrive late, twice, or never: each message once, by its number. Pure.
// tail.ts listens and fetches.

import type { ChatMessage, Events, History } from '../../../functions/protocol.ts';

/** The messages of one room, for one reader. */
export class MessageOrder {
  /** The number of the last returned message. */
  #last: number;
  /** The highest known number. */
  #known: number;
  readonly #early = new Map<number, ChatMessage>();

  /** `last` is the number before the first message to return. */
  constructor(last: number) {
    this.#last = last;
    this.#known = last;
  }

  get last(): number {
    return this.#last;
  }

  /** Whether a message is missing that only the history has. */
  get hasGap(): boolean {
    return this.#known > this.#last;
  }

  /** The messages that a frame makes ready. */
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

  /** The messages that a page of the history makes ready, and the number of messages before it that are gone for good. */
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
