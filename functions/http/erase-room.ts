// Everything that was said in a room is removed, for good. Its numbers stay, so that a client that was there does
// not take what is said later for what it has; whoever comes back finds an empty room.

import type { HttpRequest } from '@azure/functions';
import type { Chat } from '../chat.ts';
import { parseRoom } from '../protocol.ts';
import { deleteRows } from '../room/delete-rows.ts';
import { LISTED_ROOMS, listedKey } from '../room/room-list.ts';
import {
  BAN_ROWS,
  EMPTY_HEAD,
  fromHeadRow,
  HEAD_KEY,
  keysOfMessage,
  MESSAGE_ROWS,
  messageKey,
} from '../room/rows.ts';
import type { Range, Row } from '../room/table.ts';
import type { HttpAnswer } from './http-function.ts';
import { readReason } from './reason.ts';

const DEFAULT_REASON = 'All that was said in this room has been deleted.';
const ROWS_AT_A_TIME = 1_000;
/** A request may last 230 s on Azure; what is left is for the next one. */
const TIME_LIMIT_MS = 30_000;

/** 204 when all is gone; 202 where there is more, and the request is to be sent again. */
export async function eraseRoom(request: HttpRequest, chat: Chat): Promise<HttpAnswer> {
  const { table, rooms, service, now } = chat;
  const room = parseRoom(request.params.room);
  const reason = readReason(request.query, DEFAULT_REASON);
  const startedAt = now();
  if (!(await table.get(room, HEAD_KEY))) return { status: 204, about: { room } };
  // Off the list before the head says so: whoever comes in between puts the room onto it again.
  await deleteRows(table, LISTED_ROOMS, [listedKey(room)]);
  await rooms.submit(room, { kind: 'erase' });
  await service.closeRoom(room, reason);
  const isDone = await eraseRows(room, chat, startedAt + TIME_LIMIT_MS);
  const about = { room };
  return isDone ? { status: 204, about } : { status: 202, jsonBody: { done: false }, about };
}

/** False where time is up before all rows are gone. */
async function eraseRows(room: string, { table, now }: Chat, until: number): Promise<boolean> {
  const headRow = await table.get(room, HEAD_KEY);
  const { first } = headRow ? fromHeadRow(headRow) : EMPTY_HEAD;
  const old = { from: MESSAGE_ROWS.from, to: messageKey(first) };
  return (await erase(BAN_ROWS, ({ key }) => [key])) && (await erase(old, keysOfMessage));

  async function erase(
    range: Pick<Range, 'from' | 'to'>,
    keysOf: (row: Row) => string[],
  ): Promise<boolean> {
    for (;;) {
      const rows = await table.list(room, { ...range, limit: ROWS_AT_A_TIME });
      if (rows.length === 0) return true;
      if (now() > until) return false;
      await deleteRows(table, room, rows.flatMap(keysOf));
    }
  }
}
