// What was said in a room, oldest first: the latest, or what came after or before some message.

import type { HttpRequest } from '@azure/functions';
import type { Chat } from '../chat.ts';
import { type History, MAX_HISTORY, parseRoom } from '../protocol.ts';
import { EMPTY_HEAD, fromHeadRow, fromMessageRow, HEAD_KEY, messageKey } from '../room/rows.ts';
import { type HttpAnswer, readWholeNumber } from './http-function.ts';

export async function history(
  request: HttpRequest,
  { readUser, table }: Chat,
): Promise<HttpAnswer> {
  await readUser(request);
  const room = parseRoom(request.params.room);
  const limit = readWholeNumber(request.query, 'limit', 1, MAX_HISTORY) ?? MAX_HISTORY;
  const after = readWholeNumber(request.query, 'after', 0, Number.MAX_SAFE_INTEGER);
  const before = readWholeNumber(request.query, 'before', 0, Number.MAX_SAFE_INTEGER);

  const headRow = await table.get(room, HEAD_KEY);
  const { revision, first, seq, online } = headRow ? fromHeadRow(headRow) : EMPTY_HEAD;
  const { from, to } = pick({ first, seq }, after, before, limit);
  const rows =
    from < to ? await table.list(room, { from: messageKey(from), to: messageKey(to), limit }) : [];
  const messages = rows.map(fromMessageRow);
  return { jsonBody: { room, revision, first, seq, online, messages } satisfies History };
}

/** Which numbers to answer, `to` not included; no more than `limit`. */
function pick(
  kept: { readonly first: number; readonly seq: number },
  after: number | undefined,
  before: number | undefined,
  limit: number,
): { from: number; to: number } {
  const least = Math.max(kept.first, (after ?? 0) + 1);
  const most = Math.min(kept.seq + 1, before ?? Number.POSITIVE_INFINITY);
  if (after === undefined) return { from: Math.max(least, most - limit), to: most };
  return { from: least, to: Math.min(most, least + limit) };
}
