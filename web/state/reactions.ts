// The reactions to the messages that a page has loaded, and the person's own votes. Pure. It loads with the first reaction.
//
// For each message the change with the highest revision wins, in any order of the frames. Each frame names the change
// before it, so a missing one is noticed. PROTOCOL.md (`react`) says how a page knows the person's own votes.

import type { Events, History, Reaction, ReactionChange } from '../../functions/protocol.ts';

export interface Reactions {
  /** All changes up to this revision are known, of the messages that are loaded. */
  readonly to: number;
  /** The highest revision of a change that a frame or an answer has named. */
  readonly named: number;
  /** Frames beyond `to`. A change before them is not known. */
  readonly ahead: readonly Link[];
  /** By the number of the message. Those without reactions may be missing. */
  readonly bySeq: ReadonlyMap<number, Reacted>;
  /** What `counts` do not have yet, in the order in which the person chose. */
  readonly votes: readonly OwnVote[];
  /** Messages with a vote that was given up. The room may have it all the same: its answer may be lost, or on its way. */
  readonly doubted: ReadonlySet<number>;
}

interface Link {
  readonly before: number;
  readonly revision: number;
}

/** What a change or an answer has said about a message. */
interface Reacted {
  /** `counts` have everything up to this revision of the room. */
  readonly revision: number;
  readonly counts: readonly Reaction[];
  /** The person's votes within `counts`, and since which revision they are known. */
  readonly own: ReadonlyMap<string, Known>;
  /** Since this revision the person is known to have no other vote. Undefined if nothing has said so. */
  readonly ownAt: number | undefined;
}

interface Known {
  readonly on: boolean;
  readonly at: number;
}

/** The person sets an emoji of message `seq` on or off. */
export interface OwnVote {
  readonly seq: number;
  readonly emoji: string;
  readonly on: boolean;
  /** Since when the room has it. Undefined before the answer. */
  readonly revision?: number;
}

export type ReactionEvent =
  | { readonly type: 'frame'; readonly frame: Events; readonly userId: string | undefined }
  /** `isFirst`: it has all messages that the page shows. */
  | { readonly type: 'history'; readonly history: History; readonly isFirst: boolean }
  | { readonly type: 'voted'; readonly vote: OwnVote }
  /** `on` is what the room has then: a later vote on another device may have shared the commit. */
  | {
      readonly type: 'stands';
      readonly vote: OwnVote;
      readonly revision: number;
      readonly on: boolean;
    }
  /** The room does not take the vote, or no answer comes. */
  | { readonly type: 'refused'; readonly vote: OwnVote }
  /** The room has started over, or the page is another user. */
  | { readonly type: 'reset' };

export const NO_REACTIONS: Reactions = {
  to: 0,
  named: 0,
  ahead: [],
  bySeq: new Map(),
  votes: [],
  doubted: new Set(),
};

export function reduceReactions(state: Reactions, event: ReactionEvent): Reactions {
  switch (event.type) {
    case 'frame':
      return applyFrame(state, event.frame, event.userId);
    case 'history':
      return applyHistory(state, event.history, event.isFirst);
    case 'voted': {
      const { vote } = event;
      const others = state.votes.filter((one) => !isSame(one, vote) || one.revision !== undefined);
      return { ...state, votes: [...others, vote] };
    }
    case 'stands':
      return settle(state, event);
    case 'refused':
      return {
        ...state,
        votes: state.votes.filter((vote) => vote !== event.vote),
        doubted: new Set([...state.doubted, event.vote.seq]),
      };
    case 'reset':
      return NO_REACTIONS;
  }
}

/** Whether changes are missing. They may still come by themselves. */
export function hasMissed({ to, named }: Reactions): boolean {
  return named > to;
}

/** One emoji as the person sees it: with the own vote, also before the room has it. */
export interface ShownReaction {
  readonly emoji: string;
  readonly count: number;
  /** Of the first people. */
  readonly names: readonly string[];
  readonly isMine: boolean;
}

/** @param name the person's own */
export function reactionsTo(
  { bySeq, votes }: Pick<Reactions, 'bySeq' | 'votes'>,
  seq: number,
  name: string,
): readonly ShownReaction[] {
  const reacted = bySeq.get(seq);
  const counts = reacted?.counts ?? [];
  const wanted = new Map(
    votes.filter((vote) => vote.seq === seq).map(({ emoji, on }) => [emoji, on]),
  );
  const known = new Set(counts.map(({ emoji }) => emoji));
  const added = [...wanted.keys()].filter((emoji) => !known.has(emoji));
  return [...counts, ...added.map((emoji): Reaction => ({ emoji, count: 0, names: [] }))]
    .map(({ emoji, count, names }): ShownReaction => {
      const was = reacted?.own.get(emoji)?.on ?? false;
      const isMine = wanted.get(emoji) ?? was;
      const change = Number(isMine) - Number(was);
      return { emoji, count: count + change, names: withOwn(names, count, change, name), isMine };
    })
    .filter(({ count }) => count > 0);
}

/** A message names the first people only. */
function withOwn(names: readonly string[], count: number, change: number, name: string) {
  if (change > 0) return names.length === count ? [...names, name] : names;
  const index = change < 0 ? names.lastIndexOf(name) : -1;
  return index === -1 ? names : names.filter((_, at) => at !== index);
}

function applyFrame(state: Reactions, frame: Events, userId: string | undefined): Reactions {
  const { reactions = [], reactedBefore = 0 } = frame;
  const highest = reactions.reduce((most, { revision }) => Math.max(most, revision), 0);
  // It comes late or again, and an answer may have said more.
  if (highest <= state.to) return state;
  const named = Math.max(state.named, highest);
  // A change in between may have the own vote, and only the answer or what was missed says so. The page asks for that.
  if (reactedBefore > state.to && reactions.some((change) => isOpen(state, change))) {
    return { ...state, named };
  }
  const bySeq = new Map(state.bySeq);
  for (const change of reactions) {
    const before = bySeq.get(change.seq);
    const isLate = before && before.revision >= change.revision;
    const after = isLate
      ? withLate(before, change, userId)
      : changed(before, change, state.votes, userId);
    bySeq.set(change.seq, after);
  }
  const ahead = [...state.ahead, { before: reactedBefore, revision: highest }];
  return withoutSettled({ ...state, bySeq, named, ahead });
}

/** Whether nobody knows what has become of a vote on that message. */
function isOpen({ votes, doubted }: Reactions, { seq }: ReactionChange): boolean {
  return doubted.has(seq) || votes.some((vote) => vote.seq === seq && vote.revision === undefined);
}

function changed(
  before: Reacted | undefined,
  { seq, revision, counts, added, removed }: ReactionChange,
  votes: readonly OwnVote[],
  userId: string | undefined,
): Reacted {
  const own = new Map(before?.own);
  for (const vote of votes) {
    if (vote.seq === seq && (vote.revision ?? Infinity) <= revision) learn(own, vote);
  }
  for (const { emoji, on } of votesIn({ added, removed }, userId))
    own.set(emoji, { on, at: revision });
  // An emoji that is gone takes everybody's vote with it.
  const left = new Set(counts.map(({ emoji }) => emoji));
  for (const emoji of own.keys()) if (!left.has(emoji)) own.set(emoji, { on: false, at: revision });
  return { revision, counts, own, ownAt: before?.ownAt };
}

/** The counts of a newer change stay. It names its own votes only, so the late one may have a vote of another device. */
function withLate(before: Reacted, change: ReactionChange, userId: string | undefined): Reacted {
  if ((before.ownAt ?? -1) >= change.revision) return before;
  const own = new Map(before.own);
  const left = new Set(before.counts.map(({ emoji }) => emoji));
  for (const vote of votesIn(change, userId)) {
    if (left.has(vote.emoji)) learn(own, { ...vote, revision: change.revision });
  }
  return { ...before, own };
}

/** The person's own votes that a change lists. */
function votesIn(
  { added, removed }: Pick<ReactionChange, 'added' | 'removed'>,
  userId: string | undefined,
) {
  const own = (list: ReactionChange['added'], on: boolean) =>
    list.filter((one) => one.userId === userId).map(({ emoji }) => ({ emoji, on }));
  return [...own(removed, false), ...own(added, true)];
}

/** What a change or the answer to a vote says, unless something newer is known. */
function learn(own: Map<string, Known>, { emoji, on, revision = 0 }: Omit<OwnVote, 'seq'>): void {
  if ((own.get(emoji)?.at ?? -1) < revision) own.set(emoji, { on, at: revision });
}

function applyHistory(state: Reactions, history: History, isFirst: boolean): Reactions {
  const { messages, reactions, reactedAt = 0 } = history;
  const bySeq = new Map(state.bySeq);
  for (const { seq, reactions: counts = [] } of messages) answered(bySeq, seq, reactedAt, counts);
  for (const { seq, revision, counts } of reactions ?? []) answered(bySeq, seq, revision, counts);
  // Any other answer leaves out messages that were loaded before.
  const isComplete = isFirst || reactions !== undefined;
  const to = isComplete ? Math.max(state.to, reactedAt) : state.to;
  return withoutSettled({ ...state, bySeq, to, named: Math.max(state.named, reactedAt) });
}

/** @param counts of this revision or a later one, with the person's own votes marked */
function answered(
  bySeq: Map<number, Reacted>,
  seq: number,
  revision: number,
  counts: readonly Reaction[],
): void {
  const before = bySeq.get(seq);
  const mine = counts.filter((one) => one.mine);
  const own = new Map<string, Known>(mine.map(({ emoji }) => [emoji, { on: true, at: revision }]));
  if (before && before.revision > revision) {
    // Only what the frames since then have not said.
    const all = before.ownAt === undefined ? new Map([...own, ...before.own]) : before.own;
    bySeq.set(seq, { ...before, own: all, ownAt: before.ownAt ?? revision });
  } else if (before || counts.length > 0) {
    bySeq.set(seq, { revision, counts, own, ownAt: revision });
  }
}

type Standing = Extract<ReactionEvent, { readonly type: 'stands' }>;

function settle(state: Reactions, { vote, revision, on }: Standing): Reactions {
  const { seq, emoji } = vote;
  const settled: OwnVote = { seq, emoji, on, revision };
  const others = state.votes.filter((one) => one !== vote);
  const isSettled = (one: OwnVote) => one.revision !== undefined;
  // A vote that the person has made since comes after it.
  const votes = [...others.filter(isSettled), settled, ...others.filter((one) => !isSettled(one))];
  const reacted = state.bySeq.get(seq);
  if (!reacted || reacted.revision < revision) return withoutSettled({ ...state, votes });
  const own = new Map(reacted.own);
  if ((reacted.ownAt ?? -1) < revision) learn(own, settled);
  const bySeq = new Map(state.bySeq).set(seq, { ...reacted, own });
  return withoutSettled({ ...state, bySeq, votes });
}

function isSame(one: OwnVote, other: OwnVote): boolean {
  return one.seq === other.seq && one.emoji === other.emoji;
}

/** Moves `to` on over the frames that follow it, and drops the votes that `counts` have. */
function withoutSettled(state: Reactions): Reactions {
  let { to } = state;
  const ahead: Link[] = [];
  for (const link of [...state.ahead].sort((a, b) => a.revision - b.revision)) {
    if (link.before <= to) to = Math.max(to, link.revision);
    else ahead.push(link);
  }
  const votes = state.votes.filter(({ seq, revision }) => {
    return revision === undefined || revision > (state.bySeq.get(seq)?.revision ?? to);
  });
  return { ...state, to, ahead, votes };
}
