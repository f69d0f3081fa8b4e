// Looks for words in a room, from its latest message back, a stretch of numbers at a time.

import { type ChatMessage, foldText, isLine, type SearchHit } from '../protocol.ts';
import type { RoomReader } from './room-reader.ts';
import type { Head } from './rows.ts';

/** Folding so many characters takes some milliseconds. Then messages get their turn. */
const CHARACTERS_IN_A_ROW = 100_000;

export interface SearchQuery {
  /** Folded. */
  readonly words: readonly string[];
  /** Only messages before this number. */
  readonly before: number | undefined;
  readonly limit: number;
  /** How many messages to read. */
  readonly stretch: number;
}

export interface Found {
  /** Newest first. */
  readonly messages: readonly SearchHit[];
  /** Where to go on. Undefined if nothing is left to search. */
  readonly before: number | undefined;
  /** When the oldest message was sent that was looked at, epoch ms. Undefined if there was none. */
  readonly searchedTo: number | undefined;
}

/**
 * The latest matching messages of one stretch. One read. Throws `TableUnavailable`.
 *
 * @param giveWay lets others run
 */
export async function searchRoom(
  room: string,
  { first, seq }: Pick<Head, 'first' | 'seq'>,
  { words, before, limit, stretch }: SearchQuery,
  reader: Pick<RoomReader, 'messages'>,
  giveWay: () => Promise<void>,
): Promise<Found> {
  const to = Math.min(seq + 1, before ?? Number.POSITIVE_INFINITY);
  const from = Math.max(first, to - stretch);
  const read = await reader.messages(room, { from, to, limit: stretch });
  const messages: SearchHit[] = [];
  let last: ChatMessage | undefined;
  let characters = 0;
  for (const message of read.toReversed()) {
    last = message;
    if (matches(message, words)) messages.push(withoutReactions(message));
    if (messages.length === limit) break;
    characters += message.text.length;
    if (characters < CHARACTERS_IN_A_ROW) continue;
    characters = 0;
    await giveWay();
  }
  const searched = messages.length === limit ? (last?.seq ?? from) : from;
  return {
    messages,
    before: searched > first ? searched : undefined,
    searchedTo: last?.sentAt,
  };
}

/** Whether each word, folded, occurs in the message's text or in its author's name. Announcements and removed messages have none. */
function matches(message: ChatMessage, words: readonly string[]): boolean {
  if (message.deleted || !isLine(message)) return false;
  const text = foldText(message.text);
  const name = foldText(message.name);
  return words.every((word) => text.includes(word) || name.includes(word));
}

function withoutReactions({ reactions, ...hit }: ChatMessage): SearchHit {
  return hit;
}
