// The items of the log: grouped messages, and marks for a new day, for missing messages and for the first new one. Pure.

import { type ChatMessage, isLine } from '../../functions/protocol.ts';
import { startOfDay } from '../words/language.ts';

export type LogItem =
  | {
      readonly kind: 'message';
      readonly message: ChatMessage;
      readonly follows: boolean;
      /** The number online, for a head, if it has changed since the head before. */
      readonly online: number | undefined;
    }
  | { readonly kind: 'day'; readonly at: number }
  | { readonly kind: 'gone'; readonly count: number; readonly before: number }
  | { readonly kind: 'new'; readonly after: number };

/** A message that follows another of the same author within this time belongs to its group. */
const TOGETHER_MS = 5 * 60_000;

/**
 * @param previous the message before the first of `messages`, if it is loaded and not shown
 * @param newAfter the last `seq` that the reader has seen
 * @param isPart whether messages between these are left out, so that a jump in `seq` says nothing
 */
export function toItems(
  messages: readonly ChatMessage[],
  previous: ChatMessage | undefined,
  newAfter: number | undefined,
  isPart = false,
): readonly LogItem[] {
  const items: LogItem[] = [];
  let before = previous;
  /** The message before. Announcements do not count. */
  let said = previous && isLine(previous) ? previous : undefined;
  /** Whether the number online has changed since the last head. */
  let hasChanged = previous === undefined;
  for (const message of messages) {
    const marks = marksBetween(before, message, newAfter, isPart);
    items.push(...marks);
    before = message;
    // An announcement is not shown: the message that it is about says it.
    if (!isLine(message)) continue;
    const follows = marks.length === 0 && said !== undefined && belongsTo(said, message);
    hasChanged ||= said?.online !== message.online;
    const online = follows || !hasChanged ? undefined : message.online;
    items.push({ kind: 'message', message, follows, online });
    if (!follows) hasChanged = false;
    said = message;
  }
  return items;
}

function marksBetween(
  before: ChatMessage | undefined,
  message: ChatMessage,
  newAfter: number | undefined,
  isPart: boolean,
): readonly LogItem[] {
  const marks: LogItem[] = [];
  const missing = before && !isPart ? message.seq - before.seq - 1 : 0;
  if (missing > 0) marks.push({ kind: 'gone', count: missing, before: message.seq });
  if (!before || startOfDay(before.sentAt) !== startOfDay(message.sentAt)) {
    marks.push({ kind: 'day', at: message.sentAt });
  }
  const isNew = newAfter !== undefined && message.seq > newAfter;
  if (isNew && before && before.seq <= newAfter) marks.push({ kind: 'new', after: newAfter });
  return marks;
}

/** Whether a message after another belongs to its group. */
export function belongsTo(
  before: ChatMessage,
  message: Pick<ChatMessage, 'userId' | 'name' | 'sentAt'>,
): boolean {
  return (
    before.userId === message.userId &&
    before.name === message.name &&
    Math.abs(message.sentAt - before.sentAt) < TOGETHER_MS
  );
}

/** A key that stays the same for the same item, so that Preact keeps its element. */
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
