// Finds the place of a time in a room by its numbers. Times rise with the numbers as far as the clocks of the processes agree.

import type { RoomReader } from './room-reader.ts';
import type { Head } from './rows.ts';

/**
 * The number from which on the room's messages were sent at or after a time, by binary search. One past the last number if
 * none was. Reads at most log2 of the kept numbers, rounded up, and one more. Throws `TableUnavailable`.
 *
 * Each message has the clock of the process that stored it. Where two of them differ by some milliseconds, messages that are
 * as close to the time may be on either side.
 *
 * @param at epoch ms
 */
export async function numberAt(
  room: string,
  { first, seq }: Pick<Head, 'first' | 'seq'>,
  at: number,
  reader: Pick<RoomReader, 'messages'>,
): Promise<number> {
  let from = first;
  let to = seq + 1;
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    // Numbers may be missing: messages of an import, or those that a cleanup is removing.
    const [message] = await reader.messages(room, { from: middle, to, limit: 1 });
    if (!message || message.sentAt >= at) to = middle;
    else from = message.seq + 1;
  }
  return from;
}
