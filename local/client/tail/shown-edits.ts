// Which announcements of edits a reader of `tail` sees: each edit once, and only of a message that was shown. Pure.

import { type ChatMessage, isLine } from '../../../functions/protocol.ts';

/** For one reader. It gets the messages in their order. */
export class ShownEdits {
  /** The first shown number. */
  #from: number | undefined;
  /** The texts of messages that were shown with an edit, by their number. */
  readonly #texts = new Map<number, string>();

  /** Whether the message says something that the reader has not seen. */
  isNews(message: ChatMessage): boolean {
    const { seq, text, edits, editedAt } = message;
    this.#from ??= seq;
    if (isLine(message) && editedAt !== undefined) this.#texts.set(seq, text);
    if (edits === undefined) return true;
    // Without a text a later announcement has followed.
    if (edits < this.#from || text === '' || this.#texts.get(edits) === text) return false;
    this.#texts.set(edits, text);
    return true;
  }
}
