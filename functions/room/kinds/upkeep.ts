// Changes of the room log and the timer.

import { DONE } from '../change.ts';
import { fromHeadRow, isEmptyRoom } from '../rows.ts';
import { type ChangeKind, HEAD_ONLY, NEW, type RoomNumbers, sameState, UNKNOWN } from './kind.ts';

export const BROADCAST: ChangeKind<'broadcast'> = {
  ...HEAD_ONLY,
  stateAfter: sameState,
  changesHead: false,
};

export const WATCH: ChangeKind<'watch'> = {
  ...HEAD_ONLY,
  // Anyone may name any room. A head of a room that nobody has entered would stay for ever.
  misfit: (_change, { revision }) => (revision === 0 ? DONE : undefined),
  stateAfter: (state, { until }) => {
    return { ...state, watchedUntil: Math.max(state.watchedUntil, until) };
  },
};

export const UNLIST: ChangeKind<'unlist'> = {
  ...HEAD_ONLY,
  stateAfter: sameState,
  // The row, because this process may know an older head: what commits nothing meets no conflict that would show it. A commit
  // on an older head does.
  readsRowFirst: () => true,
  found: (_change, row, _head, room) => {
    const isEmpty = row === undefined || isEmptyRoom(room, fromHeadRow(row));
    return isEmpty ? UNKNOWN : { kind: 'happened', outcome: DONE };
  },
  listing: 'remove',
};

export const CLEANUP: ChangeKind<'cleanup'> = {
  ...HEAD_ONLY,
  stateAfter: (state, change, { now }, after) => {
    const { first, next } = change;
    // Only the timer may clear this, because it has removed the rows of ended bans.
    const hasNoBans = next?.hasBans === false && isCurrent(change, after);
    return {
      ...state,
      first: Math.max(state.first, first),
      bannedUntil: hasNoBans && state.bannedUntil <= now ? 0 : state.bannedUntil,
    };
  },
  outcome: (change, _messages, _context, after) => {
    return { kind: 'cleanup', isCurrent: isCurrent(change, after) };
  },
  found: (_change, row) => (row ? UNKNOWN : NEW),
};

function isCurrent(
  { seenRevision }: { readonly seenRevision: number },
  { revision }: RoomNumbers,
): boolean {
  return revision === seenRevision + 1;
}
