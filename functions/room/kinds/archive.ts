// Importing messages of an export, with the numbers, times and receipts that they have there.

import { isLine } from '../../protocol.ts';
import { DONE, IMPORTING } from '../change.ts';
import { HEAD_KEY, messageKey, operationsOf, toArchivedRows } from '../rows.ts';
import { type ChangeKind, HEAD_ONLY } from './kind.ts';

const TAKEN = { kind: 'taken' } as const;

export const IMPORT: ChangeKind<'import'> = {
  ...HEAD_ONLY,
  rowKey: ({ messages: [first] }) => (first ? messageKey(first.seq) : HEAD_KEY),
  operationCount: ({ messages }) =>
    messages.reduce((sum, message) => sum + operationsOf(message), 0),
  // The head alone decides whether the messages are new. A receipt may be left over from a message that is gone.
  operations: ({ messages }, _messages, { commit }) =>
    messages
      .flatMap((message) => toArchivedRows(message, commit))
      .map((row) => ({ kind: 'put', row })),
  stateAfter: (state, { after, messages, seq, activeAt, closed, creator }) => {
    // A room without messages begins behind `after`.
    let first = state.closed === IMPORTING ? state.first : after + 1;
    let last = after;
    for (const message of messages) {
      // The messages ahead of a gap expired during the export.
      if (message.seq > last + 1) first = message.seq;
      last = message.seq;
    }
    const lastLine = messages.findLast(isLine)?.seq ?? state.lastLine;
    const kept = { closed, closedBy: '', creator, activeAt, seq, lastLine };
    return { ...state, ...kept, first: seq > last ? seq + 1 : first };
  },
  outcome: () => DONE,
  misfit: ({ after }, { closed, seq }) => {
    const isNext = closed === IMPORTING ? seq === after : seq === 0;
    return isNext ? undefined : TAKEN;
  },
  // A message of somebody else would take one of its numbers.
  isAlone: true,
  listing: 'add',
  leavesBehind: 'imported',
};
