// Errors for users who may not enter a room or speak in it.

import { ChatError } from '../protocol.ts';
import type { Banned, Closed, Conflict, Full, Missing } from '../room/change.ts';
import type { RoomReader } from '../room/room-reader.ts';
import type { Head } from '../room/rows.ts';

/** The error for the sender of a message that was not stored. */
export function notStored(outcome: Conflict | Missing | Banned | Closed): ChatError {
  switch (outcome.kind) {
    case 'conflict':
      return idInUse();
    case 'missing':
      return new ChatError(
        'bad_request',
        'unable to send message; the room has no message of the number in `replyTo`. Send it without.',
      );
    default:
      return refusalOf(outcome);
  }
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
  head: Pick<Head, 'bannedUntil'> | undefined,
  { reader, now }: { readonly reader: Pick<RoomReader, 'bannedUntil'>; readonly now: () => number },
): Promise<void> {
  if (!head || head.bannedUntil <= now()) return;
  const until = await reader.bannedUntil(room, userId);
  if (until > now()) throw bannedUntil(until);
}

/** The error for a user who may not join or send: `banned`, `room_closed`, `too_many_connections` or `room_full`. */
export function refusalOf(outcome: Banned | Closed | Full): ChatError {
  switch (outcome.kind) {
    case 'banned':
      return bannedUntil(outcome.until);
    case 'closed':
      return closedError(outcome.reason);
    case 'full':
      return fullError(outcome.of);
  }
}

/** The error for a connection beyond a cap. */
export function fullError(of: Full['of']): ChatError {
  return of === 'room'
    ? new ChatError(
        'room_full',
        'unable to join the room; it has no place left. Come back when somebody has gone.',
      )
    : new ChatError(
        'too_many_connections',
        'unable to join the room; you are in it too many times. Close a tab or another program, or wait a minute.',
      );
}

/**
 * The error for a user who opens connections faster than a broken network makes a page do.
 *
 * @param retryAfter seconds
 */
export function tooManyJoins(retryAfter: number): ChatError {
  return new ChatError(
    'too_many_connections',
    'unable to join the room; you have connected too often in the last minutes. Wait a minute.',
    { retryAfter },
  );
}

/** @param until epoch ms */
export function bannedUntil(until: number): ChatError {
  return new ChatError(
    'banned',
    `unable to join the room; you are banned until ${new Date(until).toISOString()}. Come back then.`,
    { until },
  );
}

/** The stored reason of a room that was closed without one. */
export const NO_REASON = 'closed by a moderator';

/** `reason` is a moderator's text: a sentence or a few words. `mayOpen` says to a moderator that the room can be opened again. */
export function closedError(reason: string, mayOpen = false): ChatError {
  return new ChatError(
    'room_closed',
    `unable to use the room; it is closed (${reason.replace(/\.$/, '')}). Choose another, or come back when it is open.`,
    { reason: reason === NO_REASON ? undefined : reason, ...(mayOpen && { mayOpen }) },
  );
}
