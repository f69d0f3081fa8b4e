// A room with all that storage has about it, as JSON lines, page by page. `import` takes the same lines.

import type { HttpRequest } from '@azure/functions';
import type { Deps } from '../deps.ts';
import { type ArchivedRoom, ChatError, parseRoom } from '../protocol.ts';
import { IMPORTING } from '../room/change.ts';
import type { Head } from '../room/rows.ts';
import { existingHead } from './existing-room.ts';
import type { HttpAnswer } from './http-function.ts';
import { readWholeNumber } from './query.ts';

/** A page has at most 16 MB: 4,000 characters per message. */
const MOST_MESSAGES = 1_000;

/**
 * `GET …/archive?after=`: the room, without `after` its bans, and messages. A page without a message means that there is no
 * more. Throws `bad_room`, `bad_request`, `no_room`, `room_in_use` or `unavailable`.
 */
export async function archiveRoom(request: HttpRequest, deps: Deps): Promise<HttpAnswer> {
  const { reader, now } = deps;
  const room = parseRoom(request.params.room);
  const after = readWholeNumber(request.query, 'after', 0, Number.MAX_SAFE_INTEGER);
  const head = await existingHead('export the room', room, deps);
  if (head.closed === IMPORTING) throw unfinished(room);
  const { first, seq } = head;
  const bans = after === undefined ? await reader.bans(room, now()) : [];
  const from = Math.max(first, (after ?? 0) + 1);
  const range = { first, from, to: seq + 1, limit: MOST_MESSAGES };
  const messages = await reader.archivedMessages(room, range);
  const lines = [toArchivedRoom(room, head), ...bans, ...messages];
  return {
    headers: { 'content-type': 'application/x-ndjson; charset=utf-8' },
    body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  };
}

function toArchivedRoom(
  room: string,
  { first, seq, activeAt, closed, creator }: Head,
): ArchivedRoom {
  return {
    ...{ room, first, seq, activeAt },
    ...(closed === '' ? {} : { closed }),
    ...(creator ? { creator } : {}),
  };
}

function unfinished(room: string): ChatError {
  return new ChatError(
    'room_in_use',
    `unable to export the room; an import into ${JSON.stringify(room)} is not finished. Repeat the import first.`,
  );
}
