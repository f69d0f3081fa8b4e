// Imports messages of an export into a room that has none, with their numbers, times and receipts. While more follows, the
// room is closed, so that nobody takes one of the numbers. Every request may be repeated: what is there stays as it is.

import type { HttpRequest } from '@azure/functions';
import type { Deps } from '../deps.ts';
import { closedError } from '../moderation/refusals.ts';
import {
  type ArchivedMessage,
  type ArchivedRoom,
  ChatError,
  type ChatMessage,
  type ImportedMessages,
  parseRoom,
} from '../protocol.ts';
import { type ChangeOf, closingWords, IMPORTING, MOST_IMPORTED } from '../room/change.ts';
import { type Head, operationsOf } from '../room/rows.ts';
import { type Archive, parseArchive } from './archive-lines.ts';
import type { HttpAnswer } from './http-function.ts';
import { readWholeNumber } from './query.ts';
import { isOutOfTime, outOfTime } from './time-limit.ts';

/**
 * `POST …/archive?after=&more=`: 200 with what became of the messages. `after` is the number of the last message before these,
 * `more=true` says that others follow. Throws `bad_room`, `bad_request`, `too_large`, `room_in_use` or `unavailable`.
 */
export async function importRoom(request: HttpRequest, deps: Deps): Promise<HttpAnswer> {
  const room = parseRoom(request.params.room);
  const archive = await parseArchive(request, room);
  const { facts, messages } = archive;
  const first = facts.first - 1;
  const after = readWholeNumber(request.query, 'after', first, facts.seq) ?? first;
  const hasMore = request.query.get('more') === 'true';
  const head = await deps.reader.head(room);
  const there = messages.filter(({ seq }) => seq <= head.seq);
  const found = await compare(room, head, there, deps);
  const rest = messages.slice(there.length);
  const isWanted = checkFit(room, head, facts, after, rest.length > 0, found.unchanged > 0);
  if (isWanted) await store(room, head, { ...archive, messages: rest }, after, hasMore, deps);
  const imported = isWanted ? rest.length : 0;
  const jsonBody: ImportedMessages = { imported, ...found };
  return { jsonBody, about: { room, messages: imported } };
}

/** How many messages are there already, and how many are gone. Throws `room_in_use` if another one has the number. */
async function compare(
  room: string,
  { first }: Head,
  there: readonly ArchivedMessage[],
  { reader }: Deps,
): Promise<Omit<ImportedMessages, 'imported'>> {
  const kept = there.filter(({ seq }) => seq >= first);
  const from = kept[0]?.seq ?? 0;
  const to = (kept.at(-1)?.seq ?? -1) + 1;
  const stored = await reader.messages(room, { from, to, limit: to - from });
  const byNumber = new Map(stored.map((message) => [message.seq, message]));
  // A message that is missing has expired since the head was read.
  const found = kept.filter(({ seq }) => byNumber.has(seq));
  const other = found.find((message) => !isSame(message, byNumber.get(message.seq)));
  if (other) throw inUse(room, `it has another message ${other.seq}`);
  return { unchanged: found.length, gone: there.length - found.length };
}

/**
 * A message that was removed after the export stays removed, and one of a person who was erased does not name them. One that
 * was edited since stays edited, and the announcement of an earlier edit has lost its text.
 */
function isSame(archived: ArchivedMessage, stored: ChatMessage | undefined): boolean {
  if (!stored || stored.sentAt !== archived.sentAt) return false;
  if (stored.deleted) return true;
  const { id, userId, text, deleted, edits } = archived;
  if (stored.id !== id || stored.userId !== userId || stored.edits !== edits) return false;
  const isEdited = stored.editedAt !== undefined;
  const isEmptied = edits !== undefined && stored.text === '';
  return deleted === undefined && (stored.text === text || isEdited || isEmptied);
}

/** Whether there is something to import. Throws `room_in_use` or `bad_request` if it does not fit the room. */
function checkFit(
  room: string,
  head: Head,
  { seq }: ArchivedRoom,
  after: number,
  hasRest: boolean,
  hasBegin: boolean,
): boolean {
  const isBegun = head.closed === IMPORTING;
  if (!isBegun && head.seq > 0) {
    if (hasRest || head.seq < seq) {
      throw hasBegin ? opened(room, head.seq) : inUse(room, `it has messages up to ${head.seq}`);
    }
    return false;
  }
  // A room without any messages that is there already.
  if (!isBegun && seq === 0 && head.revision > 0) return false;
  if (isBegun && head.seq < after) throw lacks(head.seq + 1, after);
  return true;
}

async function store(
  room: string,
  head: Head,
  { facts, bans, messages }: Archive,
  after: number,
  hasMore: boolean,
  { rooms, service, now, monotonicNow }: Deps,
): Promise<void> {
  const startedAt = monotonicNow();
  const isBegun = head.closed === IMPORTING;
  if (!isBegun && after !== facts.first - 1) throw lacks(facts.first, after);
  const ban = () =>
    Promise.all(
      bans
        .filter(({ until }) => until > now())
        .map(({ ban: userId, until }) => rooms.submit(room, { kind: 'ban', userId, until })),
    );
  const parts = toParts(messages);
  // The first part closes the room, and the last one opens it. The bans come in between.
  const toOpen = bans.length > 0 && !isBegun ? 2 : 1;
  const toClose = isBegun ? 0 : 1;
  while (parts.length < (hasMore ? toClose : toOpen)) parts.push([]);
  if (isBegun) await ban();
  let last = isBegun ? head.seq : after;
  for (const [index, part] of parts.entries()) {
    if (index > 0 && isOutOfTime(startedAt, monotonicNow())) throw outOfTime();
    const isLast = index === parts.length - 1 && !hasMore;
    const change: ChangeOf<'import'> = {
      kind: 'import',
      after: last,
      messages: part,
      seq: isLast ? facts.seq : (part.at(-1)?.seq ?? last),
      activeAt: facts.activeAt,
      closed: isLast ? closingWords(facts.closed ?? '') : IMPORTING,
      creator: facts.creator,
    };
    const { outcome } = await rooms.submit(room, change);
    if (outcome.kind === 'taken') throw changed();
    last = change.seq;
    if (index > 0 || isBegun) continue;
    await ban();
    // They come back when the room is open, and read its history. The timer disconnects them if this fails.
    if (head.online > 0)
      await service.closeRoom(room, closedError(IMPORTING).message).catch(() => {});
  }
}

/** Splits messages into transactions. */
function toParts(messages: readonly ArchivedMessage[]): ArchivedMessage[][] {
  const parts: ArchivedMessage[][] = [];
  let space = 0;
  for (const message of messages) {
    const operations = operationsOf(message);
    if (operations > space) {
      parts.push([]);
      space = MOST_IMPORTED;
    }
    parts.at(-1)?.push(message);
    space -= operations;
  }
  return parts;
}

function inUse(room: string, reason: string): ChatError {
  return new ChatError(
    'room_in_use',
    `unable to import into ${JSON.stringify(room)}; ${reason}, which the import would replace. Import into a chat that does not have the room yet.`,
  );
}

/** Once an import has ended, also because a moderator opened the room, the next numbers belong to what people say. */
function opened(room: string, last: number): ChatError {
  return new ChatError(
    'room_in_use',
    `unable to import into ${JSON.stringify(room)}; its import has ended with message ${last}: the export had no more then, or a moderator opened the room. It keeps what is there. Import the whole room into a chat that does not have it yet.`,
  );
}

function lacks(first: number, last: number): ChatError {
  return new ChatError(
    'bad_request',
    `unable to import; the room lacks the messages ${first} to ${last} before these. Import the whole export again.`,
  );
}

function changed(): ChatError {
  return new ChatError(
    'unavailable',
    'unable to import; somebody changed the room at the same moment. Try again.',
  );
}
