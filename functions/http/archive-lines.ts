// Parses the lines of an import: those of an export. They were written by this chat or another one, so texts and names may
// follow the rules of another version. Only what storage and pages cannot take is refused.

import type { HttpRequest } from '@azure/functions';
import {
  type ArchivedBan,
  type ArchivedMessage,
  type ArchivedReaction,
  type ArchivedReceipt,
  type ArchivedRoom,
  ChatError,
  isUserId,
  lengthOf,
  MAX_EMOJI_LENGTH,
  MAX_EMOJIS,
  MAX_ID_LENGTH,
  MAX_MENTIONS,
  MAX_NAME_LENGTH,
  MAX_REACTION_NAMES,
  MAX_REACTIONS,
  MAX_TEXT_LENGTH,
  MAX_USER_ID_BYTES,
} from '../protocol.ts';
import { receiptKey } from '../room/rows.ts';
import { MAX_KEY_LENGTH } from '../room/table.ts';

const MAX_BODY_BYTES = 1_048_576;
const MAX_REASON_LENGTH = 500;

export interface Archive {
  readonly facts: ArchivedRoom;
  readonly bans: readonly ArchivedBan[];
  /** In ascending order. */
  readonly messages: readonly ArchivedMessage[];
}

/** The room's line first, then bans, then messages. Throws `bad_request` or `too_large`. */
export async function parseArchive(request: HttpRequest, room: string): Promise<Archive> {
  const bytes = Buffer.from(await request.arrayBuffer());
  if (bytes.length > MAX_BODY_BYTES) {
    throw new ChatError(
      'too_large',
      `unable to import; the body has ${bytes.length} bytes, the limit is ${MAX_BODY_BYTES}. Send it in parts.`,
    );
  }
  const [head, ...rest] = decode(bytes).trimEnd().split('\n').map(parseLine);
  const facts = head && toRoom(head);
  if (facts?.room !== room) {
    throw refused(1, `is not the line of the room ${JSON.stringify(room)}`);
  }
  const bans: ArchivedBan[] = [];
  const messages: ArchivedMessage[] = [];
  const receipts = new Set<string>();
  for (const [index, value] of rest.entries()) {
    const ban = toBan(value);
    const message = ban ? undefined : toMessage(value);
    if (ban) bans.push(ban);
    else if (hasLongUserId(value)) throw refused(index + 2, LONG_USER_ID);
    else if (!message) throw refused(index + 2, 'is neither a ban nor a message');
    else if (!hasReceiptThatFits(message)) {
      throw refused(index + 2, 'has an id and a user id that are too long together');
    } else if (message.seq <= (messages.at(-1)?.seq ?? 0) || message.seq > facts.seq) {
      throw refused(index + 2, `has the number ${message.seq}, which is out of order`);
    } else if (hasReceiptOf(receipts, message)) {
      throw refused(index + 2, 'has the id of another message of its author');
    } else messages.push(message);
  }
  return { facts, bans, messages };
}

const LONG_USER_ID = `names a user whose id has more than ${MAX_USER_ID_BYTES} bytes`;

/** An id that this version refuses, and earlier ones took. */
function hasLongUserId({ userId, ban }: Members): boolean {
  return [userId, ban].some(
    (id) => typeof id === 'string' && Buffer.byteLength(id, 'utf8') > MAX_USER_ID_BYTES,
  );
}

/** Storage refuses a longer key, and with it the transaction. */
function hasReceiptThatFits({ receipt, userId, id }: ArchivedMessage): boolean {
  if (receipt === 'none') return true;
  return receiptKey(userId, id, receipt?.kind).length <= MAX_KEY_LENGTH;
}

/** Storage takes a row once in a transaction. */
function hasReceiptOf(receipts: Set<string>, { receipt, userId, id }: ArchivedMessage): boolean {
  if (receipt === 'none') return false;
  const key = JSON.stringify([userId, id, receipt?.kind === 'text']);
  const has = receipts.has(key);
  receipts.add(key);
  return has;
}

type Members = Readonly<Record<string, unknown>>;

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ChatError('bad_request', 'unable to import; it is no UTF-8. Export it again.');
  }
}

function parseLine(line: string, index: number): Members {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null) return value as Members;
  } catch {}
  throw refused(index + 1, 'is no JSON object');
}

function toRoom(line: Members): ArchivedRoom | undefined {
  const { room, first, seq, activeAt, closed, creator } = line;
  if (typeof room !== 'string' || !isWhole(seq) || !isWhole(activeAt)) return undefined;
  if (!isWhole(first) || first < 1 || first > seq + 1) return undefined;
  if (closed !== undefined && !isText(closed, 1, MAX_REASON_LENGTH)) return undefined;
  if (creator !== undefined && !isUser(creator)) return undefined;
  return {
    ...{ room, first, seq, activeAt },
    ...(closed === undefined ? {} : { closed }),
    ...(creator === undefined ? {} : { creator }),
  };
}

function toBan({ ban, until }: Members): ArchivedBan | undefined {
  return isUser(ban) && isWhole(until) ? { ban, until } : undefined;
}

function toMessage(value: Members): ArchivedMessage | undefined {
  const { seq, id, userId, name, text, sentAt, deletes, deleted, deletedBy, receipt } = value;
  const { online, edits, editedAt, editedBy, replyTo, mentions, reason } = value;
  if (!isWhole(seq) || seq < 1 || !isWhole(sentAt)) return undefined;
  if (!isText(id, 1, MAX_ID_LENGTH) || !isUser(userId)) return undefined;
  if (!isText(name, 1, MAX_NAME_LENGTH) || !isMessageText(text)) return undefined;
  if (online !== undefined && !isWhole(online)) return undefined;
  const isNotice = deletes !== undefined;
  const isRemoved = deleted !== undefined || deletedBy !== undefined;
  if ((isNotice || isRemoved) && text !== '') return undefined;
  if (isNotice && !(isWhole(deletes) && deletes > 0 && deletes < seq)) return undefined;
  if (isRemoved && !(deleted === true && isWhole(deletedBy) && deletedBy > seq)) return undefined;
  const isReason = isText(reason, 0, MAX_REASON_LENGTH) && (isNotice || isRemoved);
  if (reason !== undefined && !isReason) return undefined;
  if (edits !== undefined && !(isWhole(edits) && edits > 0 && edits < seq)) return undefined;
  const isEdited = editedAt !== undefined || editedBy !== undefined;
  if (isEdited && !(isWhole(editedAt) && isWhole(editedBy) && editedBy > seq)) return undefined;
  if (replyTo !== undefined && !(isWhole(replyTo) && replyTo > 0 && replyTo < seq))
    return undefined;
  if (mentions !== undefined && !isListOfUsers(mentions)) return undefined;
  const reactedBy = value.reactedBy === undefined ? [] : toReactions(value.reactedBy);
  if (!reactedBy || (reactedBy.length > 0 && (isNotice || isRemoved))) return undefined;
  const mark = receipt === undefined || receipt === 'none' ? receipt : toReceipt(receipt, seq);
  if (mark === undefined && receipt !== undefined) return undefined;
  return {
    ...{ seq, id, userId, name, text, sentAt },
    ...(online === undefined ? {} : { online }),
    ...(isNotice ? { deletes } : {}),
    ...(isRemoved ? { deleted: true, deletedBy } : {}),
    ...(reason === undefined ? {} : { reason }),
    ...(edits === undefined ? {} : { edits }),
    ...(isEdited ? { editedAt, editedBy } : {}),
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(mentions === undefined ? {} : { mentions }),
    ...(mark === undefined ? {} : { receipt: mark }),
    ...(reactedBy.length === 0 ? {} : { reactedBy }),
  } as ArchivedMessage;
}

function isListOfUsers(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) && value.length > 0 && value.length <= MAX_MENTIONS && value.every(isUser)
  );
}

function toReactions(value: unknown): readonly ArchivedReaction[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_EMOJIS) return undefined;
  const reactions = value.flatMap((one) => toReaction(one) ?? []);
  const people = reactions.reduce(
    (sum, { named, others }) => sum + named.length + others.length,
    0,
  );
  return reactions.length === value.length && people <= MAX_REACTIONS ? reactions : undefined;
}

function toReaction(value: unknown): ArchivedReaction | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { emoji, named, others } = value as Members;
  if (!isText(emoji, 1, MAX_EMOJI_LENGTH) || !Array.isArray(named) || !Array.isArray(others)) {
    return undefined;
  }
  const people = named.flatMap((one: Members | null) => {
    const { userId, name } = one ?? {};
    const isPerson = isUser(userId) && isText(name, 1, MAX_NAME_LENGTH);
    return isPerson ? [{ userId, name }] : [];
  });
  const ids = others.filter(isUser);
  const isWhole = people.length === named.length && ids.length === others.length;
  const isInRange = people.length <= MAX_REACTION_NAMES && people.length + ids.length > 0;
  return isWhole && isInRange ? { emoji, named: people, others: ids } : undefined;
}

function toReceipt(value: unknown, of: number): ArchivedReceipt | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, seq, online, digest } = value as Members;
  if (kind !== 'message' && kind !== 'text') return undefined;
  if (!isWhole(seq) || seq < of || !isWhole(online)) return undefined;
  return isText(digest, 0, MAX_ID_LENGTH) ? { kind, seq, online, digest } : undefined;
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isUser(value: unknown): value is string {
  return typeof value === 'string' && isUserId(value);
}

/** One line. */
function isText(value: unknown, least: number, most: number): value is string {
  if (typeof value !== 'string' || /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(value)) return false;
  const length = lengthOf(value);
  return length >= least && length <= most;
}

/** As `parseText` leaves it. */
function isMessageText(value: unknown): value is string {
  const isString = typeof value === 'string' && lengthOf(value) <= MAX_TEXT_LENGTH;
  return isString && !/[\0\r\p{Cs}\p{Zl}\p{Zp}]/u.test(value);
}

function refused(line: number, reason: string): ChatError {
  return new ChatError(
    'bad_request',
    `line ${line}: unable to import; it ${reason}. Send the lines of an export unchanged.`,
  );
}
