// Joins and leaves. A closed connection keeps its row as a tombstone, so a late join does not count.

import { DONE } from '../change.ts';
import { connectionKey, fromConnectionRow, toConnectionRow } from '../rows.ts';
import { type ChangeKind, NEW, sameState } from './kind.ts';

const OF_A_CONNECTION = {
  operationCount: () => 1,
  messages: () => [],
  stateAfter: sameState,
  misfit: () => undefined,
  broadcastBy: 'caller',
  changesHead: false,
  waitsForOthers: false,
  isAlone: false,
  isActivity: true,
  leavesBehind: 'connection',
} as const;

export const JOIN: ChangeKind<'join'> = {
  ...OF_A_CONNECTION,
  rowKey: ({ connectionId }) => connectionKey(connectionId),
  operations: ({ connectionId, userId, name }, _messages, { now, commit }) => {
    const row = { connectionId, userId, name, connectedAt: now, closedAt: 0, open: true, commit };
    return [{ kind: 'insert', row: toConnectionRow(row) }];
  },
  presence: ({ connectionId, userId, name }) => ({ joined: { connectionId, userId, name } }),
  outcome: (_change, _messages, _context, after) => ({ kind: 'joined', ...after }),
  userToAdmit: ({ userId }) => userId,
  readsRowFirst: () => false,
  found: (_change, row, { revision, seq, online, creator }) => {
    if (!row) return NEW;
    const { open } = fromConnectionRow(row);
    const outcome = open ? ({ kind: 'joined', revision, seq, online, creator } as const) : GONE;
    return { kind: 'happened', outcome };
  },
  listing: 'add',
};

const GONE = { kind: 'gone' } as const;

export const LEAVE: ChangeKind<'leave'> = {
  ...OF_A_CONNECTION,
  rowKey: ({ connectionId }) => connectionKey(connectionId),
  operations: ({ connectionId, row }, _messages, { now, commit }) => {
    if (row === 'none') {
      // It closed before its join. The insert fails if it joins meanwhile.
      const unseen = { connectionId, userId: '', name: '', connectedAt: 0 };
      const tombstone = { ...unseen, open: false, closedAt: now, commit };
      return [{ kind: 'insert', row: toConnectionRow(tombstone) }];
    }
    const { member, connectedAt, etag } = row;
    const tombstone = { ...member, connectedAt, open: false, closedAt: now, commit };
    return [{ kind: 'replace', row: toConnectionRow(tombstone), etag }];
  },
  presence: ({ row }) => (row === 'none' ? undefined : { left: row.member }),
  outcome: () => DONE,
  userToAdmit: () => undefined,
  readsRowFirst: () => true,
  found: (_change, row) => {
    if (!row) return NEW;
    const { open, connectedAt, connectionId, userId, name } = fromConnectionRow(row);
    if (!open) return { kind: 'happened', outcome: DONE };
    const member = { connectionId, userId, name };
    return { kind: 'new', leaveRow: { member, connectedAt, etag: row.etag } };
  },
  listing: 'keep',
};
