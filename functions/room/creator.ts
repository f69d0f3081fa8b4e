// Who created a private room: the first person who joins it. The join itself stores it, so it is exact, and nobody takes it over.

import { PRIVATE_ROOM } from '../protocol.ts';
import type { Presence } from './kinds/kind.ts';
import type { Head } from './rows.ts';

/**
 * The creator after a commit. A room has one only if its name is that of a private room, and if nobody has joined it or spoken
 * in it before.
 */
export function creatorAfter(
  room: string,
  { creator, seq }: Pick<Head, 'creator' | 'seq'>,
  presence: readonly Presence[],
): string | undefined {
  if (creator !== '' || seq > 0 || !PRIVATE_ROOM.test(room)) return creator;
  const first = presence.find((one) => 'joined' in one);
  return first ? first.joined.userId : creator;
}
