// Mistakes with reactions, each of which the simulation has to notice. In every fifth world people react.

import type { Suspect } from './mutation.ts';

export const REACTION_MUTATIONS: readonly Suspect[] = [
  {
    name: 'a reaction is acknowledged before it is committed',
    file: 'functions/room/reaction-window.ts',
    from: "outcomes.set(waiting, stands[index] ? { kind: 'stands', revision } : NO_SPACE);",
    to: "outcomes.set(waiting, stands[index] ? { kind: 'stands', revision } : NO_SPACE); waiting.settle({ outcome: { kind: 'stands', revision }, frames: [] });",
    within: 400,
    noticedBy: 165,
  },
  {
    name: 'reactions replace the row with any ETag',
    file: 'functions/room/kinds/reactions.ts',
    from: "return { kind: 'replace', row: changed, etag: row.etag };",
    to: "return { kind: 'put', row: changed };",
    within: 600,
    noticedBy: 55,
  },
  {
    name: 'a reaction whose row has changed is given up as done',
    file: 'functions/room/kinds/reactions.ts',
    from: "found: () => ({ kind: 'happened', outcome: STALE }),",
    to: "found: () => ({ kind: 'happened', outcome: DONE }),",
    within: 600,
    noticedBy: 10,
  },
  {
    name: 'a reaction counts twice',
    file: 'functions/room/votes.ts',
    from: 'if (on === (known !== undefined && has(known, userId))) return reactions;',
    to: 'if (!on && !known) return reactions;',
    within: 2_000,
    noticedBy: 525,
  },
  {
    name: 'the head does not say when reactions changed',
    file: 'functions/room/kinds/reactions.ts',
    from: '({ ...state, reactedAt: revision })',
    to: '({ ...state, reactedAt: state.reactedAt + revision * 0 })',
    within: 50,
    noticedBy: 10,
  },
  {
    name: 'the history is kept although people have reacted',
    file: 'functions/room/room-views.ts',
    from: '&& kept.reactedAt === reactedAt;',
    to: '&& kept.reactedAt <= reactedAt;',
    within: 100,
    noticedBy: 75,
  },
];
