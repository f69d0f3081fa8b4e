// Lists rooms with their numbers.

import type { HttpRequest } from '@azure/functions';
import { atATime } from '../at-a-time.ts';
import type { Deps } from '../deps.ts';
import { parseRoom, type RoomSummary, type Rooms } from '../protocol.ts';
import type { RoomReader } from '../room/room-reader.ts';
import type { HttpAnswer } from './http-function.ts';
import { readWholeNumber } from './query.ts';

const MOST_ROOMS = 100;
const READS_AT_A_TIME = 16;

/** `GET /api/rooms?continue=&limit=`. Throws `bad_room`, `bad_request` or `unavailable`. */
export async function rooms(request: HttpRequest, { reader }: Deps): Promise<HttpAnswer> {
  const limit = readWholeNumber(request.query, 'limit', 1, MOST_ROOMS) ?? MOST_ROOMS;
  const start = request.query.get('continue');
  const first = start === null ? undefined : parseRoom(start);
  // One more than requested, to know whether there is more.
  const names = await reader.listedRooms(first, limit + 1);
  const found = await atATime(READS_AT_A_TIME, names.slice(0, limit), (room) =>
    readSummary(room, reader),
  );
  const next = names[limit];
  return {
    jsonBody: {
      rooms: found.filter((room) => room !== undefined),
      ...(next === undefined ? {} : { continue: next }),
    } satisfies Rooms,
  };
}

/** Undefined for a listed room without a commit. */
async function readSummary(room: string, reader: RoomReader): Promise<RoomSummary | undefined> {
  const head = await reader.findHead(room);
  if (!head) return undefined;
  const { online, seq, first, activeAt, closed } = head;
  return { room, online, seq, first, activeAt, ...(closed === '' ? {} : { closed }) };
}
