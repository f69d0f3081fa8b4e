// What an operator wants to know of a call: who did what to which room, how it ended, and what it told.
// Ids, names of rooms and numbers only; never a text, a person's name, a ticket or a key.

import type { InvocationContext } from '@azure/functions';
import type { ErrorCode, Events } from './protocol.ts';
import type { RoomLog } from './room/room-log.ts';
import type { Action } from './service/bindings.ts';

/** What only the handler knows of a call. */
export interface About {
  readonly room?: string;
  /** Whom a moderator's order is about, where it is not the caller. */
  readonly connection?: string;
  readonly user?: string;
  /** Until when that user is banned; epoch ms. */
  readonly bannedUntil?: number;
  readonly revision?: number;
  /** A message's number; of several that were stored the last one's. */
  readonly seq?: number;
  /** How many messages were stored, where it may be more than one. */
  readonly messages?: number;
  /** Why a hub call, which ends well for the platform, took no effect. HTTP calls have a status. */
  readonly refused?: ErrorCode;
}

/** What the wrapper knows of every call. */
export interface CallFacts {
  readonly event: string;
  readonly connection?: string;
  readonly status?: number;
  readonly actions: readonly Action[];
  readonly ms: number;
}

export function logCall(
  { event, connection, status, actions, ms }: CallFacts,
  about: About,
  context: InvocationContext,
): void {
  const { invocationId: invocation } = context;
  const line = { event, connection, invocation, ...about, tells: revisionsIn(actions), status, ms };
  context.log(`call ${JSON.stringify(line)}`);
}

/** Of which commits the room is told by this call: joins its log line to theirs. */
function revisionsIn(actions: readonly Action[]): number[] {
  return actions.flatMap((action) => {
    if (!('target' in action) || action.target !== 'events') return [];
    const [events] = action.arguments as readonly Events[];
    return events ? [events.revision] : [];
  });
}

/** Into the invocation's own log: the platform keeps little of what is written to the console. */
export function logCommits(
  rooms: Pick<RoomLog, 'takeNotes' | 'takeFailures'>,
  context: InvocationContext,
): void {
  for (const line of rooms.takeFailures()) context.warn(line);
  for (const note of rooms.takeNotes()) context.log(`commit ${JSON.stringify(note)}`);
}
