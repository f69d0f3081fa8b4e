// Sending, publishing and removing messages. The receipt of a message makes a retry harmless.

import type { ChatMessage } from '../../protocol.ts';
import { CONFLICT, type Conflict, DONE, type Stored } from '../change.ts';
import {
  deletedBy,
  digestOf,
  fromMessageRow,
  fromReceiptRow,
  receiptKey,
  toDeletedRow,
  toMessageRow,
  toReceiptRow,
} from '../rows.ts';
import type { Operation, StoredRow } from '../table.ts';
import {
  type ChangeKind,
  type CommitContext,
  type Found,
  NEW,
  type RoomNumbers,
  sameState,
  UNKNOWN,
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
  messages: ({ id, userId, name, text }, first, sentAt) => {
    return [{ seq: first, id, userId, name, text, sentAt }];
  },
  found: ({ text }, row) => fromReceipt(row, [text]),
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
    fromReceipt(
      row,
      lines.map(({ text }) => text),
    ),
};

export const DELETE: ChangeKind<'delete'> = {
  ...OF_MESSAGES,
  rowKey: ({ messageRow }) => messageRow.key,
  operationCount: () => 2,
  messages: ({ userId, name, messageRow }, first, sentAt) => {
    const { seq: deletes } = fromMessageRow(messageRow);
    return [{ seq: first, id: `delete-${deletes}`, userId, name, text: '', sentAt, deletes }];
  },
  operations: ({ messageRow }, [notice], { commit }) => {
    if (!notice) return [];
    const rest = toDeletedRow(messageRow, notice.seq, commit);
    return [
      { kind: 'replace', row: rest, etag: messageRow.etag },
      { kind: 'insert', row: toMessageRow(notice, 'none') },
    ];
  },
  outcome: () => DONE,
  userToAdmit: () => undefined,
  readsRowFirst: ({ messageRow }) => deletedBy(messageRow) !== undefined,
  found: (_change, row) => {
    // The message has expired.
    if (!row) return { kind: 'happened', outcome: DONE };
    const notice = deletedBy(row);
    if (notice === undefined) return UNKNOWN;
    return { kind: 'happened', outcome: DONE, stored: { last: notice, count: 1 } };
  },
  waitsForOthers: false,
  isActivity: false,
  listing: 'keep',
};

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
  texts: readonly string[],
): Found<Stored | Conflict> {
  if (!row) return NEW;
  const { seq, sentAt, online, digest } = fromReceiptRow(row);
  if (digest !== digestOf(texts)) return { kind: 'happened', outcome: CONFLICT };
  return {
    kind: 'happened',
    outcome: { kind: 'stored', seq, sentAt, online },
    stored: { last: seq, count: texts.length },
  };
}
