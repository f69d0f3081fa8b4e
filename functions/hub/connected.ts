// A connection opened: it joins the room of its ticket, or is closed.

import type { Deps } from '../deps.ts';
import type { Ticket } from '../identity/ticket.ts';
import { type RightsDeps, roleOf } from '../moderation/moderator-rights.ts';
import { refusalOf, tooManyJoins } from '../moderation/refusals.ts';
import { ChatError, DEFAULT_EDIT_MINUTES, type Welcome } from '../protocol.ts';
import { addToRoom, toNewcomer, toRoom } from '../service/bindings.ts';
import type { HubAnswer, HubCall } from './hub-function.ts';

/**
 * Closes the connection with the reason for a bad ticket, a ban, a closed or full room, too many connections of the user, or
 * storage that does not answer.
 */
export async function connected(call: HubCall, deps: Deps): Promise<HubAnswer> {
  try {
    const ticket = await deps.tickets.read(call.ticket, 'fresh');
    const { room, userId: user } = ticket;
    // One ticket opens any number of connections for five minutes.
    if (deps.joinRate.judge(user) !== 'accept')
      throw tooManyJoins(deps.joinRate.secondsToSpace(user));
    return { actions: await join(call.connectionId, ticket, deps), about: { room, user } };
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    // An open connection outside the room would get nothing. A closed one knows, and comes back with a new ticket.
    await deps.service.closeConnection(call.connectionId, error.message);
    return { actions: [], about: { refused: error.code } };
  }
}

/** The page then offers neither edit nor removal in vain. */
function editTime({ editMinutes }: Deps['settings']): Pick<Welcome, 'editMinutes'> {
  return editMinutes === DEFAULT_EDIT_MINUTES ? {} : { editMinutes };
}

/** The page then offers what moderators do, and shows who created the room. */
function rights(
  userId: string,
  creator: string | undefined,
  deps: RightsDeps,
): Pick<Welcome, 'moderator' | 'creator'> {
  return {
    ...(roleOf(userId, { creator }, deps) && { moderator: true }),
    ...(creator && { creator }),
  };
}

async function join(connectionId: string, { userId, name, room }: Ticket, deps: Deps) {
  const { rooms, newcomers, settings } = deps;
  const member = { connectionId, userId, name };
  const { outcome, frames } = await rooms
    .submit(room, { kind: 'join', ...member })
    .catch((error) => {
      // It may be committed all the same.
      newcomers.joined(room, connectionId);
      throw error;
    });
  switch (outcome.kind) {
    case 'joined': {
      newcomers.joined(room, connectionId);
      const { revision, seq, online, creator } = outcome;
      // The page then sends no notes. Each would be a call in vain.
      const typing = settings.typing ? {} : ({ typing: false } as const);
      const offers = { ...typing, ...editTime(settings), ...rights(userId, creator, deps) };
      return [
        // In this order: before its welcome the newcomer is in the group.
        addToRoom(room, connectionId),
        toNewcomer({ ...member, room, revision, seq, online, ...offers }),
        ...frames.map((events) => toRoom(room, events)),
      ];
    }
    case 'gone':
      return [];
    case 'banned':
    case 'closed':
    case 'full':
      throw refusalOf(outcome);
  }
}
