// Reactions have a broadcast budget, like presence: within a process, those of a room wait for each other as long as presence may
// wait, and share one commit and one broadcast. A storm of a thousand costs a handful of both. A lost call may be repeated: a vote
// sets a state.

import { atATime } from '../at-a-time.ts';
import { type ArchivedReaction, ChatError, type Events, isLine } from '../protocol.ts';
import type { Banned, ChangeOf, Closed, ReactedMessage } from './change.ts';
import { presenceWindowMs } from './presence-budget.ts';
import { fromReactedRow, reactionChangeOf } from './reacted-rows.ts';
import type { RoomLog } from './room-log.ts';
import type { RoomReader, StoredMessage } from './room-reader.ts';
import type { Head } from './rows.ts';
import type { StoredRow } from './table.ts';
import { countVotes, hasVote, type Vote, withdrawalOf } from './votes.ts';

/** Messages in one commit. Each row may have half a megabyte, and a transaction 4. */
const MOST_MESSAGES = 8;
const READS_AT_A_TIME = 16;
/** A row that somebody else changes each time. The caller may try again. */
const MOST_ATTEMPTS = 20;
/** Nobody waits longer for the answer. With slow storage one attempt may last half a minute. */
const GIVE_UP_MS = 20_000;
const MAX_PAUSE_MS = 250;

const NO_SPACE: VoteOutcome = { kind: 'no space' };

/** What became of a vote. */
export type VoteOutcome =
  /** Since that revision of the room at the latest, the last one in which the message's reactions have changed. */
  | {
      readonly kind: 'stands';
      readonly revision: number;
      /** Whether the emoji is set then. Another vote of the same user in the same commit may have the last word. */
      readonly on: boolean;
    }
  /** The message has no space for it. */
  | { readonly kind: 'no space' }
  /** There is no such message, or it was removed, or it announces something. */
  | { readonly kind: 'no message' }
  | Banned
  | Closed;

/** The outcome, and the frames that the caller has to broadcast. One caller broadcasts for all. */
export interface VoteResult {
  readonly outcome: VoteOutcome;
  readonly frames: readonly Events[];
}

export interface ReactionWindowOptions {
  readonly rooms: RoomLog;
  readonly reader: RoomReader;
  readonly sleep: (ms: number) => Promise<void>;
  /** Epoch ms. */
  readonly now: () => number;
  /** 0 ≤ r < 1. */
  readonly random: () => number;
}

interface Waiting {
  readonly seq: number;
  readonly vote: Vote;
  readonly settle: (result: VoteResult) => void;
  readonly fail: (error: unknown) => void;
}

/** One per process. */
export class ReactionWindow {
  readonly #options: ReactionWindowOptions;
  /** By room. A room is here as long as a window is open or its votes are committed. */
  readonly #queues = new Map<string, Waiting[]>();

  constructor(options: ReactionWindowOptions) {
    this.#options = options;
  }

  /** Settles when the vote is committed. `online` decides how long it waits. Throws ChatError `unavailable`. */
  vote(room: string, seq: number, vote: Vote, online: number): Promise<VoteResult> {
    return new Promise((settle, fail) => {
      const waiting = { seq, vote, settle, fail };
      const queue = this.#queues.get(room);
      if (queue) {
        queue.push(waiting);
        return;
      }
      this.#queues.set(room, [waiting]);
      void this.#run(room, presenceWindowMs(online));
    });
  }

  /**
   * Takes back everything that the user has put on these messages, also in a closed room. They are one of the parts of
   * {@link inParts}. Returns the frames to broadcast. Throws ChatError `unavailable`.
   */
  withdraw(room: string, part: readonly number[], userId: string): Promise<readonly Events[]> {
    return this.#untilDone(async () => {
      const { first } = await this.#options.reader.head(room);
      const kept = part.filter((seq) => seq >= first);
      return this.#commit(room, kept, [], ({ row }) => {
        const reactions = fromReactedRow(row.properties);
        return toReacted(row, reactions, withdrawalOf(reactions, userId)).message;
      });
    });
  }

  /** Votes that come during a commit wait for another window. */
  async #run(room: string, windowMs: number): Promise<void> {
    const queue = this.#queues.get(room) ?? [];
    while (queue.length > 0) {
      if (windowMs > 0) await this.#options.sleep(windowMs);
      const batch = takeBatch(queue);
      try {
        await this.#settle(room, batch);
      } catch (error) {
        for (const { fail } of batch) fail(error);
      }
    }
    this.#queues.delete(room);
  }

  async #settle(room: string, batch: readonly Waiting[]): Promise<void> {
    let admitted = batch;
    const outcomes = new Map<Waiting, VoteOutcome>();
    const frames = await this.#untilDone(async () => {
      const head = await this.#options.reader.head(room);
      admitted = await this.#admit(room, admitted, head);
      const users = [...new Set(admitted.map(({ vote }) => vote.userId))];
      const seqs = [...new Set(admitted.map(({ seq }) => seq))].filter((seq) => seq >= head.first);
      outcomes.clear();
      return this.#commit(room, seqs, users, ({ message: { seq }, row }) => {
        const own = admitted.filter((waiting) => waiting.seq === seq);
        const votes = own.map(({ vote }) => vote);
        const { message, stands } = toReacted(row, fromReactedRow(row.properties), votes);
        const { revision } = reactionChangeOf(row);
        for (const [index, waiting] of own.entries()) {
          const on = hasVote(message.reactions, waiting.vote);
          outcomes.set(waiting, stands[index] ? { kind: 'stands', revision, on } : NO_SPACE);
        }
        return message;
      });
    });
    const changes = frames.flatMap(({ reactions = [] }) => reactions);
    const revisions = new Map(changes.map(({ seq, revision }) => [seq, revision]));
    // The caller of a refused vote broadcasts nothing.
    const broadcaster = admitted.find((waiting) => outcomes.get(waiting)?.kind === 'stands');
    for (const waiting of admitted) {
      const outcome = outcomes.get(waiting) ?? { kind: 'no message' };
      const revision = revisions.get(waiting.seq);
      const isChanged = outcome.kind === 'stands' && revision !== undefined;
      waiting.settle({
        outcome: isChanged ? { ...outcome, revision } : outcome,
        frames: waiting === broadcaster ? frames : [],
      });
    }
  }

  /** Settles the votes of users who may not react. Returns the others. */
  async #admit(room: string, batch: readonly Waiting[], head: Head): Promise<readonly Waiting[]> {
    const { reader, now } = this.#options;
    if (head.closed !== '') {
      const outcome = { kind: 'closed', reason: head.closed } as const;
      for (const { settle } of batch) settle({ outcome, frames: [] });
      return [];
    }
    if (head.bannedUntil <= now()) return batch;
    const users = [...new Set(batch.map(({ vote }) => vote.userId))];
    const ends = await atATime(READS_AT_A_TIME, users, (id) => reader.bannedUntil(room, id));
    const endOf = new Map(users.map((id, index) => [id, ends[index] ?? 0]));
    return batch.filter(({ vote, settle }) => {
      const until = endOf.get(vote.userId) ?? 0;
      const isBanned = until > now();
      if (isBanned) settle({ outcome: { kind: 'banned', until }, frames: [] });
      return !isBanned;
    });
  }

  /**
   * Reads the messages, decides with `decide`, and commits what changes. Returns the frames to broadcast. Undefined if a row, or what
   * `head` says about these users, has changed in between.
   */
  async #commit(
    room: string,
    seqs: readonly number[],
    userIds: readonly string[],
    decide: (stored: StoredMessage) => ReactedMessage,
  ): Promise<readonly Events[] | undefined> {
    const { rooms, reader } = this.#options;
    const stored = await atATime(READS_AT_A_TIME, seqs, (seq) => reader.message(room, seq));
    const [first, ...others] = stored
      .flatMap((one) => (one && takesReactions(one) ? [decide(one)] : []))
      .filter(isChanged);
    if (!first) return [];
    const change: ChangeOf<'react'> = { kind: 'react', messages: [first, ...others], userIds };
    const { outcome, frames } = await rooms.submit(room, change);
    return outcome.kind === 'done' ? frames : undefined;
  }

  async #untilDone<Value>(attempt: () => Promise<Value | undefined>): Promise<Value> {
    const { sleep, random, now } = this.#options;
    const giveUpAt = now() + GIVE_UP_MS;
    for (let round = 0; round < MOST_ATTEMPTS; round += 1) {
      const value = await attempt();
      if (value !== undefined) return value;
      if (now() > giveUpAt) break;
      await sleep(random() * Math.min(MAX_PAUSE_MS, 10 * 2 ** round));
    }
    throw new ChatError(
      'unavailable',
      'unable to change the reactions; others change the messages all the time. Try again.',
    );
  }
}

/** An announcement and a removed message take none. */
function takesReactions({ message }: StoredMessage): boolean {
  return isLine(message) && message.deleted === undefined;
}

function toReacted(row: StoredRow, before: readonly ArchivedReaction[], votes: readonly Vote[]) {
  const { reactions, added, removed, stands } = countVotes(before, votes);
  return { message: { row, reactions, added, removed }, stands };
}

function isChanged({ added, removed }: ReactedMessage): boolean {
  return added.length + removed.length > 0;
}

/** Takes the votes for the first few messages out of the queue. */
function takeBatch(queue: Waiting[]): readonly Waiting[] {
  const [seqs = []] = inParts(queue.map(({ seq }) => seq));
  const isTaken = new Set(seqs);
  const batch = queue.filter(({ seq }) => isTaken.has(seq));
  const rest = queue.filter(({ seq }) => !isTaken.has(seq));
  queue.splice(0, queue.length, ...rest);
  return batch;
}

/** The numbers of messages, each once, in parts that fit one commit. */
export function inParts(seqs: readonly number[]): (readonly number[])[] {
  const all = [...new Set(seqs)];
  return Array.from({ length: Math.ceil(all.length / MOST_MESSAGES) }, (_, part) =>
    all.slice(part * MOST_MESSAGES, (part + 1) * MOST_MESSAGES),
  );
}
