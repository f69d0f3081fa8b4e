// What was said in a room, as JSON lines, page by page: for whoever has to hand it out, or to keep it elsewhere.

import type { HttpRequest } from '@azure/functions';
import type { Chat } from '../chat.ts';
import { parseRoom } from '../protocol.ts';
import { EMPTY_HEAD, fromHeadRow, fromMessageRow, HEAD_KEY, messageKey } from '../room/rows.ts';
import { type HttpAnswer, readWholeNumber } from './http-function.ts';

/** At 4,000 characters each a page has 16 MB at most. */
const MOST_MESSAGES = 1_000;

/** An answer without a line: there is no more. */
export async function exportRoom(request: HttpRequest, { table }: Chat): Promise<HttpAnswer> {
  const room = parseRoom(request.params.room);
  const after = readWholeNumber(request.query, 'after', 0, Number.MAX_SAFE_INTEGER) ?? 0;
  const headRow = await table.get(room, HEAD_KEY);
  const { first, seq } = headRow ? fromHeadRow(headRow) : EMPTY_HEAD;
  const from = Math.max(first, after + 1);
  const range = { from: messageKey(from), to: messageKey(seq + 1), limit: MOST_MESSAGES };
  const rows = from <= seq ? await table.list(room, range) : [];
  return {
    headers: { 'content-type': 'application/x-ndjson; charset=utf-8' },
    body: rows.map((row) => `${JSON.stringify(fromMessageRow(row))}\n`).join(''),
  };
}
