// Sending, publishing, editing and removing messages. The receipt of a message makes a retry harmless.
//
// An edit and a removal are messages of their own, so every client learns of them once and in the order of the room. At most
// two rows hold a text: that of the message, and that of the message that announces its last edit.

import { type ChatMessage, MODERATOR } from '../../protocol.ts';
import {
  CONFLICT,
  type Conflict,
  DONE,
  MISSING,
  STALE,
  type Stored,
  type StoredText,
} from '../change.ts';
import {
  deletedBy,
  digestOf,
  editDigestOf,
  fromMessageRow,
  fromReceiptRow,
  type Head,
  receiptKey,
  toDeletedRow,
  toEditedRow,
  toMessageRow,
  toReceiptRow,
  withoutText,
} from '../rows.ts';
import type { Operation, StoredRow } from '../table.ts';
import {
  type ChangeKind,
  type CommitContext,
  type Found,
  NEW,
  type RoomNumbers,
  sameState,
} from './kind.ts';

const OF_MESSAGES = {
  presence: () => undefined,
  stateAfter: sameState,
  misfit: () => undefined,
  broadcastBy: 'caller',
  changesHead: false,
  isAlone: false,
  leavesBehind: 'messages',
} as const;

const TALK = {
  ...OF_MESSAGES,
  outcome: toStored,
  userToAdmit: ({ userId }: { readonly userId: string }) => userId,
  readsRowFirst: () => false,
  waitsForOthers: true,
  isActivity: true,
  listing: 'add',
} as const;

export const SEND: ChangeKind<'send'> = {
  ...TALK,
  rowKey: ({ userId, id }) => receiptKey(userId, id),
  operationCount: () => 2,
  operations: (_change, messages, context, after) => toInserts('message', messages, context, after),
  messages: ({ id, userId, name, text, replyTo, mentions }, first, sentAt) => {
    const refers = { ...(replyTo && { replyTo }), ...(mentions && { mentions }) };
    return [{ seq: first, id, userId, name, text, sentAt, ...refers }];
  },
  misfit: ({ replyTo = 0 }, { seq }) => (replyTo > seq ? MISSING : undefined),
  found: ({ text }, row) => fromReceipt(row, digestOf([text]), 1),
};

export const PUBLISH: ChangeKind<'publish'> = {
  ...TALK,
  rowKey: ({ userId, lines }) => receiptKey(userId, lines[0].id, 'text'),
  operations: (_change, messages, context, after) => toInserts('text', messages, context, after),
  operationCount: ({ lines }) => 1 + lines.length,
  messages: ({ userId, name, lines }, first, sentAt) => {
    return lines.map(({ id, text }, index) => {
      return { seq: first + index, id, userId, name, text, sentAt };
    });
  },
  found: ({ lines }, row) =>
    fromReceipt(row, digestOf(lines.map(({ text }) => text)), lines.length),
};

export const DELETE: ChangeKind<'delete'> = {
  ...OF_MESSAGES,
  rowKey: ({ messageRow }) => messageRow.key,
  operationCount: ({ announcementRow }) => (announcementRow ? 3 : 2),
  messages: ({ userId, name, messageRow, reason }, first, sentAt) => {
    const { seq: deletes } = fromMessageRow(messageRow);
    const notice = { seq: first, id: `delete-${deletes}`, userId, name, text: '', sentAt, deletes };
    return [reason === undefined ? notice : { ...notice, reason }];
  },
  operations: ({ messageRow, announcementRow, reason }, [notice], { commit }) => {
    if (!notice) return [];
    const rest = toDeletedRow(messageRow, notice.seq, commit, reason);
    return [
      { kind: 'replace', row: rest, etag: messageRow.etag },
      { kind: 'insert', row: toMessageRow(notice, 'none') },
      ...toEmptied(announcementRow),
    ];
  },
  outcome: () => DONE,
  misfit: (change, head) => (isMixed(head, change) ? STALE : undefined),
  // A ban and a closed room stop people, and no request with a function key.
  userToAdmit: ({ userId, by }) => by ?? (userId === MODERATOR ? undefined : userId),
  readsRowFirst: ({ messageRow }) => deletedBy(messageRow) !== undefined,
  found: (_change, row) => {
    // The message has expired.
    if (!row) return { kind: 'happened', outcome: DONE };
    const notice = deletedBy(row);
    // Somebody has edited it, or reacted to it, meanwhile.
    if (notice === undefined) return { kind: 'happened', outcome: STALE };
    return { kind: 'happened', outcome: DONE, stored: { last: notice, count: 1 } };
  },
  waitsForOthers: false,
  isActivity: false,
  listing: 'keep',
};

export const EDIT: ChangeKind<'edit'> = {
  ...OF_MESSAGES,
  rowKey: ({ userId, id }) => receiptKey(userId, id),
  otherRowKeys: ({ messageRow }) => [messageRow.key],
  operationCount: ({ announcementRow }) => (announcementRow ? 4 : 3),
  messages: ({ id, userId, name, text, messageRow }, first, sentAt) => {
    const { seq: edits } = fromMessageRow(messageRow);
    return [{ seq: first, id, userId, name, text, sentAt, edits }];
  },
  operations: ({ messageRow, announcementRow }, [announcement], { commit }, { online }) => {
    if (!announcement) return [];
    const { seq, id, userId, sentAt, text } = announcement;
    const digest = editDigestOf(fromMessageRow(messageRow).seq, text);
    return [
      // The receipt first: if the edit was stored before, this insert fails.
      {
        kind: 'insert',
        row: toReceiptRow(userId, id, { seq, sentAt, online, digest, commit }),
      },
      {
        kind: 'replace',
        row: toEditedRow(messageRow, announcement, commit),
        etag: messageRow.etag,
      },
      { kind: 'insert', row: toMessageRow(announcement) },
      ...toEmptied(announcementRow),
    ];
  },
  outcome: toStored,
  userToAdmit: ({ userId }) => userId,
  misfit: (change, head) => {
    if (isMixed(head, change)) return STALE;
    return fromMessageRow(change.messageRow).seq < head.first ? MISSING : undefined;
  },
  readsRowFirst: ({ isRepeatOnly }) => isRepeatOnly,
  found: ({ messageRow, text }, row) => {
    // Without a receipt the message's row has changed, or the edit is not allowed any more.
    if (!row) return { kind: 'happened', outcome: STALE };
    return fromReceipt(row, editDigestOf(fromMessageRow(messageRow).seq, text), 1);
  },
  waitsForOthers: true,
  isActivity: false,
  listing: 'keep',
};

/**
 * Whether the rows and the head were read at different times. An announcement would take the number of a row that was written after
 * the head was read. An announcement that was stored after the rows were read would keep its text.
 */
function isMixed({ seq }: Head, { messageRow, announcementRow, awaits }: StoredText): boolean {
  if (awaits !== undefined && awaits <= seq) return true;
  return [messageRow, announcementRow].some((row) => row && fromMessageRow(row).seq > seq);
}

/** Takes the text from the announcement of an earlier edit. */
function toEmptied(row: StoredRow | undefined): readonly Operation[] {
  return row ? [{ kind: 'replace', row: withoutText(row), etag: row.etag }] : [];
}

function toInserts(
  kind: 'message' | 'text',
  messages: readonly ChatMessage[],
  { now, commit }: CommitContext,
  { online }: RoomNumbers,
): readonly Operation[] {
  const [first] = messages;
  const last = messages.at(-1);
  if (!first || !last) return [];
  const digest = digestOf(messages.map(({ text }) => text));
  const receipt = { seq: last.seq, sentAt: now, online, digest, commit };
  return [
    // The receipt first: if the message was sent before, this insert fails.
    { kind: 'insert', row: toReceiptRow(first.userId, first.id, receipt, kind) },
    ...messages.map((message): Operation => {
      return { kind: 'insert', row: toMessageRow(message, message === first ? kind : 'none') };
    }),
  ];
}

function toStored(
  _change: unknown,
  messages: readonly ChatMessage[],
  { now }: CommitContext,
  { seq, online }: RoomNumbers,
): Stored {
  return { kind: 'stored', seq: messages.at(-1)?.seq ?? seq, sentAt: now, online };
}

function fromReceipt(
  row: StoredRow | undefined,
  expected: string,
  count: number,
): Found<Stored | Conflict> {
  if (!row) return NEW;
  const { seq, sentAt, online, digest } = fromReceiptRow(row);
  if (digest !== expected) return { kind: 'happened', outcome: CONFLICT };
  return {
    kind: 'happened',
    outcome: { kind: 'stored', seq, sentAt, online },
    stored: { last: seq, count },
  };
}
