// One commit to a room, decided: from the head and the changes that go together to the rows to write, the
// outcome of each change, and what the room is to be told. Pure; room-committer.ts does the waiting and writing.

import { type ChatMessage, type Events, MAX_LISTED, type Member } from '../protocol.ts';
import type { Outcome, Prepared } from './change.ts';
import type { CommitContext, Presence, RoomNumbers, RoomState } from './kinds/kind.ts';
import { kindOf } from './kinds/kinds.ts';
import { presenceWindowMs } from './presence-budget.ts';
import { type Head, NOTHING_UNTOLD, toHeadRow, type Untold } from './rows.ts';
import type { Operation } from './table.ts';

export interface Plan {
  readonly head: Head;
  /** Empty where nothing needs to be written. */
  readonly operations: readonly Operation[];
  /** In the order of the changes. */
  readonly outcomes: readonly Outcome[];
  /** For each operation, the index of the change that asked for it, or {@link HEAD}. */
  readonly owners: readonly number[];
  /** What to tell the room now; undefined for nothing, or not yet. */
  readonly events: Events | undefined;
  /** When presence that was kept back is to be told at the latest; epoch ms. */
  readonly tellAt: number | undefined;
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
  const numbered = numberMessages(stored.seq, changes, now);
  const messages = numbered.flat();
  const after: RoomNumbers = {
    revision: stored.revision + 1,
    seq: stored.seq + messages.length,
    online: stored.online + presence.reduce((sum, one) => sum + ('joined' in one ? 1 : -1), 0),
  };
  const untold = presence.reduce(withPresence, stored.untold);

  const windowMs = presenceWindowMs(after.online);
  const isDue = untold.owed && now - stored.toldAt >= windowMs;
  const tellsNow = messages.length > 0 || isDue;
  const tellAt = untold.owed && !tellsNow ? stored.toldAt + windowMs : undefined;

  const written = changes.map((change, index) =>
    kindOf(change).operations(change, numbered[index] ?? [], context, after),
  );
  const operations = written.flat();
  const outcomes = changes.map((change, index) =>
    kindOf(change).outcome(change, numbered[index] ?? [], context, after),
  );
  const isEmpty = operations.length === 0 && !changes.some((change) => kindOf(change).changesHead);
  if (isEmpty && !tellsNow) {
    return { head: stored, operations, owners: [], outcomes, events: undefined, tellAt };
  }

  const head: Head = {
    ...after,
    ...stateAfter(stored, changes, context, after),
    commit: context.commit,
    tidyAt: context.tidyAt,
    activeAt: changes.some((change) => kindOf(change).isActivity) ? now : stored.activeAt,
    listed: isListed(stored, changes),
    toldAt: tellsNow ? now : stored.toldAt,
    untold: tellsNow ? NOTHING_UNTOLD : untold,
  };
  const row = toHeadRow(head);
  const { joined, left } = untold;
  return {
    head,
    // The head comes first, so that a lost race is what a failed transaction reports.
    operations: [
      headEtag === undefined ? { kind: 'insert', row } : { kind: 'replace', row, etag: headEtag },
      ...operations,
    ],
    owners: [HEAD, ...written.flatMap((rows, owner) => rows.map(() => owner))],
    outcomes,
    events: tellsNow ? { room, ...after, messages, joined, left } : undefined,
    tellAt,
  };
}

/** The messages of each change, with the numbers they get. */
function numberMessages(
  seq: number,
  changes: readonly Prepared[],
  sentAt: number,
): (readonly ChatMessage[])[] {
  let last = seq;
  return changes.map((change) => {
    const messages = kindOf(change).messages(change, last + 1, sentAt);
    last += messages.length;
    return messages;
  });
}

function stateAfter(
  { first, closed, bannedUntil }: Head,
  changes: readonly Prepared[],
  context: CommitContext,
  after: RoomNumbers,
): RoomState {
  return changes.reduce<RoomState>(
    (state, change) => kindOf(change).stateAfter(state, change, context, after),
    { first, closed, bannedUntil },
  );
}

function isListed({ listed }: Head, changes: readonly Prepared[]): boolean {
  const listings = changes.map((change) => kindOf(change).listing);
  return !listings.includes('remove') && (listed || listings.includes('add'));
}

function withPresence({ joined, left }: Untold, presence: Presence): Untold {
  if ('joined' in presence)
    return { joined: withListed(joined, presence.joined), left, owed: true };
  const { connectionId } = presence.left;
  return {
    joined: joined.filter((member) => member.connectionId !== connectionId),
    // Also where nobody was told that it came: somebody may have seen it in the list of members.
    left: withListed(left, presence.left),
    owed: true,
  };
}

function withListed(members: readonly Member[], member: Member): readonly Member[] {
  return members.length >= MAX_LISTED ? members : [...members, member];
}
