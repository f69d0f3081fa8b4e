// Who is in a room: for the people of the chat, and for whoever keeps order in it.

import type { HttpRequest } from '@azure/functions';
import type { Chat } from '../chat.ts';
import { type Members, parseRoom } from '../protocol.ts';
import {
  CONNECTION_ROWS,
  EMPTY_HEAD,
  fromConnectionRow,
  fromHeadRow,
  HEAD_KEY,
} from '../room/rows.ts';
import type { HttpAnswer } from './http-function.ts';

/** Most members in one answer; the count is exact all the same. */
const MAX_MEMBERS = 500;

export async function members(request: HttpRequest, chat: Chat): Promise<HttpAnswer> {
  await chat.readUser(request);
  return connections(request, chat);
}

/** By function key: a program that keeps order is nobody who could sign in. */
export async function connections(request: HttpRequest, { table }: Chat): Promise<HttpAnswer> {
  const room = parseRoom(request.params.room);
  // The head first: what changes after it has a later revision, and is told.
  const headRow = await table.get(room, HEAD_KEY);
  const { revision, online } = headRow ? fromHeadRow(headRow) : EMPTY_HEAD;
  const rows = await table.list(room, {
    ...CONNECTION_ROWS,
    limit: MAX_MEMBERS + 1,
    where: 'open',
  });
  const open = rows.slice(0, MAX_MEMBERS).map((row) => {
    const { connectionId, userId, name, connectedAt } = fromConnectionRow(row);
    return { connectionId, userId, name, connectedAt };
  });
  const truncated = rows.length > MAX_MEMBERS;
  return { jsonBody: { room, revision, online, members: open, truncated } satisfies Members };
}
