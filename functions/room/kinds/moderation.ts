// Changes of moderators: bans, closing, opening and erasing.

import { DONE, STALE } from '../change.ts';
import { banKey, fromBanRow, toBanRow } from '../rows.ts';
import { type ChangeKind, HEAD_ONLY, NEW, UNKNOWN } from './kind.ts';

export const BAN: ChangeKind<'ban'> = {
  ...HEAD_ONLY,
  rowKey: ({ userId }) => banKey(userId),
  operationCount: () => 1,
  operations: ({ userId, until }) => [{ kind: 'put', row: toBanRow(userId, until) }],
  stateAfter: (state, { until }) => {
    return { ...state, bannedUntil: Math.max(state.bannedUntil, until) };
  },
  userToAdmit: ({ by }) => by,
  readsRowFirst: () => true,
  leavesBehind: 'ban',
  found: ({ until }, row) => {
    if (!row) return NEW;
    // The longer ban stays. A flood must not shorten it.
    return fromBanRow(row) >= until ? { kind: 'happened', outcome: DONE } : UNKNOWN;
  },
};

export const CLOSE: ChangeKind<'close'> = {
  ...HEAD_ONLY,
  userToAdmit: ({ by }) => by,
  // A moderator without an answer repeats the call, and the closed room would refuse it.
  misfit: ({ by }, { closed, closedBy }) =>
    by !== undefined && closed !== '' && closedBy === by ? DONE : undefined,
  stateAfter: (state, { reason, by = '' }) => ({ ...state, closed: reason, closedBy: by }),
  listing: 'add',
  leavesBehind: 'listing',
};

export const OPEN: ChangeKind<'open'> = {
  ...HEAD_ONLY,
  // Somebody else has closed the room meanwhile, or opened it.
  misfit: ({ closedBy }, head) =>
    closedBy === undefined || closedBy === head.closedBy ? undefined : STALE,
  stateAfter: (state) => ({ ...state, closed: '', closedBy: '' }),
  // The room may be empty, and then the timer deletes it.
  leavesBehind: 'connection',
};

export const ERASE: ChangeKind<'erase'> = {
  ...HEAD_ONLY,
  stateAfter: (state, _change, _context, { seq }) => ({ ...state, first: seq + 1 }),
  listing: 'remove',
  leavesBehind: 'garbage',
};
