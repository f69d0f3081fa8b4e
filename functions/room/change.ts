// The kinds of change to a room, and their outcomes.

import type {
  ArchivedMessage,
  ArchivedReaction,
  Member,
  Reactor,
  SendOptions,
} from '../protocol.ts';
import { MAX_OPERATIONS, type StoredRow } from './table.ts';

/** A requested change to a room. */
export type Change =
  | ({ readonly kind: 'join' } & Member)
  | { readonly kind: 'leave'; readonly connectionId: string }
  | ({ readonly kind: 'send' } & Line & Author & SendOptions)
  /** Lines of one text, at most {@link MOST_LINES}, with one receipt. A retry must have the same lines. */
  | ({ readonly kind: 'publish'; readonly lines: readonly [Line, ...Line[]] } & Author)
  /** The author is that of the removal. */
  | ({
      readonly kind: 'delete';
      /** A moderator's reason, or empty. Absent if the author of the message removes it. */
      readonly reason?: string;
    } & ByModerator &
      StoredText &
      Author)
  /** The new text of a message, and the id of the message that announces it. */
  | ({
      readonly kind: 'edit';
      /** True if the edit is not allowed any more. Then only an earlier one with the same id succeeds. */
      readonly isRepeatOnly: boolean;
    } & StoredText &
      Line &
      Author)
  /** Reactions to messages, in one commit. Decided on the rows as they were read. */
  | {
      readonly kind: 'react';
      readonly messages: readonly [ReactedMessage, ...ReactedMessage[]];
      /** The users whom a ban or a closed room stops: none for a moderator. */
      readonly userIds: readonly string[];
    }
  | ({ readonly kind: 'ban'; readonly userId: string; readonly until: number } & ByModerator)
  | ({ readonly kind: 'close'; readonly reason: string } & ByModerator)
  | {
      readonly kind: 'open';
      /** Who has closed the room, as a moderator on a page has read it. Absent for a request with a function key. */
      readonly closedBy?: string;
    }
  /** Hides all messages so far, and removes the room from the list of rooms. */
  | { readonly kind: 'erase' }
  /** Takes an empty room off the list, before the timer deletes it. Does nothing in any other room. */
  | { readonly kind: 'unlist' }
  /** Messages of an export, with the numbers that they have there, at most {@link MOST_IMPORTED} operations of them. */
  | {
      readonly kind: 'import';
      /** The room's last number before, for a room without messages the number ahead of the first one. */
      readonly after: number;
      readonly messages: readonly ArchivedMessage[];
      /** The room's last number afterwards. Above that of the last message if the others have expired. */
      readonly seq: number;
      readonly activeAt: number;
      /** {@link IMPORTING} while more follows, else why the room is closed, or nothing. */
      readonly closed: string;
      /** As in the export, where nobody may be known. */
      readonly creator?: string | undefined;
    }
  /** Until when a page in another room wants to learn of new messages, epoch ms. Does nothing in a room without a commit. */
  | { readonly kind: 'watch'; readonly until: number }
  /** Nothing new: broadcasts the pending presence. */
  | { readonly kind: 'broadcast' }
  /** The timer has cleaned up the room, see cleanup.ts. */
  | {
      readonly kind: 'cleanup';
      /** The oldest message to keep. */
      readonly first: number;
      /** The revision of the head that the timer read before it looked at the room's rows. */
      readonly seenRevision: number;
      /** What the timer found out about the room at that revision. */
      readonly next?: {
        /** When to look again; 0 for never, else epoch ms. */
        readonly cleanupAt: number;
        /** Whether a ban is left. */
        readonly hasBans: boolean;
      };
    };

export type ChangeOf<Kind extends Change['kind']> = Extract<Change, { kind: Kind }>;

/** What a moderator does on a page. */
interface ByModerator {
  /** The moderator's id: a ban and a closed room stop the change. Absent for requests with a function key. */
  readonly by?: string | undefined;
}

export interface Line {
  readonly id: string;
  readonly text: string;
}

export interface Author {
  readonly userId: string;
  readonly name: string;
}

/** The rows that hold a message's text, as they were read. */
export interface StoredText {
  readonly messageRow: StoredRow;
  /** The row of the message that announces the last edit. */
  readonly announcementRow: StoredRow | undefined;
  /** The number of that message, if it was not there: more of an import follows. */
  readonly awaits?: number | undefined;
}

/** A message with other reactions than its row has. */
export interface ReactedMessage {
  /** The message's row as it was read. */
  readonly row: StoredRow;
  readonly reactions: readonly ArchivedReaction[];
  readonly added: readonly Reactor[];
  readonly removed: readonly Reactor[];
}

/** How often a caller reads the rows of a message that others keep changing. */
export const MOST_READS = 20;

/** Number of messages in one transaction, beside the head and the receipt. */
export const MOST_LINES = MAX_OPERATIONS - 2;

/** The operations of an import in one transaction, beside the head. */
export const MOST_IMPORTED = MAX_OPERATIONS - 1;

/** Why a room is closed while its messages are imported: what somebody says now would take a number of theirs. */
export const IMPORTING = 'its messages are being imported';

/** A moderator's words for closing a room. They never are {@link IMPORTING}, and are shown like it. */
export function closingWords(reason: string): string {
  return reason === IMPORTING ? `${IMPORTING}.` : reason;
}

/** The row of a leaving connection before the commit. */
export type LeaveRow =
  | 'none'
  | { readonly member: Member; readonly connectedAt: number; readonly etag: string };

/** A change with its looked-up row. */
export type Prepared =
  | Exclude<Change, { kind: 'leave' }>
  | (ChangeOf<'leave'> & { readonly row: LeaveRow });

export type PreparedOf<Kind extends Change['kind']> = Extract<Prepared, { kind: Kind }>;

/** The outcome of a change, by its kind. `revision`, `seq` and `online` are the room's after the commit. */
export interface Outcomes {
  join: Joined | Gone | Banned | Closed | Full;
  leave: Done;
  send: Stored | Conflict | Banned | Closed | Missing;
  publish: Stored | Conflict | Banned | Closed;
  delete: Done | Stale | Banned | Closed;
  edit: Stored | Conflict | Stale | Missing | Banned | Closed;
  react: Done | Stale | Banned | Closed;
  ban: Done | Banned | Closed;
  close: Done | Banned | Closed;
  open: Done | Stale;
  erase: Done;
  unlist: Done;
  import: Done | Taken;
  watch: Done;
  broadcast: Done;
  cleanup: CleanupOutcome;
}

export type Outcome = Outcomes[Change['kind']];

interface CleanupOutcome {
  readonly kind: 'cleanup';
  /** Whether the room was still as the timer had seen it. */
  readonly isCurrent: boolean;
}

interface Joined {
  readonly kind: 'joined';
  readonly revision: number;
  readonly seq: number;
  readonly online: number;
  /** See `Head`. */
  readonly creator: string | undefined;
}

/** The connection had closed before it was seen to open. */
interface Gone {
  readonly kind: 'gone';
}

export interface Banned {
  readonly kind: 'banned';
  /** Epoch ms. */
  readonly until: number;
}

export interface Closed {
  readonly kind: 'closed';
  readonly reason: string;
}

/** The room, or the user in the room, has as many connections as the settings allow. */
export interface Full {
  readonly kind: 'full';
  readonly of: 'room' | 'user';
}

export interface Stored {
  readonly kind: 'stored';
  /** The number of the last line. */
  readonly seq: number;
  readonly sentAt: number;
  readonly online: number;
}

/** Another text was stored under the same id. */
export interface Conflict {
  readonly kind: 'conflict';
}

export const CONFLICT: Conflict = { kind: 'conflict' };

/** The room has other messages, or was changed by another import. */
interface Taken {
  readonly kind: 'taken';
}

export interface Done {
  readonly kind: 'done';
}

export const DONE: Done = { kind: 'done' };

/** A row has changed since the caller read it. The caller reads it again and decides anew. */
export interface Stale {
  readonly kind: 'stale';
}

export const STALE: Stale = { kind: 'stale' };

/** The change names a message that the room does not have. */
export interface Missing {
  readonly kind: 'missing';
}

export const MISSING: Missing = { kind: 'missing' };
