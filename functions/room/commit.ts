// Plans one commit to a room: turns the head and a batch of changes into the rows to write, the outcome of each change,
// and the events to broadcast. Pure. room-committer.ts does the waiting and writing.

import {
  type ChatMessage,
  type Events,
  isLine,
  MAX_LISTED,
  type Member,
  type ReactionChange,
} from '../protocol.ts';
import type { Outcome, Prepared } from './change.ts';
import { creatorAfter } from './creator.ts';
import type { CommitContext, Presence, RoomNumbers, RoomState } from './kinds/kind.ts';
import { kindOf } from './kinds/kinds.ts';
import { presenceWindowMs } from './presence-budget.ts';
import { type Head, NO_PENDING_PRESENCE, type PendingPresence, toHeadRow } from './rows.ts';
import type { Operation } from './table.ts';
import { NO_TALLIES, type Tallies, type TallyChange, withTallies } from './tallies.ts';

export interface Plan {
  readonly head: Head;
  /** Empty if nothing has to be written. */
  readonly operations: readonly Operation[];
  /** In the order of the changes. */
  readonly outcomes: readonly Outcome[];
  /** For each operation, the index of the change that asked for it, or {@link HEAD}. */
  readonly owners: readonly number[];
  /** The events to broadcast now. Undefined for nothing, or not yet. */
  readonly events: Events | undefined;
  /** When the deferred presence has to be broadcast at the latest, epoch ms. */
  readonly broadcastAt: number | undefined;
}

/** The owner of a plan's first operation: the room itself. */
export const HEAD = -1;

/** Decides one commit. The changes touch different rows (see `ChangeKind.rowKey`). */
export function planCommit(
  stored: Head,
  headEtag: string | undefined,
  changes: readonly Prepared[],
  context: CommitContext,
): Plan {
  const { room, now } = context;
  const presence = changes.flatMap((change) => kindOf(change).presence(change) ?? []);
  const online = stored.online + presence.reduce((sum, one) => sum + ('joined' in one ? 1 : -1), 0);
  const numbered = numberMessages(stored.seq, changes, now, online);
  const messages = numbered.flat();
  const after: RoomNumbers = {
    revision: stored.revision + 1,
    seq: stored.seq + messages.length,
    online,
    creator: creatorAfter(room, stored, presence),
  };
  const pendingPresence = presence.reduce(withPresence, stored.pendingPresence);

  const windowMs = presenceWindowMs(after.online);
  // In the future if this clock was set back, or lags behind that of another process.
  const isDue = pendingPresence.isPending && Math.abs(now - stored.presenceAt) >= windowMs;
  const reactions = changes.flatMap((change) => kindOf(change).reactions?.(change, after) ?? []);
  const broadcastsNow = messages.length > 0 || reactions.length > 0 || isDue;
  const broadcastAt =
    pendingPresence.isPending && !broadcastsNow ? stored.presenceAt + windowMs : undefined;

  const written = changes.map((change, index) =>
    kindOf(change).operations(change, numbered[index] ?? [], context, after),
  );
  const operations = written.flat();
  const outcomes = changes.map((change, index) =>
    kindOf(change).outcome(change, numbered[index] ?? [], context, after),
  );
  const isEmpty = operations.length === 0 && !changes.some((change) => kindOf(change).changesHead);
  if (isEmpty && !broadcastsNow) {
    return { head: stored, operations, owners: [], outcomes, events: undefined, broadcastAt };
  }

  const state = stateAfter(stored, changes, context, after, messages);
  // Each property by its name, as in toHeadRow.
  const head: Head = {
    revision: after.revision,
    seq: state.seq,
    online: after.online,
    first: state.first,
    closed: state.closed,
    closedBy: state.closedBy,
    creator: state.creator,
    bannedUntil: state.bannedUntil,
    watchedUntil: state.watchedUntil,
    lastLine: state.lastLine,
    reactedAt: state.reactedAt,
    commit: context.commit,
    cleanupAt: context.cleanupAt,
    activeAt: changes.some((change) => kindOf(change).isActivity) ? now : state.activeAt,
    listed: isListed(stored, changes),
    presenceAt: broadcastsNow ? now : stored.presenceAt,
    pendingPresence: broadcastsNow ? NO_PENDING_PRESENCE : pendingPresence,
    tallies: after.online === 0 ? NO_TALLIES : talliesAfter(stored, presence),
  };
  const row = toHeadRow(head);
  return {
    head,
    // The head comes first, so that a failed transaction reports a lost race.
    operations: [
      headEtag === undefined ? { kind: 'insert', row } : { kind: 'replace', row, etag: headEtag },
      ...operations,
    ],
    owners: [HEAD, ...written.flatMap((rows, owner) => rows.map(() => owner))],
    outcomes,
    events: broadcastsNow
      ? {
          ...toEvents(room, after, messages, pendingPresence),
          ...reacted(reactions, stored.reactedAt),
        }
      : undefined,
    broadcastAt,
  };
}

function toEvents(
  room: string,
  { revision, seq, online }: RoomNumbers,
  messages: readonly ChatMessage[],
  { joined, left }: PendingPresence,
): Events {
  return { room, revision, seq, online, messages, joined, left };
}

function reacted(
  reactions: readonly ReactionChange[],
  reactedBefore: number,
): Pick<Events, 'reactions' | 'reactedBefore'> {
  return reactions.length === 0 ? {} : { reactions, reactedBefore };
}

/** The messages of each change, with their numbers and the count of their moment. */
function numberMessages(
  seq: number,
  changes: readonly Prepared[],
  sentAt: number,
  online: number,
): (readonly ChatMessage[])[] {
  let last = seq;
  return changes.map((change) => {
    const messages = kindOf(change)
      .messages(change, last + 1, sentAt)
      .map((message) => (isLine(message) ? { ...message, online } : message));
    last += messages.length;
    return messages;
  });
}

function stateAfter(
  stored: Head,
  changes: readonly Prepared[],
  context: CommitContext,
  after: RoomNumbers,
  messages: readonly ChatMessage[],
): RoomState {
  const { first, closed, closedBy, bannedUntil, activeAt, watchedUntil, reactedAt } = stored;
  const { seq, creator } = after;
  const lastLine = messages.findLast(isLine)?.seq ?? stored.lastLine;
  const kept = { first, closed, closedBy, bannedUntil, activeAt, watchedUntil, reactedAt };
  return changes.reduce<RoomState>(
    (state, change) => kindOf(change).stateAfter(state, change, context, after),
    { ...kept, seq, creator, lastLine },
  );
}

function isListed({ listed }: Head, changes: readonly Prepared[]): boolean {
  const listings = changes.map((change) => kindOf(change).listing);
  return listings.includes('add') || (listed && !listings.includes('remove'));
}

function talliesAfter({ tallies }: Head, presence: readonly Presence[]): Tallies | undefined {
  return tallies === undefined ? undefined : withTallies(tallies, presence.map(toTallyChange));
}

function toTallyChange(presence: Presence): TallyChange {
  return 'joined' in presence ? [presence.joined.userId, 1] : [presence.left.userId, -1];
}

function withPresence({ joined, left }: PendingPresence, presence: Presence): PendingPresence {
  if ('joined' in presence)
    return { joined: withListed(joined, presence.joined), left, isPending: true };
  const { connectionId } = presence.left;
  return {
    joined: joined.filter((member) => member.connectionId !== connectionId),
    // Also if its join was never broadcast: somebody may have seen it in the list of members.
    left: withListed(left, presence.left),
    isPending: true,
  };
}

function withListed(members: readonly Member[], member: Member): readonly Member[] {
  return members.length >= MAX_LISTED ? members : [...members, member];
}
