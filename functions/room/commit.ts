// One commit to a room, decided: from the head and the changes that go together to the rows to write, the
// outcome of each change, and what the room is to be told. Pure; room-committer.ts does the waiting and writing.

import { type ChatMessage, type Events, MAX_LISTED, type Member } from '../protocol.ts';
import {
  type Change,
  DONE,
  isEntryOrTalk,
  isTalk,
  makesKnown,
  type Outcome,
  onlineDelta,
  type Prepared,
} from './change.ts';
import { presenceWindowMs } from './presence-budget.ts';
import {
  fromMessageRow,
  type Head,
  NOTHING_UNTOLD,
  toBanRow,
  toConnectionRow,
  toDeletedRow,
  toHeadRow,
  toMessageRow,
  toReceiptRow,
  type Untold,
} from './rows.ts';
import type { Operation, Row } from './table.ts';

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

/** Decides one commit. The changes touch different rows (see `rowKeyOf`). */
export function planCommit(
  stored: Head,
  headEtag: string | undefined,
  changes: readonly Prepared[],
  moment: Moment,
): Plan {
  const { room, now } = moment;
  const revision = stored.revision + 1;
  const online = stored.online + changes.reduce((sum, change) => sum + onlineDelta(change), 0);
  const numbered = numberMessages(stored.seq, changes, now);
  const messages = numbered.flat();
  const seq = stored.seq + messages.length;
  const untold = changes.reduce(withPresence, stored.untold);

  const isDue = untold.owed && now - stored.toldAt >= presenceWindowMs(online);
  const tellsNow = messages.length > 0 || isDue;
  const tellAt = untold.owed && !tellsNow ? stored.toldAt + presenceWindowMs(online) : undefined;

  const after = { revision, seq, online };
  const written = changes.map((change, index) =>
    toRows(change, numbered[index] ?? [], moment, after),
  );
  const operations = written.flat();
  const outcomes = changes.map((change, index) =>
    toOutcome(change, numbered[index]?.at(-1), after),
  );
  if (operations.length === 0 && !tellsNow && !changes.some(changesHead)) {
    return { head: stored, operations, owners: [], outcomes, events: undefined, tellAt };
  }

  const head: Head = {
    ...after,
    ...roomAfter(stored, changes, after.seq, moment),
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

type After = Pick<Head, 'revision' | 'seq' | 'online'>;

/** What a change writes beside the head; `messages` are its own. */
function toRows(
  change: Prepared,
  messages: readonly ChatMessage[],
  moment: Moment,
  { online }: After,
): Operation[] {
  const { now, commit } = moment;
  switch (change.kind) {
    case 'join':
      return [{ kind: 'insert', row: toOpenRow(change, moment) }];
    case 'leave':
      return [toTombstone(change, moment)];
    case 'send':
    case 'publish': {
      const [first] = messages;
      const last = messages.at(-1);
      if (!first || !last) return [];
      const receipt = { seq: last.seq, sentAt: now, online, commit };
      return [
        // The receipt first: where the message was sent before, it is this insert that fails.
        { kind: 'insert', row: toReceiptRow(change.userId, first.id, receipt) },
        ...messages.map((message): Operation => {
          return { kind: 'insert', row: toMessageRow(message, message === first) };
        }),
      ];
    }
    case 'delete': {
      const [notice] = messages;
      if (!notice) return [];
      const { messageRow } = change;
      const rest = toDeletedRow(messageRow, notice.seq, commit);
      return [
        { kind: 'replace', row: rest, etag: messageRow.etag },
        { kind: 'insert', row: toMessageRow(notice, false) },
      ];
    }
    case 'ban':
      return [{ kind: 'put', row: toBanRow(change.userId, change.until) }];
    case 'close':
    case 'open':
    case 'erase':
    case 'tell':
    case 'tidied':
      return [];
  }
}

function toOutcome(change: Prepared, last: ChatMessage | undefined, after: After): Outcome {
  if (change.kind === 'join') return { kind: 'joined', ...after };
  if (last && isTalk(change)) {
    return { kind: 'stored', seq: last.seq, sentAt: last.sentAt, online: after.online };
  }
  return DONE;
}

/** Whether a change is worth a commit even if nothing else is written. */
function changesHead({ kind }: Change): boolean {
  return kind === 'tidied' || kind === 'close' || kind === 'open' || kind === 'erase';
}

/** What the head says of the room but its numbers and what was told. */
function roomAfter(
  stored: Head,
  changes: readonly Prepared[],
  seq: number,
  { now, commit, tidyAt }: Moment,
): Omit<Head, 'revision' | 'seq' | 'online' | 'toldAt' | 'untold'> {
  let { first, closed } = stored;
  let { bannedUntil } = stored;
  for (const change of changes) {
    if (change.kind === 'tidied') {
      first = Math.max(first, change.first);
      // Only the timer, which has removed the rows of bans that are over, may forget that there were any.
      if (change.next && bannedUntil <= now) bannedUntil = 0;
    } else if (change.kind === 'erase') first = seq + 1;
    else if (change.kind === 'close') closed = change.reason;
    else if (change.kind === 'open') closed = '';
    else if (change.kind === 'ban') bannedUntil = Math.max(bannedUntil, change.until);
  }
  const isErased = changes.some(({ kind }) => kind === 'erase');
  const isActive = changes.some((change) => isEntryOrTalk(change) || change.kind === 'leave');
  return {
    first,
    closed,
    bannedUntil,
    commit,
    tidyAt,
    activeAt: isActive ? now : stored.activeAt,
    listed: !isErased && (stored.listed || changes.some(makesKnown)),
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
    const messages = messagesOf(change, last + 1, sentAt);
    last += messages.length;
    return messages;
  });
}

function messagesOf(change: Prepared, first: number, sentAt: number): readonly ChatMessage[] {
  switch (change.kind) {
    case 'send': {
      const { id, userId, name, text } = change;
      return [{ seq: first, id, userId, name, text, sentAt }];
    }
    case 'publish': {
      const { userId, name, lines } = change;
      return lines.map(({ id, text }, index) => {
        return { seq: first + index, id, userId, name, text, sentAt };
      });
    }
    case 'delete': {
      const { userId, name, messageRow } = change;
      const { seq: deletes } = fromMessageRow(messageRow);
      return [{ seq: first, id: `delete-${deletes}`, userId, name, text: '', sentAt, deletes }];
    }
    case 'join':
    case 'leave':
    case 'ban':
    case 'close':
    case 'open':
    case 'erase':
    case 'tell':
    case 'tidied':
      return [];
  }
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
    case 'publish':
    case 'delete':
    case 'ban':
    case 'close':
    case 'open':
    case 'erase':
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
