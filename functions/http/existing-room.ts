// Requests of moderators and exports are for a room that exists. Otherwise a mistyped name would look like an empty room.

import { ChatError } from '../protocol.ts';
import type { RoomReader } from '../room/room-reader.ts';
import type { Head } from '../room/rows.ts';

/** The head of a room that has been used. `to` is what the request does, e.g. `close the room`. Throws `no_room` or `unavailable`. */
export async function existingHead(
  to: string,
  room: string,
  { reader }: { readonly reader: Pick<RoomReader, 'findHead'> },
): Promise<Head> {
  return requireRoom(to, room, await reader.findHead(room));
}

/** The same for a head that is read already. */
export function requireRoom(to: string, room: string, head: Head | undefined): Head {
  if (head) return head;
  throw new ChatError(
    'no_room',
    `unable to ${to}; there is no room ${JSON.stringify(room)}. Look into the list of rooms for its name.`,
  );
}
