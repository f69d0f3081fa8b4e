// Reactions to messages. They are in the messages' rows and have no number of their own. A change sets the rows to what its caller
// has decided (room/reaction-window.ts), so its commit fails if one of them has changed since it was read.

import { DONE, STALE } from '../change.ts';
import { reactionChangeOf, toReactedRow } from '../reacted-rows.ts';
import { fromMessageRow } from '../rows.ts';
import type { ChangeKind } from './kind.ts';

export const REACT: ChangeKind<'react'> = {
  rowKey: ({ messages: [{ row }] }) => row.key,
  operationCount: ({ messages }) => messages.length,
  messages: () => [],
  operations: ({ messages }, _messages, { commit }, { revision }) =>
    messages.map(({ row, reactions }) => {
      const changed = toReactedRow(row, reactions, revision, commit);
      return { kind: 'replace', row: changed, etag: row.etag };
    }),
  presence: () => undefined,
  stateAfter: (state, _change, _context, { revision }) => ({ ...state, reactedAt: revision }),
  outcome: () => DONE,
  reactions: ({ messages }, { revision }) =>
    messages.map(({ row, reactions, added, removed }) => {
      const change = reactionChangeOf(toReactedRow(row, reactions, revision, ''));
      return { ...change, added, removed };
    }),
  userToAdmit: ({ userIds }) => userIds,
  // A message has expired or was erased since its row was read.
  misfit: ({ messages }, { first }) =>
    messages.some(({ row }) => fromMessageRow(row).seq < first) ? STALE : undefined,
  readsRowFirst: () => false,
  // Only looked up after a conflict.
  found: () => ({ kind: 'happened', outcome: STALE }),
  broadcastBy: 'caller',
  changesHead: false,
  waitsForOthers: false,
  // Another change of the same commit may have the row of one of its messages.
  isAlone: true,
  isActivity: false,
  listing: 'keep',
  leavesBehind: 'nothing',
};
