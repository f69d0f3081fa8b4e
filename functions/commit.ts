// One commit to a room, decided: from the head and the changes that go together to the rows to write, the
// outcome of each change, and what the room is to be told. Pure; room-log.ts does the waiting and writing.

import { presenceWindowMs } from './presence-budget.ts';
import { type ChatMessage, type Events, MAX_LISTED, type Member } from './protocol.ts';
import {
  banKey,
  connectionKey,
  HEAD_KEY,
  type Head,
  NOTHING_UNTOLD,
  receiptKey,
  toBanRow,
  toConnectionRow,
  toHeadRow,
  toMessageRow,
  toReceiptRow,
  type Untold,
} from './rows.ts';
import type { Operation, Row } from './table.ts';

/** What somebody wants changed in a room. */
export type Change =
  | ({ readonly kind: 'join' } & Member)
  | { readonly kind: 'leave'; readonly connectionId: string }
  | {
      readonly kind: 'send';
      readonly id: string;
      readonly userId: string;
      readonly name: string;
      readonly text: string;
    }
  | { readonly kind: 'ban'; readonly userId: string; readonly until: number }
  /** Nothing new: tell what is still untold. */
  | { readonly kind: 'tell' }
  /** The room was looked after; see tidy.ts. */
  | {
      readonly kind: 'tidied';
      /** The oldest message to keep. */
      readonly first: number;
      /** When to look again as far as the room was seen at a revision; 0 for never, else epoch ms. */
      readonly next?: { readonly seenRevision: number; readonly tidyAt: number };
    };

/** What is known of a leaving connection's row before the commit. */
export type LeaveRow =
  | 'none'
  | { readonly member: Member; readonly connectedAt: number; readonly etag: string };

/** A change with what had to be looked up for it. */
export type Prepared =
  | Exclude<Change, { kind: 'leave' }>
  | (Extract<Change, { kind: 'leave' }> & { readonly row: LeaveRow });

/** What became of a change, by its kind. `revision`, `seq` and `online` are the room's after the commit. */
export interface Outcomes {
  join: Joined | Gone | Banned;
  leave: Done;
  send: Stored | Banned;
  ban: Done;
  tell: Done;
  tidied: Done;
}

export type Outcome = Outcomes[Change['kind']];

export interface Joined {
  readonly kind: 'joined';
  readonly revision: number;
  readonly seq: number;
  readonly online: number;
}

/** The connection had closed before it was seen to open. */
export interface Gone {
  readonly kind: 'gone';
}

export interface Banned {
  readonly kind: 'banned';
  /** Epoch ms. */
  readonly until: number;
}

export interface Stored {
  readonly kind: 'stored';
  readonly seq: number;
  readonly sentAt: number;
  readonly online: number;
}

export interface Done {
  readonly kind: 'done';
}

const DONE: Done = { kind: 'done' };

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

export interface Moment {
  readonly room: string;
  /** Epoch ms. */
  readonly now: number;
  /** Names this commit; unique. */
  readonly commit: string;
  /** When the room will have to be looked after; a row stands for it already. */
  readonly tidyAt: number;
}

/** Decides one commit. The changes touch different rows (see {@link rowKeyOf}). */
export function planCommit(
  stored: Head,
  headEtag: string | undefined,
  changes: readonly Prepared[],
  moment: Moment,
): Plan {
  const { room, now, commit, tidyAt: nextTidyAt } = moment;
  const revision = stored.revision + 1;
  const online = stored.online + changes.reduce((sum, change) => sum + onlineDelta(change), 0);
  const messages = numberMessages(stored.seq, changes, now);
  const seq = stored.seq + messages.length;
  const untold = changes.reduce(withPresence, stored.untold);

  const isDue = untold.owed && now - stored.toldAt >= presenceWindowMs(online);
  const tellsNow = messages.length > 0 || isDue;
  const tellAt = untold.owed && !tellsNow ? stored.toldAt + presenceWindowMs(online) : undefined;

  const operations: Operation[] = [];
  const owners: number[] = [];
  const outcomes: Outcome[] = [];
  let nextMessage = 0;
  for (const [owner, change] of changes.entries()) {
    const before = operations.length;
    switch (change.kind) {
      case 'join':
        operations.push({ kind: 'insert', row: toOpenRow(change, moment) });
        outcomes.push({ kind: 'joined', revision, seq, online });
        break;
      case 'leave':
        operations.push(toTombstone(change, moment));
        outcomes.push(DONE);
        break;
      case 'send': {
        const message = messages[nextMessage++] as ChatMessage;
        const receipt = { seq: message.seq, sentAt: now, online };
        // The receipt first: where the message was sent before, it is this insert that fails.
        const receiptRow = toReceiptRow(change.userId, change.id, { ...receipt, commit });
        operations.push({ kind: 'insert', row: receiptRow });
        operations.push({ kind: 'insert', row: toMessageRow(message) });
        outcomes.push({ kind: 'stored', ...receipt });
        break;
      }
      case 'ban':
        operations.push({ kind: 'put', row: toBanRow(change.userId, change.until) });
        outcomes.push(DONE);
        break;
      case 'tell':
      case 'tidied':
        outcomes.push(DONE);
        break;
    }
    for (let added = before; added < operations.length; added += 1) owners.push(owner);
  }
  const isTidied = changes.some(({ kind }) => kind === 'tidied');
  if (operations.length === 0 && !tellsNow && !isTidied) {
    return { head: stored, operations, owners, outcomes, events: undefined, tellAt };
  }

  const head: Head = {
    revision,
    seq,
    online,
    first: changes.reduce(
      (first, change) => (change.kind === 'tidied' ? Math.max(first, change.first) : first),
      stored.first,
    ),
    commit,
    toldAt: tellsNow ? now : stored.toldAt,
    untold: tellsNow ? NOTHING_UNTOLD : untold,
    bannedUntil: changes.reduce(
      (until, change) => (change.kind === 'ban' ? Math.max(until, change.until) : until),
      stored.bannedUntil > now ? stored.bannedUntil : 0,
    ),
    tidyAt: nextTidyAt,
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
    owners: [HEAD, ...owners],
    outcomes,
    events: tellsNow ? { room, revision, seq, online, messages, joined, left } : undefined,
    tellAt,
  };
}

/** The row that decides whether a change happened before; two changes of one row can't go together. */
export function rowKeyOf(change: Change): string {
  switch (change.kind) {
    case 'join':
    case 'leave':
      return connectionKey(change.connectionId);
    case 'send':
      return receiptKey(change.userId, change.id);
    case 'ban':
      return banKey(change.userId);
    case 'tell':
    case 'tidied':
      return HEAD_KEY;
  }
}

/** How many operations a change adds to a commit. */
export function operationsOf(change: Change): number {
  switch (change.kind) {
    case 'join':
    case 'leave':
    case 'ban':
      return 1;
    case 'send':
      return 2;
    case 'tell':
    case 'tidied':
      return 0;
  }
}

function onlineDelta(change: Prepared): number {
  switch (change.kind) {
    case 'join':
      return 1;
    case 'leave':
      return change.row === 'none' ? 0 : -1;
    case 'send':
    case 'ban':
    case 'tell':
    case 'tidied':
      return 0;
  }
}

function numberMessages(seq: number, changes: readonly Prepared[], sentAt: number): ChatMessage[] {
  return changes
    .filter((change) => change.kind === 'send')
    .map(({ id, userId, name, text }, index) => {
      return { seq: seq + 1 + index, id, userId, name, text, sentAt };
    });
}

function toOpenRow(
  { connectionId, userId, name }: Extract<Change, { kind: 'join' }>,
  { now, commit }: Moment,
): Row {
  const row = { connectionId, userId, name, connectedAt: now, closedAt: 0, open: true, commit };
  return toConnectionRow(row);
}

function toTombstone(
  { connectionId, row }: Extract<Prepared, { kind: 'leave' }>,
  { now, commit }: Moment,
): Operation {
  if (row === 'none') {
    // Closed before it was seen to open. The insert fails if it opens meanwhile.
    const unseen = { connectionId, userId: '', name: '', connectedAt: 0 };
    const tombstone = toConnectionRow({ ...unseen, open: false, closedAt: now, commit });
    return { kind: 'insert', row: tombstone };
  }
  const { member, connectedAt, etag } = row;
  const tombstone = { ...member, connectedAt, open: false, closedAt: now, commit };
  return { kind: 'replace', row: toConnectionRow(tombstone), etag };
}

function withPresence(untold: Untold, change: Prepared): Untold {
  switch (change.kind) {
    case 'join': {
      const { connectionId, userId, name } = change;
      return withJoined(untold, { connectionId, userId, name });
    }
    case 'leave':
      return change.row === 'none' ? untold : withLeft(untold, change.row.member);
    case 'send':
    case 'ban':
    case 'tell':
    case 'tidied':
      return untold;
  }
}

function withJoined({ joined, left }: Untold, member: Member): Untold {
  const isFull = joined.length >= MAX_LISTED;
  return { joined: isFull ? joined : [...joined, member], left, owed: true };
}

function withLeft({ joined, left }: Untold, member: Member): Untold {
  const isFull = left.length >= MAX_LISTED;
  return {
    joined: joined.filter(({ connectionId }) => connectionId !== member.connectionId),
    // Also where nobody was told that it came: somebody may have seen it in the list of members.
    left: isFull ? left : [...left, member],
    owed: true,
  };
}
