// The list of rooms: a row for each room that somebody entered or spoke in, in a partition of its own, so that
// finding them costs no look at their messages. A row is written before the commit that makes its room known, and
// the room's head remembers that it is there.

import type { Row } from './table.ts';

/** A partition that no room can be named after. */
export const LISTED_ROOMS = '.rooms';

/** The range of all rooms. */
export const ROOM_ROWS = { from: 'r:', to: 'r;' };

export function listedKey(room: string): string {
  return `r:${room}`;
}

export function toListedRow(room: string): Row {
  return { key: listedKey(room), properties: { room } };
}
