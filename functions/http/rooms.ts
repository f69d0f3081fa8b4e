// Which rooms there are, and how much goes on in each.

import type { HttpRequest } from '@azure/functions';
import { atATime } from '../at-a-time.ts';
import type { Chat } from '../chat.ts';
import { parseRoom, type RoomSummary, type Rooms } from '../protocol.ts';
import { LISTED_ROOMS, listedKey, ROOM_ROWS } from '../room/room-list.ts';
import { fromHeadRow, HEAD_KEY } from '../room/rows.ts';
import type { Table } from '../room/table.ts';
import { type HttpAnswer, readWholeNumber } from './http-function.ts';

const MOST_ROOMS = 100;
const READS_AT_A_TIME = 16;

export async function rooms(request: HttpRequest, { table }: Chat): Promise<HttpAnswer> {
  const limit = readWholeNumber(request.query, 'limit', 1, MOST_ROOMS) ?? MOST_ROOMS;
  const start = request.query.get('continue');
  const from = start === null ? ROOM_ROWS.from : listedKey(parseRoom(start));
  // One more than asked for, to know whether there is more.
  const rows = await table.list(LISTED_ROOMS, { ...ROOM_ROWS, from, limit: limit + 1 });
  const names = rows.map(({ properties }) => String(properties.room));
  const found = await atATime(READS_AT_A_TIME, names.slice(0, limit), (room) => sum(room, table));
  const next = names[limit];
  return {
    jsonBody: {
      rooms: found.filter((room) => room !== undefined),
      ...(next === undefined ? {} : { continue: next }),
    } satisfies Rooms,
  };
}

/** Undefined for a room whose first commit has not come about. */
async function sum(room: string, table: Table): Promise<RoomSummary | undefined> {
  const row = await table.get(room, HEAD_KEY);
  if (!row) return undefined;
  const { online, seq, first, activeAt, closed } = fromHeadRow(row);
  return { room, online, seq, first, activeAt, ...(closed === '' ? {} : { closed }) };
}
