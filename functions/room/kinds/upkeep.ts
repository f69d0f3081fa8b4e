// What the room log and the timer change by themselves.

import { type ChangeKind, HEAD_ONLY, sameState } from './kind.ts';

export const TELL: ChangeKind<'tell'> = { ...HEAD_ONLY, stateAfter: sameState, changesHead: false };

export const TIDIED: ChangeKind<'tidied'> = {
  ...HEAD_ONLY,
  stateAfter: (state, { first, next }, { now }) => {
    // Only the timer, which has removed the rows of ended bans, may forget that there were any.
    const isOver = next !== undefined && state.bannedUntil <= now;
    return {
      ...state,
      first: Math.max(state.first, first),
      bannedUntil: isOver ? 0 : state.bannedUntil,
    };
  },
};
