// Errors for users who may not enter a room or speak in it.

import { ChatError } from '../protocol.ts';
import type { Banned, Closed, Conflict } from '../room/change.ts';
import type { RoomReader } from '../room/room-reader.ts';
import type { Head } from '../room/rows.ts';

/** The error for the sender of a message that was not stored. */
export function notStored(outcome: Conflict | Banned | Closed): ChatError {
  return outcome.kind === 'conflict' ? idInUse() : refusalOf(outcome);
}

function idInUse(): ChatError {
  return new ChatError(
    'id_in_use',
    'unable to send message; another text is stored under its id. Take a new id for a new text.',
  );
}

/** Throws ChatError `banned` to a banned user. Costs a read only in a room with a ban. */
export async function refuseBanned(
  room: string,
  userId: string,
  head: Pick<Head, 'bannedUntil'>,
  { reader, now }: { readonly reader: RoomReader; readonly now: () => number },
): Promise<void> {
  if (head.bannedUntil <= now()) return;
  const until = await reader.bannedUntil(room, userId);
  if (until > now()) throw bannedUntil(until);
}

/** The error for a user who may not join or send: `banned` or `room_closed`. */
export function refusalOf(outcome: Banned | Closed): ChatError {
  return outcome.kind === 'banned' ? bannedUntil(outcome.until) : closedError(outcome.reason);
}

/** @param until epoch ms */
export function bannedUntil(until: number): ChatError {
  return new ChatError(
    'banned',
    `unable to join the room; you are banned until ${new Date(until).toISOString()}. Come back then.`,
    { until },
  );
}

/** `reason` is a moderator's text: a sentence or a few words. */
export function closedError(reason: string): ChatError {
  return new ChatError(
    'room_closed',
    `unable to use the room; it is closed (${reason.replace(/\.$/, '')}). Choose another, or come back when it is open.`,
  );
}
