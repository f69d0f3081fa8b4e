// The list of rooms: a row for each room that somebody has entered or spoken in, in a separate partition, so that listing
// reads no messages. The row is written before the commit that needs it, and the room's head remembers it.

import type { Row } from './table.ts';

/** No room can have the name of this partition. */
export const LISTED_ROOMS = '.rooms';

/** The range of all rooms. */
export const ROOM_ROWS = { from: 'r:', to: 'r;' };

export function listedKey(room: string): string {
  return `r:${room}`;
}

/** The row that lists the room. */
export function toListedRow(room: string): Row {
  return { key: listedKey(room), properties: { room } };
}
