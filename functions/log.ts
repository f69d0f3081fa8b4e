// The log lines of calls and commits, for operators. They hold ids, names of rooms and numbers only, never a text, a
// person's name, a ticket or a key.

import type { InvocationContext } from '@azure/functions';
import type { ErrorCode, Events } from './protocol.ts';
import type { CommitNote } from './room/commit-note.ts';
import type { RoomLog } from './room/room-log.ts';
import type { Action } from './service/bindings.ts';

/** Fields of a call that only the handler knows. */
export interface About {
  readonly room?: string;
  /** The connection that a moderator request is about. */
  readonly connection?: string;
  readonly user?: string;
  /** Who moderates from a page. `user` is then whom it is about. */
  readonly moderator?: string;
  /** Until when that user is banned, epoch ms. */
  readonly bannedUntil?: number;
  readonly revision?: number;
  /** The number of a message, or of the last one of several. */
  readonly seq?: number;
  /** Number of stored messages, if it may be more than one. */
  readonly messages?: number;
  /** Why a hub call took no effect. For the platform such a call succeeds. HTTP calls have a status. */
  readonly refused?: ErrorCode;
}

/** Fields of every call, from its wrapper. */
export interface CallFacts {
  readonly event: string;
  readonly connection?: string;
  readonly status?: number;
  readonly actions: readonly Action[];
  readonly ms: number;
}

/**
 * Writes `call {…}`, one line for each invocation. Each line is stored with 500 bytes beside it, so the commit of a call is
 * in the line of the call. Commits of other rooms, and several commits, have lines of their own.
 */
export function logCall(
  { event, connection, status, actions, ms }: CallFacts,
  about: About,
  rooms: Pick<RoomLog, 'takeNotes'>,
  context: InvocationContext,
): void {
  const { invocationId: invocation } = context;
  const [note, ...others] = rooms.takeNotes();
  const commit = others.length === 0 && note?.room === about.room ? note : undefined;
  const line = {
    event,
    connection,
    invocation,
    ...about,
    broadcasts: revisionsIn(actions),
    status,
    ms,
    commit,
  };
  context.log(`call ${JSON.stringify(line)}`);
  if (note && !commit) logNotes([note, ...others], context);
}

/** The revisions that this call broadcasts. They join its log line to the lines of their commits. */
function revisionsIn(actions: readonly Action[]): number[] {
  return actions.flatMap((action) => {
    if (!('target' in action) || action.target !== 'events') return [];
    const [events] = action.arguments as readonly Events[];
    return events ? [events.revision] : [];
  });
}

/** Writes what no `call` line has. To the invocation's own log, because the platform keeps little of the console's output. */
export function logCommits(
  rooms: Pick<RoomLog, 'takeNotes' | 'takeFailures'>,
  context: InvocationContext,
): void {
  for (const line of rooms.takeFailures()) context.warn(line);
  logNotes(rooms.takeNotes(), context);
}

function logNotes(notes: readonly CommitNote[], context: InvocationContext): void {
  for (const note of notes) context.log(`commit ${JSON.stringify(note)}`);
}
