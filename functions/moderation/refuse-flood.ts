// The rate limit: each message and each typing note counts for its user.

import { ChatError } from '../protocol.ts';
import { type BanDeps, banUser } from './ban-user.ts';
import { BAN_MS, type FloodGuard } from './flood-guard.ts';
import { bannedUntil } from './refusals.ts';

export interface FloodDeps extends BanDeps {
  readonly flood: FloodGuard;
  /** Epoch ms. */
  readonly now: () => number;
}

/** Throws ChatError `too_many_messages`, or `banned` after too many refusals. */
export async function refuseFlood(
  connectionId: string,
  userId: string,
  room: string,
  deps: FloodDeps,
): Promise<void> {
  switch (deps.flood.judge(userId)) {
    case 'accept':
      return;
    case 'refuse':
      throw new ChatError(
        'too_many_messages',
        'unable to send message; there are too many of yours. Wait a moment and send it again.',
      );
    case 'ban': {
      const until = deps.now() + BAN_MS;
      const error = bannedUntil(until);
      await banUser(room, { userId, connectionId }, until, error.message, deps);
      throw error;
    }
  }
}
