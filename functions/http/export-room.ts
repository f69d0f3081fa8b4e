// The messages of a room as JSON lines, page by page.

import type { HttpRequest } from '@azure/functions';
import type { Deps } from '../deps.ts';
import { parseRoom } from '../protocol.ts';
import { existingHead } from './existing-room.ts';
import type { HttpAnswer } from './http-function.ts';
import { readWholeNumber } from './query.ts';

/** A page has at most 16 MB: 4,000 characters per message. */
const MOST_MESSAGES = 1_000;

/** `GET …/export?after=`. An answer without a line means that there is no more. Throws `bad_room`, `bad_request`, `no_room` or `unavailable`. */
export async function exportRoom(request: HttpRequest, deps: Deps): Promise<HttpAnswer> {
  const room = parseRoom(request.params.room);
  const after = readWholeNumber(request.query, 'after', 0, Number.MAX_SAFE_INTEGER) ?? 0;
  const { first, seq } = await existingHead('export the room', room, deps);
  const from = Math.max(first, after + 1);
  const range = { first, from, to: seq + 1, limit: MOST_MESSAGES };
  const messages = await deps.reader.messages(room, range);
  return {
    headers: { 'content-type': 'application/x-ndjson; charset=utf-8' },
    body: messages.map((message) => `${JSON.stringify(message)}\n`).join(''),
  };
}
