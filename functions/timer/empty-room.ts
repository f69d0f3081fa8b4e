// Deletes a room that nobody is in and in which nobody has ever spoken. A room with messages keeps its head for ever,
// because a page that comes back has to find its numbers. Nobody comes back to the room of a deployment check.
//
// A join that comes meanwhile wins: it changes the head, and writes the room's row on the list first if the head
// says that the room is not listed. Each deletion is guarded by the ETag of the row that was read before. The timer may end
// after any step. Then the room is still due, and the next run goes on.

import type { Deps } from '../deps.ts';

/** Call it when the tombstones are gone. Returns false if somebody came. Then the room stays due. */
export async function deleteEmptyRoom(
  room: string,
  { cleanup, rooms }: Pick<Deps, 'cleanup' | 'rooms'>,
): Promise<boolean> {
  const listed = await cleanup.findOnList(room);
  // After this commit every join writes the room's row on the list again.
  await rooms.submit(room, { kind: 'unlist' });
  const head = await cleanup.findLoneHead(room);
  if (!head) return false;
  if (listed) await cleanup.removeFromList(listed);
  return cleanup.removeHead(room, head);
}
