// Who moderates a room from a page: the people whom CHAT_MODERATORS names, in every room, and the creator of a private room,
// in that room. Decided with each call, because a ticket may be days old.

import { ChatError, MODERATOR, PUBLISHER } from '../protocol.ts';
import type { Author } from '../room/change.ts';
import type { RoomViews } from '../room/room-views.ts';
import type { Head } from '../room/rows.ts';

/** The author of what a moderator removes. Nobody is named, so nobody takes it up with a person. The log has the id. */
export const AS_MODERATOR: Author = { userId: MODERATOR, name: 'Moderator' };

export interface RightsDeps {
  readonly settings: {
    /** The ids of the people whom the setting names. */
    readonly moderators: ReadonlySet<string>;
  };
}

export type Role = 'named' | 'creator';

/** Undefined for a user who moderates nothing here. */
export function roleOf(
  userId: string,
  head: Pick<Head, 'creator'> | undefined,
  { settings: { moderators } }: RightsDeps,
): Role | undefined {
  if (moderators.has(userId)) return 'named';
  return head?.creator === userId ? 'creator' : undefined;
}

/** The role of the user in the room at this moment. Costs a read of the head, shared with everyone who reads it now. */
export async function roleIn(
  room: string,
  userId: string,
  deps: RightsDeps & { readonly views: Pick<RoomViews, 'findHead'> },
): Promise<Role | undefined> {
  return roleOf(userId, await deps.views.findHead(room), deps);
}

/** `to` is what the call does, e.g. `close the room`. */
export function notModerator(to: string): ChatError {
  return new ChatError('not_moderator', `unable to ${to}; you are no moderator here. Ask one.`);
}

/**
 * Why a moderator may not ban the user. Undefined if the moderator may. A person whom the setting names is banned with a
 * function key only, so that no creator and no feud takes the moderators away.
 */
export function refusalToBan(
  userId: string,
  by: string,
  { settings: { moderators } }: RightsDeps,
): ChatError | undefined {
  if (moderators.has(userId) && userId !== by) {
    return new ChatError(
      'not_moderator',
      'unable to ban the person; that is a moderator of every room. Ask the operator of the chat.',
    );
  }
  const what =
    userId === by
      ? 'you cannot ban yourself'
      : userId === PUBLISHER || userId === MODERATOR
        ? 'that is no person'
        : undefined;
  if (what === undefined) return undefined;
  return new ChatError('bad_request', `unable to ban the person; ${what}. Choose somebody else.`);
}

/**
 * Whether the user may open the room again. What a request with a function key has closed stays closed until another one opens
 * it, and a creator opens only what the creator has closed.
 */
export function mayOpen(
  userId: string,
  head: Pick<Head, 'creator' | 'closed' | 'closedBy'>,
  deps: RightsDeps,
): boolean {
  const { closed, closedBy } = head;
  if (closed === '' || closedBy === '') return false;
  const role = roleOf(userId, head, deps);
  return role === 'named' || (role === 'creator' && closedBy === userId);
}
