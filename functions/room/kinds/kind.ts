// The record of a kind of change. planCommit and RoomCommitter interpret it, and know no kind themselves.

import type { ChatMessage, Member, ReactionChange } from '../../protocol.ts';
import type {
  Change,
  ChangeOf,
  LeaveRow,
  Outcome,
  Outcomes,
  Prepared,
  PreparedOf,
} from '../change.ts';
import { HEAD_KEY, type Head } from '../rows.ts';
import type { Operation, StoredRow } from '../table.ts';

export interface CommitContext {
  readonly room: string;
  /** Epoch ms. */
  readonly now: number;
  /** Unique id of this commit. */
  readonly commit: string;
  /** When the room's cleanup is due. Its row exists already. */
  readonly cleanupAt: number;
}

/** The room's numbers after the commit, and who created it. */
export type RoomNumbers = Pick<Head, 'revision' | 'seq' | 'online' | 'creator'>;

/** The part of the head that a change may set. */
export type RoomState = Pick<
  Head,
  | 'seq'
  | 'first'
  | 'closed'
  | 'closedBy'
  | 'creator'
  | 'bannedUntil'
  | 'activeAt'
  | 'watchedUntil'
  | 'lastLine'
  | 'reactedAt'
>;

/** A connection that joined or left. */
export type Presence = { readonly joined: Member } | { readonly left: Member };

/** What a change's row shows. */
export type Found<Result extends Outcome = Outcome> =
  | Happened<Result>
  /** The change has not happened. `leaveRow` is the row of a leaving connection. */
  | { readonly kind: 'new'; readonly leaveRow: LeaveRow }
  /** The row does not show it. */
  | { readonly kind: 'unknown' };

/** The change has happened before. */
export interface Happened<Result extends Outcome = Outcome> {
  readonly kind: 'happened';
  readonly outcome: Result;
  /** The messages that it stored: `count` up to number `last`. They may not have been broadcast. */
  readonly stored?: { readonly last: number; readonly count: number };
}

export const NEW = { kind: 'new', leaveRow: 'none' } as const;
export const UNKNOWN = { kind: 'unknown' } as const;

/** The record of one kind. */
export type ChangeKind<Kind extends Change['kind']> = KindRecord<
  ChangeOf<Kind>,
  PreparedOf<Kind>,
  Outcomes[Kind]
>;

/** See {@link KindRecord.leavesBehind}. */
export type LeftBehind =
  | 'connection'
  | 'messages'
  | 'ban'
  | 'garbage'
  | 'imported'
  | 'listing'
  | 'nothing';

/** Methods instead of properties, so that the record of one kind is assignable to a record of any kind. */
export interface KindRecord<
  Asked extends Change = Change,
  Ready extends Prepared = Prepared,
  Result extends Outcome = Outcome,
> {
  /** The key of the row that decides whether the change happened before. Two changes of one row never share a commit. */
  rowKey(change: Asked): string;
  /** The keys of other rows that the change writes and that another change may write, too. */
  otherRowKeys?(change: Asked): readonly string[];
  /** How many operations the change adds to a commit. */
  operationCount(change: Asked): number;
  /** The messages that the change adds, numbered from `first`. `sentAt` is epoch ms. */
  messages(change: Ready, first: number, sentAt: number): readonly ChatMessage[];
  /** What the change writes beside the head. `messages` are its own. */
  operations(
    change: Ready,
    messages: readonly ChatMessage[],
    context: CommitContext,
    after: RoomNumbers,
  ): readonly Operation[];
  presence(change: Ready): Presence | undefined;
  /** The room's state after the change. */
  stateAfter(
    state: RoomState,
    change: Ready,
    context: CommitContext,
    after: RoomNumbers,
  ): RoomState;
  outcome(
    change: Ready,
    messages: readonly ChatMessage[],
    context: CommitContext,
    after: RoomNumbers,
  ): Result;

  /** The changed reactions to broadcast. */
  reactions?(change: Ready, after: RoomNumbers): readonly ReactionChange[];

  /** The user, or the users, whom a ban or a closed room stops. Undefined for a change that nothing stops. */
  userToAdmit(change: Asked): string | readonly string[] | undefined;
  /** The outcome if the head shows that the change cannot be made. */
  misfit(change: Asked, head: Head): Result | undefined;
  /** Whether the row is read before the first attempt. Otherwise it is read after a conflict. */
  readsRowFirst(change: Asked): boolean;
  /** What the row shows about the change. `row` is undefined if there is none. */
  found(change: Asked, row: StoredRow | undefined, head: Head, room: string): Found<Result>;

  /**
   * Who broadcasts the frames of a commit: a caller of the change, or the writer. The writer does for a change whose caller
   * has further steps to do: if one of these failed, the frames would be lost.
   */
  readonly broadcastBy: 'caller' | 'writer';
  /** Whether the change is worth a commit even if it writes nothing beside the head. */
  readonly changesHead: boolean;
  /** Whether the change waits for others, to share their commit and broadcast. */
  readonly waitsForOthers: boolean;
  /** Whether its commit has no other change. */
  readonly isAlone: boolean;
  /** Whether the change is a join, a leave or a message. */
  readonly isActivity: boolean;
  /** What the change does to the room's place on the list of rooms. */
  readonly listing: 'add' | 'remove' | 'keep';
  /**
   * What the change leaves to clean up: a connection that may end unreported, messages that expire, a ban that ends,
   * rows that nobody needs, imported messages that may have expired, or a row on the list of rooms, if the commit fails.
   */
  readonly leavesBehind: LeftBehind;
}

/** A kind that only changes the head: the rest of its record. */
export const HEAD_ONLY = {
  rowKey: () => HEAD_KEY,
  operationCount: () => 0,
  messages: () => [],
  operations: () => [],
  presence: () => undefined,
  outcome: () => ({ kind: 'done' }) as const,
  userToAdmit: () => undefined,
  misfit: () => undefined,
  readsRowFirst: () => false,
  // Repeating the change has no effect.
  found: (_change: unknown, row: StoredRow | undefined) => (row ? UNKNOWN : NEW),
  broadcastBy: 'writer',
  changesHead: true,
  waitsForOthers: false,
  isAlone: false,
  isActivity: false,
  listing: 'keep',
  leavesBehind: 'nothing',
} as const;

/** For kinds that change none of the room's numbers. */
export function sameState(state: RoomState): RoomState {
  return state;
}
