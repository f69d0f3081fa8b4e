// The log as it is shown: messages in groups, a mark where a day begins, where something is gone, where the new begins. Pure.

import type { ChatMessage } from '../../functions/protocol.ts';
import { startOfDay } from '../words/language.ts';

export type LogItem =
  | { readonly kind: 'message'; readonly message: ChatMessage; readonly follows: boolean }
  | { readonly kind: 'day'; readonly at: number }
  | { readonly kind: 'gone'; readonly count: number; readonly before: number }
  | { readonly kind: 'new'; readonly after: number };

/** A message that comes so soon after another of the same author belongs to it. */
const TOGETHER_MS = 5 * 60_000;

/**
 * @param previous the message before the first of `messages`, where there is one that is not shown
 * @param newAfter the `seq` after which everything is new to the reader
 */
export function toItems(
  messages: readonly ChatMessage[],
  previous: ChatMessage | undefined,
  newAfter: number | undefined,
): readonly LogItem[] {
  const items: LogItem[] = [];
  let before = previous;
  /** The message before, past those that only remove another. */
  let said = previous?.deletes === undefined ? previous : undefined;
  for (const message of messages) {
    const marks = marksBetween(before, message, newAfter);
    items.push(...marks);
    before = message;
    // It has done its work: the other message is shown as removed.
    if (message.deletes !== undefined) continue;
    const follows = marks.length === 0 && said !== undefined && belongsTo(said, message);
    items.push({ kind: 'message', message, follows });
    said = message;
  }
  return items;
}

function marksBetween(
  before: ChatMessage | undefined,
  message: ChatMessage,
  newAfter: number | undefined,
): readonly LogItem[] {
  const marks: LogItem[] = [];
  const missing = before ? message.seq - before.seq - 1 : 0;
  if (missing > 0) marks.push({ kind: 'gone', count: missing, before: message.seq });
  if (!before || startOfDay(before.sentAt) !== startOfDay(message.sentAt)) {
    marks.push({ kind: 'day', at: message.sentAt });
  }
  const isNew = newAfter !== undefined && message.seq > newAfter;
  if (isNew && before && before.seq <= newAfter) marks.push({ kind: 'new', after: newAfter });
  return marks;
}

function belongsTo(before: ChatMessage, message: ChatMessage): boolean {
  return (
    before.userId === message.userId &&
    before.name === message.name &&
    Math.abs(message.sentAt - before.sentAt) < TOGETHER_MS
  );
}

/** Stays the same for the same item, so that nothing is drawn anew. */
export function keyOf(item: LogItem): string {
  switch (item.kind) {
    case 'message':
      return `m${item.message.seq}`;
    case 'day':
      return `d${startOfDay(item.at)}`;
    case 'gone':
      return `g${item.before}`;
    case 'new':
      return `n${item.after}`;
  }
}
