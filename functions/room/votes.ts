// Decides what reactions a message has after votes. Pure.

import {
  type ArchivedReaction,
  MAX_EMOJIS,
  MAX_REACTION_NAMES,
  MAX_REACTIONS,
  type Reactor,
} from '../protocol.ts';

/** A person sets one emoji on or off. Repeating a vote changes nothing. */
export interface Vote extends Reactor {
  readonly on: boolean;
}

/** The reactions after some votes, and what became of each. */
export interface Counted {
  readonly reactions: readonly ArchivedReaction[];
  readonly added: readonly Reactor[];
  readonly removed: readonly Reactor[];
  /** In the order of the votes: whether the vote stands. False if the message has no space for it. */
  readonly stands: readonly boolean[];
}

/** Counts the votes in their order. */
export function countVotes(before: readonly ArchivedReaction[], votes: readonly Vote[]): Counted {
  let reactions = before;
  const stands = votes.map((vote) => {
    const after = withVote(reactions, vote);
    if (after) reactions = after;
    return after !== undefined;
  });
  // Somebody who adds and takes back within the same votes has changed nothing.
  const last = new Map(votes.map((vote) => [JSON.stringify([vote.userId, vote.emoji]), vote]));
  const changed = [...last.values()].filter(
    (vote) => hasVote(before, vote) !== hasVote(reactions, vote),
  );
  return {
    reactions,
    added: changed.filter((vote) => hasVote(reactions, vote)).map(toReactor),
    removed: changed.filter((vote) => !hasVote(reactions, vote)).map(toReactor),
    stands,
  };
}

/** The votes that take back everything that the user has put on a message. */
export function withdrawalOf(reactions: readonly ArchivedReaction[], userId: string): Vote[] {
  return reactions
    .filter(({ emoji }) => hasVote(reactions, { userId, emoji }))
    .map(({ emoji, named }) => {
      const name = named.find((one) => one.userId === userId)?.name ?? '';
      return { userId, name, emoji, on: false };
    });
}

/** Whether the user has put the emoji on the message. */
export function hasVote(
  reactions: readonly ArchivedReaction[],
  { userId, emoji }: Pick<Vote, 'userId' | 'emoji'>,
): boolean {
  const reaction = reactions.find((one) => one.emoji === emoji);
  return reaction !== undefined && has(reaction, userId);
}

/** Undefined if there is no space for the vote. */
function withVote(
  reactions: readonly ArchivedReaction[],
  { userId, name, emoji, on }: Vote,
): readonly ArchivedReaction[] | undefined {
  const known = reactions.find((one) => one.emoji === emoji);
  if (on === (known !== undefined && has(known, userId))) return reactions;
  if (!on) {
    return reactions
      .map((one) => (one === known ? without(one, userId) : one))
      .filter(({ named, others }) => named.length + others.length > 0);
  }
  const total = reactions.reduce((sum, { named, others }) => sum + named.length + others.length, 0);
  if (total >= MAX_REACTIONS) return undefined;
  if (known) return reactions.map((one) => (one === known ? withOne(one, userId, name) : one));
  if (reactions.length >= MAX_EMOJIS) return undefined;
  return [...reactions, { emoji, named: [{ userId, name }], others: [] }];
}

function has({ named, others }: ArchivedReaction, userId: string): boolean {
  return named.some((one) => one.userId === userId) || others.includes(userId);
}

function withOne(reaction: ArchivedReaction, userId: string, name: string): ArchivedReaction {
  const { named, others } = reaction;
  return named.length < MAX_REACTION_NAMES
    ? { ...reaction, named: [...named, { userId, name }] }
    : { ...reaction, others: [...others, userId] };
}

function without({ emoji, named, others }: ArchivedReaction, userId: string): ArchivedReaction {
  return {
    emoji,
    named: named.filter((one) => one.userId !== userId),
    others: others.filter((id) => id !== userId),
  };
}

function toReactor({ userId, name, emoji }: Vote): Reactor {
  return { userId, name, emoji };
}
