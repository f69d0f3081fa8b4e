// The last messages of a room, kept in memory between two reads of its history. A message never changes, except that a later
// message edits or removes it, and that people react to it, which room-views.ts notices. So what is kept is right as long as
// none of the messages after it edits or removes one, and only those have to be read. Pure.

import { type ChatMessage, isLine } from '../protocol.ts';

/** All messages with `from` <= number < `to` that the room has, ascending. */
export interface Tail {
  readonly from: number;
  readonly to: number;
  readonly messages: readonly ChatMessage[];
}

/** The numbers from `from` to before `to`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * The part of the span that has to be read. Undefined if the tail has all of it. Any message after the tail may edit or remove
 * one of the tail, so a tail that ends before the room does is of use only if the span has all messages after it.
 *
 * @param end one past the number of the room's last message
 */
export function missingIn(
  tail: Tail | undefined,
  { from, to }: Span,
  end: number,
): Span | undefined {
  if (!tail || from < tail.from || from > tail.to) return { from, to };
  if (tail.to === end) return undefined;
  return to === end ? { from: tail.to, to } : { from, to };
}

/**
 * The tail with newer messages, those from its end to before `to`. Undefined if one of them edits or removes an earlier
 * message: what is kept of that one has its former text. Undefined, too, if one of them is missing: it has expired since the head
 * was read, and so has all that is kept.
 */
export function extend(tail: Tail, added: readonly ChatMessage[], to: number): Tail | undefined {
  if (!added.every(isLine)) return undefined;
  if (added.length < to - tail.to) return undefined;
  return { from: tail.from, to, messages: [...tail.messages, ...added] };
}

/** Only its last `most` numbers. */
export function shorten(tail: Tail, most: number): Tail {
  const from = Math.max(tail.from, tail.to - most);
  return from === tail.from
    ? tail
    : { from, to: tail.to, messages: cut(tail, { from, to: tail.to }) };
}

/** The messages of the span, which the tail has to cover. */
export function cut({ messages }: Tail, { from, to }: Span): readonly ChatMessage[] {
  return messages.filter(({ seq }) => seq >= from && seq < to);
}

/** An announcement of an edit is without its text if the edited message is before `first`: it has expired or was erased. */
export function withoutLostTexts(
  messages: readonly ChatMessage[],
  first: number,
): readonly ChatMessage[] {
  const isLost = ({ edits }: ChatMessage) => edits !== undefined && edits < first;
  return messages.some(isLost)
    ? messages.map((message) => (isLost(message) ? { ...message, text: '' } : message))
    : messages;
}

/** Characters of its texts. */
export function sizeOf({ messages }: Tail): number {
  return messages.reduce((sum, { text }) => sum + text.length, 0);
}
