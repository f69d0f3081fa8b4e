// What was said in a room, as JSON lines, page by page: for whoever has to hand it out, or to keep it elsewhere.

import type { HttpRequest } from '@azure/functions';
import type { Deps } from '../deps.ts';
import { parseRoom } from '../protocol.ts';
import type { HttpAnswer } from './http-function.ts';
import { readWholeNumber } from './query.ts';

/** At 4,000 characters each a page has 16 MB at most. */
const MOST_MESSAGES = 1_000;

/** An answer without a line: there is no more. */
export async function exportRoom(request: HttpRequest, { reader }: Deps): Promise<HttpAnswer> {
  const room = parseRoom(request.params.room);
  const after = readWholeNumber(request.query, 'after', 0, Number.MAX_SAFE_INTEGER) ?? 0;
  const { first, seq } = await reader.head(room);
  const from = Math.max(first, after + 1);
  const messages = await reader.messages(room, { from, to: seq + 1, limit: MOST_MESSAGES });
  return {
    headers: { 'content-type': 'application/x-ndjson; charset=utf-8' },
    body: messages.map((message) => `${JSON.stringify(message)}\n`).join(''),
  };
}
