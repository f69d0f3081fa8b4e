// What can be changed in a room, and what can become of it.

import type { Member } from '../protocol.ts';
import { banKey, connectionKey, HEAD_KEY, receiptKey } from './rows.ts';
import { MAX_OPERATIONS, type StoredRow } from './table.ts';

/** What somebody wants changed in a room. */
export type Change =
  | ({ readonly kind: 'join' } & Member)
  | { readonly kind: 'leave'; readonly connectionId: string }
  | ({ readonly kind: 'send' } & Line & Author)
  /** Lines of one text, {@link MOST_LINES} at most, with one receipt: sent again they have to be the same lines. */
  | ({ readonly kind: 'publish'; readonly lines: readonly [Line, ...Line[]] } & Author)
  /** The message's row as it was read; the author is whom the removal is told by. */
  | ({ readonly kind: 'delete'; readonly messageRow: StoredRow } & Author)
  | { readonly kind: 'ban'; readonly userId: string; readonly until: number }
  | { readonly kind: 'close'; readonly reason: string }
  | { readonly kind: 'open' }
  /** From now on nobody is offered what was said so far, and the room is not on the list of rooms. */
  | { readonly kind: 'erase' }
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

export interface Line {
  readonly id: string;
  readonly text: string;
}

export interface Author {
  readonly userId: string;
  readonly name: string;
}

/** What one transaction has space for beside the head and the receipt. */
export const MOST_LINES = MAX_OPERATIONS - 2;

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
  join: Joined | Gone | Banned | Closed;
  leave: Done;
  send: Stored | Banned | Closed;
  publish: Stored | Banned | Closed;
  delete: Done;
  ban: Done;
  close: Done;
  open: Done;
  erase: Done;
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

export interface Closed {
  readonly kind: 'closed';
  readonly reason: string;
}

export interface Stored {
  readonly kind: 'stored';
  /** Of several lines the last one's. */
  readonly seq: number;
  readonly sentAt: number;
  readonly online: number;
}

export interface Done {
  readonly kind: 'done';
}

export const DONE: Done = { kind: 'done' };

/** The row that decides whether a change happened before; two changes of one row can't go together. */
export function rowKeyOf(change: Change): string {
  switch (change.kind) {
    case 'join':
    case 'leave':
      return connectionKey(change.connectionId);
    case 'send':
      return receiptKey(change.userId, change.id);
    case 'publish':
      return receiptKey(change.userId, change.lines[0].id);
    case 'delete':
      return change.messageRow.key;
    case 'ban':
      return banKey(change.userId);
    case 'close':
    case 'open':
    case 'erase':
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
    case 'delete':
      return 2;
    case 'publish':
      return 1 + change.lines.length;
    case 'close':
    case 'open':
    case 'erase':
    case 'tell':
    case 'tidied':
      return 0;
  }
}

export function onlineDelta(change: Prepared): number {
  if (change.kind === 'join') return 1;
  return change.kind === 'leave' && change.row !== 'none' ? -1 : 0;
}

/**
 * Whether who asks for the change tells the room what it is given to tell. The others have more to do before they answer,
 * and where that fails, what they were given would be lost.
 */
export function isToldByCaller({ kind }: Change): boolean {
  switch (kind) {
    case 'join':
    case 'leave':
    case 'send':
    case 'publish':
    case 'delete':
      return true;
    case 'ban':
    case 'close':
    case 'open':
    case 'erase':
    case 'tell':
    case 'tidied':
      return false;
  }
}

/** Whether somebody says something. */
export function isTalk(change: Change): change is Extract<Change, { kind: 'send' | 'publish' }> {
  return change.kind === 'send' || change.kind === 'publish';
}

/** Whether somebody comes, or says something: what a closed room refuses. */
export function isEntryOrTalk(
  change: Change,
): change is Extract<Change, { kind: 'join' | 'send' | 'publish' }> {
  return change.kind === 'join' || isTalk(change);
}

/** What puts a room on the list of rooms. */
export function makesKnown(change: Change): boolean {
  return isEntryOrTalk(change) || change.kind === 'close';
}
