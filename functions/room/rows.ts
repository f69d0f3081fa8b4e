// The rows of a room: one partition, named after the room.
//
//   head                     the room's numbers, changed by every commit under its ETag
//   c:<connectionId>         one open connection, or its tombstone, so that a late `connected` has no effect
//   m:<seq, 16 digits>       one message, so that keys sort in the order of the room
//   i:<userId>:<message id>  receipt: the seq of that message, so that a retry changes nothing. With `:text` at its end: the
//                            receipt of lines that were published as one text, under the id of the first
//   b:<userId>               until when that user is banned

import { hash } from 'node:crypto';
import {
  type ArchivedMessage,
  type ArchivedReceipt,
  type ChatMessage,
  isCheckRoom,
  type Member,
} from '../protocol.ts';
import {
  fromReactedRow,
  toPublicReactions,
  toReactedRow,
  withoutReactions,
} from './reacted-rows.ts';
import type { Property, Row } from './table.ts';
import { NO_TALLIES, type Tallies } from './tallies.ts';

export const HEAD_KEY = 'head';

export interface Head {
  /** +1 with every commit. */
  readonly revision: number;
  /** Number of the last message. */
  readonly seq: number;
  /** Open connections now. */
  readonly online: number;
  /** Number of the oldest message still kept. */
  readonly first: number;
  /** The commit that wrote this. It shows a process whether its commit without an answer took effect. */
  readonly commit: string;
  /** Time of the last broadcast of presence, epoch ms. */
  readonly presenceAt: number;
  /** Joins and leaves since then, as many as the lists hold. */
  readonly pendingPresence: PendingPresence;
  /** Until when some user is banned from the room, epoch ms. 0 for nobody. */
  readonly bannedUntil: number;
  /** When the room's cleanup is due (cleanup-schedule.ts), epoch ms. 0 for never. */
  readonly cleanupAt: number;
  /** Time of the last join, leave or message, epoch ms. */
  readonly activeAt: number;
  /** Why the room is closed. Empty while it is open. */
  readonly closed: string;
  /** The id of the moderator who closed the room from a page. Empty if it was not closed so. */
  readonly closedBy: string;
  /** The id of the user who created a private room (creator.ts). Empty before the first join. Undefined if nobody is its creator. */
  readonly creator: string | undefined;
  /** Whether the room is on the list of rooms (room-list.ts). */
  readonly listed: boolean;
  /** The revision of the last change of reactions. 0 for none. */
  readonly reactedAt: number;
  /** How many connections the users have. Undefined if an earlier version wrote the head, until the room is empty once. */
  readonly tallies: Tallies | undefined;
  /** Until when some page in another room wants to learn of new messages (hub/watch.ts), epoch ms. 0 for never. */
  readonly watchedUntil: number;
  /** Number of the last message that is no announcement of another change. Only such a message counts as unread. */
  readonly lastLine: number;
}

export interface PendingPresence {
  readonly joined: readonly Member[];
  readonly left: readonly Member[];
  /** Also true if the lists above are too short for all. */
  readonly isPending: boolean;
}

export const NO_PENDING_PRESENCE: PendingPresence = { joined: [], left: [], isPending: false };

/** The head of a room that nobody has entered yet. */
export const EMPTY_HEAD: Head = {
  revision: 0,
  seq: 0,
  online: 0,
  first: 1,
  commit: '',
  presenceAt: 0,
  pendingPresence: NO_PENDING_PRESENCE,
  bannedUntil: 0,
  cleanupAt: 0,
  activeAt: 0,
  closed: '',
  closedBy: '',
  creator: '',
  listed: false,
  reactedAt: 0,
  tallies: NO_TALLIES,
  watchedUntil: 0,
  lastLine: 0,
};

/**
 * Whether nobody is in the room, nobody has ever spoken in it, and it is open. The timer deletes such a room. For the room of a
 * deployment check it is enough that no message is kept.
 */
export function isEmptyRoom(room: string, { seq, first, online, closed }: Head): boolean {
  const isSilent = seq === 0 || (isCheckRoom(room) && first > seq);
  return isSilent && online === 0 && closed === '';
}

/** A property of each name, so that none is forgotten. */
type HeadProperties = {
  [Name in Exclude<
    keyof Head,
    'pendingPresence' | 'presenceAt' | 'cleanupAt' | 'tallies' | 'creator'
  >]: Property;
} & Record<'toldAt' | 'tidyAt' | 'untold', Property>;

/** The row of the head, under the names that version 0.1.0 gave its columns. */
export function toHeadRow(head: Head): Row {
  const { joined, left, isPending } = head.pendingPresence;
  // Each property by its name: a copy of an object's rest takes three times as long, and every commit makes this row.
  const properties: HeadProperties & { tallies?: Property; creator?: Property } = {
    revision: head.revision,
    seq: head.seq,
    online: head.online,
    first: head.first,
    commit: head.commit,
    bannedUntil: head.bannedUntil,
    activeAt: head.activeAt,
    closed: head.closed,
    closedBy: head.closedBy,
    listed: head.listed,
    watchedUntil: head.watchedUntil,
    lastLine: head.lastLine,
    reactedAt: head.reactedAt,
    // Stored rows keep the names of the first version.
    toldAt: head.presenceAt,
    tidyAt: head.cleanupAt,
    untold: isPending ? JSON.stringify({ joined, left, owed: true }) : '',
  };
  if (head.tallies !== undefined) properties.tallies = head.tallies;
  if (head.creator !== undefined) properties.creator = head.creator;
  return { key: HEAD_KEY, properties };
}

/** The head of a row that this version or an earlier one has written. */
export function fromHeadRow({ properties: row }: Row): Head {
  return {
    revision: Number(row.revision),
    seq: Number(row.seq),
    online: Number(row.online),
    first: Number(row.first),
    commit: String(row.commit),
    presenceAt: Number(row.toldAt),
    pendingPresence: fromStoredPresence(row.untold),
    bannedUntil: Number(row.bannedUntil),
    cleanupAt: Number(row.tidyAt),
    // Heads of an earlier version lack the following.
    activeAt: Number(row.activeAt ?? 0),
    closed: String(row.closed ?? ''),
    closedBy: String(row.closedBy ?? ''),
    creator: row.creator === undefined ? undefined : String(row.creator),
    listed: row.listed === true,
    reactedAt: Number(row.reactedAt ?? 0),
    tallies: row.tallies === undefined ? undefined : String(row.tallies),
    watchedUntil: Number(row.watchedUntil ?? 0),
    lastLine: Number(row.lastLine ?? row.seq),
  };
}

function fromStoredPresence(stored: unknown): PendingPresence {
  if (typeof stored !== 'string' || stored === '') return NO_PENDING_PRESENCE;
  const { joined, left }: PendingPresence = JSON.parse(stored);
  return { joined, left, isPending: true };
}

export interface ConnectionRow extends Member {
  readonly connectedAt: number;
  /** False for a tombstone. */
  readonly open: boolean;
  /** When it closed, epoch ms. 0 while open. */
  readonly closedAt: number;
  readonly commit: string;
}

/** The range of all connection rows. */
export const CONNECTION_ROWS = { from: 'c:', to: 'c;' };

export function connectionKey(connectionId: string): string {
  return `c:${keyPart(connectionId)}`;
}

export function toConnectionRow(connection: ConnectionRow): Row {
  return { key: connectionKey(connection.connectionId), properties: { ...connection } };
}

export function fromConnectionRow({ properties: row }: Row): ConnectionRow {
  return {
    connectionId: String(row.connectionId),
    userId: String(row.userId),
    name: String(row.name),
    connectedAt: Number(row.connectedAt),
    open: row.open === true,
    closedAt: Number(row.closedAt),
    commit: String(row.commit),
  };
}

/** The range of all messages. */
export const MESSAGE_ROWS = { from: 'm:', to: 'm;' };

/** Sixteen digits, so that the order of keys is the order of numbers. */
export function messageKey(seq: number): string {
  return `m:${String(seq).padStart(16, '0')}`;
}

/** The receipt of a message: its own, that of a text (for its first line), or none (for other lines and removals). */
export type ReceiptKind = 'message' | 'text' | 'none';

/** The row of a new message. It names the kind of its receipt unless that is the usual one. */
export function toMessageRow(
  { mentions, reactions: _, ...message }: ChatMessage,
  receipt: ReceiptKind = 'message',
): Row {
  const mark = receipt === 'message' ? {} : { receipt };
  const mentioned = mentions === undefined ? {} : { mentions: JSON.stringify(mentions) };
  return { key: messageKey(message.seq), properties: { ...message, ...mentioned, ...mark } };
}

/** The keys of the message and of its receipt, if it has one. */
export function keysOfMessage(row: Row): [string, ...string[]] {
  const { userId, id } = fromMessageRow(row);
  const { receipt = 'message' } = row.properties;
  if (receipt === 'none') return [row.key];
  return [row.key, receiptKey(userId, id, receipt === 'text' ? 'text' : 'message')];
}

/** The message as clients get it, with the columns that rows of an earlier version lack left out. */
export function fromMessageRow({ properties: row }: Row): ChatMessage {
  return {
    seq: Number(row.seq),
    id: String(row.id),
    userId: String(row.userId),
    name: String(row.name),
    text: String(row.text),
    sentAt: Number(row.sentAt),
    ...(row.online === undefined ? {} : { online: Number(row.online) }),
    ...(row.replyTo === undefined ? {} : { replyTo: Number(row.replyTo) }),
    ...(row.mentions === undefined ? {} : { mentions: JSON.parse(String(row.mentions)) }),
    ...(row.editedAt === undefined ? {} : { editedAt: Number(row.editedAt) }),
    ...(row.edits === undefined ? {} : { edits: Number(row.edits) }),
    ...(row.deletes === undefined ? {} : { deletes: Number(row.deletes) }),
    ...(row.deleted === true ? { deleted: true } : {}),
    ...(row.reason === undefined ? {} : { reason: String(row.reason) }),
    ...toPublicReactions(fromReactedRow(row)),
  };
}

/** The rest of a removed message, with the message and the commit that removed it, and a moderator's reason. */
export function toDeletedRow(
  { key, properties }: Row,
  deletedBy: number,
  commit: string,
  reason?: string,
): Row {
  // Nothing of what was said stays.
  const { replyTo, mentions, editedAt, editedBy, ...rest } = withoutReactions(properties);
  const why = reason === undefined ? {} : { reason };
  return { key, properties: { ...rest, text: '', deleted: true, ...why, deletedBy, commit } };
}

/** A message with the text of the announcement, and the commit that edited it. */
export function toEditedRow(
  { key, properties }: Row,
  { seq: editedBy, text, sentAt: editedAt }: ChatMessage,
  commit: string,
): Row {
  return { key, properties: { ...properties, text, editedAt, editedBy, commit } };
}

/** The announcement of an edit, once another one or a removal has followed. */
export function withoutText<Stored extends Row>(row: Stored): Stored {
  return { ...row, properties: { ...row.properties, text: '' } };
}

/** The number of the message that announces the last edit of this one. Undefined if it was not edited. */
export function editedBy({ properties: row }: Row): number | undefined {
  return row.editedBy === undefined ? undefined : Number(row.editedBy);
}

/** Without its text, if the row announces an edit of a message before `first`: that message has expired or was erased. */
export function withoutLostText<Stored extends Row>(row: Stored, first: number): Stored {
  const { edits } = row.properties;
  return edits !== undefined && Number(edits) < first ? withoutText(row) : row;
}

/** The number of the message that removed this one. Undefined if it was not removed. */
export function deletedBy({ properties: row }: Row): number | undefined {
  return row.deleted === true ? Number(row.deletedBy) : undefined;
}

/** The receipt of a message: the answer to its first sending. */
export interface ReceiptRow {
  /** The last number of several messages that were sent together. */
  readonly seq: number;
  readonly sentAt: number;
  readonly online: number;
  /** Of the text or texts. Another text under the same id is refused. */
  readonly digest: string;
  readonly commit: string;
}

/** A message and the first line of a text may have the same id, so their keys differ. */
export function receiptKey(
  userId: string,
  messageId: string,
  kind: Exclude<ReceiptKind, 'none'> = 'message',
): string {
  // No part of a key has a colon.
  const end = kind === 'text' ? ':text' : '';
  return `i:${keyPart(userId)}:${keyPart(messageId)}${end}`;
}

export function toReceiptRow(
  userId: string,
  messageId: string,
  receipt: ReceiptRow,
  kind: Exclude<ReceiptKind, 'none'> = 'message',
): Row {
  return { key: receiptKey(userId, messageId, kind), properties: { ...receipt } };
}

/** The digest of an edit: of the message's number and its new text. No texts have the same one. */
export function editDigestOf(edits: number, text: string): string {
  return digestOf([text, `edits ${edits}`, '']);
}

/** 132 bits of SHA-256. */
export function digestOf(texts: readonly string[]): string {
  return hash('sha256', JSON.stringify(texts), 'base64url').slice(0, 22);
}

export function fromReceiptRow({ properties: row }: Row): ReceiptRow {
  return {
    seq: Number(row.seq),
    sentAt: Number(row.sentAt),
    online: Number(row.online),
    digest: String(row.digest),
    commit: String(row.commit),
  };
}

/** The message with all that its row and its receipt's row hold. */
export function toArchived(row: Row, receipt: Row | undefined): ArchivedMessage {
  const { reactions, ...message } = fromMessageRow(row);
  const by = deletedBy(row);
  const announced = editedBy(row);
  const mark = toArchivedReceipt(row, receipt);
  return {
    ...message,
    ...(by === undefined ? {} : { deletedBy: by }),
    ...(announced === undefined ? {} : { editedBy: announced }),
    ...(mark === undefined ? {} : { receipt: mark }),
    ...(reactions ? { reactedBy: fromReactedRow(row.properties) } : {}),
  };
}

/** The key of a receipt that has to be read. Undefined if it follows from the message's text, or if there is none. */
export function neededReceiptKey(row: Row): string | undefined {
  return receiptFollowsFromText(row) ? undefined : keysOfMessage(row)[1];
}

/** A message that was sent alone, and still has the text that was sent, has the digest of that text in its receipt. */
function receiptFollowsFromText({
  properties: { receipt, deleted, editedAt, edits, text },
}: Row): boolean {
  const isEmptied = edits !== undefined && text === '';
  return receipt === undefined && deleted !== true && editedAt === undefined && !isEmptied;
}

function toArchivedReceipt(
  row: Row,
  receipt: Row | undefined,
): 'none' | ArchivedReceipt | undefined {
  if (receipt) {
    const { seq, online, digest } = fromReceiptRow(receipt);
    const kind = row.properties.receipt === 'text' ? 'text' : 'message';
    return { kind, seq, online, digest };
  }
  return receiptFollowsFromText(row) ? undefined : 'none';
}

/** The number of {@link toArchivedRows}. */
export function operationsOf({ receipt }: ArchivedMessage): number {
  return receipt === 'none' ? 1 : 2;
}

/** The rows of an imported message: its own, and that of its receipt. */
export function toArchivedRows(
  {
    receipt: mark,
    deletedBy: by,
    editedBy: announced,
    reactedBy = [],
    ...message
  }: ArchivedMessage,
  commit: string,
): readonly Row[] {
  const { seq, userId, id, text, sentAt, edits } = message;
  const bare = toMessageRow(message, typeof mark === 'object' ? mark.kind : (mark ?? 'message'));
  const row = reactedBy.length === 0 ? bare : toReactedRow(bare, reactedBy, 0, commit);
  const edited = announced === undefined ? row : withAnnouncement(row, announced);
  const own = by === undefined ? edited : toDeletedRow(edited, by, commit);
  if (mark === 'none') return [own];
  const digest = edits === undefined ? digestOf([text]) : editDigestOf(edits, text);
  const ownReceipt = { kind: 'message', seq, online: 0, digest } as const;
  const { kind, ...receipt } = mark ?? ownReceipt;
  return [own, toReceiptRow(userId, id, { ...receipt, sentAt, commit }, kind)];
}

function withAnnouncement({ key, properties }: Row, editedBy: number): Row {
  return { key, properties: { ...properties, editedBy } };
}

/** The range of all bans. */
export const BAN_ROWS = { from: 'b:', to: 'b;' };

export function banKey(userId: string): string {
  return `b:${keyPart(userId)}`;
}

export function toBanRow(userId: string, until: number): Row {
  return { key: banKey(userId), properties: { userId, until } };
}

/** The id of the user whom the row bans. */
export function bannedUser({ properties: row }: Row): string {
  return String(row.userId);
}

/** Until when the row bans its user, epoch ms. */
export function fromBanRow({ properties: row }: Row): number {
  return Number(row.until);
}

// Keys must not hold / \ # ? or control characters. Text with other than plain characters becomes ~base64url.
export function keyPart(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : `~${Buffer.from(text, 'utf8').toString('base64url')}`;
}
