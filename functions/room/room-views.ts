// What many people ask of one room at the same time: its head, its history and its members. Requests share reads (group-read.ts),
// and rows that the head shows to be unchanged are not read again.
//
// Every answer begins with a read of the head that began after the request. So what is kept in memory saves reads of rows, and
// never makes an answer old. Losing it costs one read.

import { BoundedMap } from '../bounded-map.ts';
import {
  type ArchivedReaction,
  type ChatMessage,
  type History,
  MAX_HISTORY,
  type Members,
  REACTED_MESSAGES,
  type Reaction,
} from '../protocol.ts';
import { GroupRead } from './group-read.ts';
import {
  cut,
  extend,
  missingIn,
  type Span,
  shorten,
  sizeOf,
  type Tail,
  withoutLostTexts,
} from './history-tail.ts';
import { fromReactedRow, reactionChangeOf } from './reacted-rows.ts';
import { numberAt } from './room-at.ts';
import type { RoomReader, StoredMessage } from './room-reader.ts';
import { EMPTY_HEAD, type Head } from './rows.ts';
import { hasVote } from './votes.ts';

/** Maximum number of members in one answer. The count is exact in any case. */
const MAX_MEMBERS = 500;
/** The rooms of which rows are kept. */
const MOST_ROOMS = 50;
/** Longer texts are read again each time, so that they do not fill the memory. */
const MOST_CHARACTERS = 256 * 1_024;
const CHARACTERS_OF_A_USER = 32;

/** The latest messages, those after or before a number, or those from a time on. */
export interface HistoryQuery {
  /** Epoch ms. Then `after` and `before` say nothing. */
  readonly at?: number | undefined;
  readonly after: number | undefined;
  readonly before: number | undefined;
  readonly limit: number;
}

/** The reactions, with their users, of messages that have some. By the number of the message. */
type Voters = ReadonlyMap<number, readonly ArchivedReaction[]>;

/** An answer, and the head that was read for it. Everyone who shares the read gets the same object. */
export interface View<Answer> {
  /** Undefined if the room has no commit yet. */
  readonly head: Head | undefined;
  readonly answer: Answer;
}

/** A history that does not yet say which reactions are the caller's own. */
export interface HistoryView extends View<History> {
  readonly voters: Voters;
}

/** The last messages, as they were when the room's reactions had last changed at that revision. */
interface KeptTail {
  readonly tail: Tail;
  readonly voters: Voters;
  readonly reactedAt: number;
}

/** Messages in their order. */
interface Read {
  readonly messages: readonly ChatMessage[];
  readonly voters: Voters;
}

const NOTHING: Read = { messages: [], voters: new Map() };

type Member = Members['members'][number];

/** Members as of the commit with that id. */
interface Roster {
  readonly commit: string;
  /** At most one more than an answer holds. */
  readonly open: readonly Member[];
}

export interface RoomViewsOptions {
  readonly reader: Pick<
    RoomReader,
    'findHead' | 'messages' | 'storedMessages' | 'reactedMessages' | 'openConnections'
  >;
  readonly sleep: (ms: number) => Promise<void>;
  /** Resolves when those who have an answer have gone on. */
  readonly last?: () => Promise<void>;
}

/** One per process. Every method throws `TableUnavailable` if storage does not answer. */
export class RoomViews {
  readonly #reader: RoomViewsOptions['reader'];
  readonly #heads: GroupRead<Head | undefined>;
  readonly #histories: GroupRead<HistoryView>;
  readonly #memberships: GroupRead<View<Members>>;
  readonly #tails = new BoundedMap<KeptTail>(MOST_ROOMS);
  readonly #rosters = new BoundedMap<Roster>(MOST_ROOMS);

  constructor({ reader, sleep, last }: RoomViewsOptions) {
    this.#reader = reader;
    this.#heads = new GroupRead(sleep);
    this.#histories = new GroupRead(sleep, last);
    this.#memberships = new GroupRead(sleep, last);
  }

  /** Undefined if the room has no commit yet. */
  findHead(room: string): Promise<Head | undefined> {
    return this.#heads.get(room, () => this.#reader.findHead(room));
  }

  history(room: string, query: HistoryQuery): Promise<HistoryView> {
    // No room's name has a space.
    const key = `${room} ${query.after} ${query.before} ${query.limit} ${query.at}`;
    return this.#histories.get(key, () => this.#readHistory(room, query));
  }

  /** The reactions that have changed since a revision, to the last messages. */
  reactedAfter(room: string, revision: number): Promise<HistoryView> {
    const key = `${room} reacted ${revision}`;
    return this.#histories.get(key, () => this.#readReacted(room, revision));
  }

  /** The head is read before the members: a later change has a higher revision, and is broadcast. */
  members(room: string): Promise<View<Members>> {
    return this.#memberships.get(room, () => this.#readMembers(room));
  }

  async #readHistory(room: string, query: HistoryQuery): Promise<HistoryView> {
    const head = await this.findHead(room);
    const known = head ?? EMPTY_HEAD;
    const { at } = query;
    const wanted =
      at === undefined
        ? query
        : {
            ...query,
            after: (await numberAt(room, known, at, this.#reader)) - 1,
            before: undefined,
          };
    const { messages, voters } = await this.#messages(room, pick(known, wanted), known);
    const kept = withoutLostTexts(messages, known.first);
    return { head, answer: { room, ...numbersOf(known), messages: kept }, voters };
  }

  async #readReacted(room: string, revision: number): Promise<HistoryView> {
    const head = await this.findHead(room);
    const known = head ?? EMPTY_HEAD;
    const { first, seq, reactedAt } = known;
    const from = Math.max(first, seq + 1 - REACTED_MESSAGES);
    const stored =
      reactedAt > revision ? await this.#reader.reactedMessages(room, from, seq + 1) : [];
    const changed = stored.filter(({ row }) => reactionChangeOf(row).revision > revision);
    const reactions = changed.map(({ row }) => reactionChangeOf(row));
    const answer = { room, ...numbersOf(known), messages: [], reactions };
    return { head, answer, voters: votersOf(changed) };
  }

  /** @param head was read before */
  async #messages(room: string, span: Span, head: Head): Promise<Read> {
    if (span.from >= span.to) return NOTHING;
    const { seq, reactedAt } = head;
    const kept = this.#tails.get(room);
    // A head that ends before the tail is an older one, or that of another table. Reactions change messages of any age.
    const isCurrent = kept && kept.tail.to <= seq + 1 && kept.reactedAt === reactedAt;
    const missing = missingIn(isCurrent ? kept.tail : undefined, span, seq + 1);
    if (isCurrent && !missing) return { messages: cut(kept.tail, span), voters: kept.voters };
    if (isCurrent && missing && missing.from > span.from) {
      const added = await this.#read(room, missing);
      const tail = extend(kept.tail, added.messages, missing.to);
      if (tail) {
        const voters = new Map([...kept.voters, ...added.voters]);
        this.#keep(room, { tail, voters, reactedAt }, seq);
        return { messages: cut(tail, span), voters };
      }
    }
    const read = await this.#read(room, span);
    const { messages, voters } = read;
    this.#keep(room, { tail: { ...span, messages }, voters, reactedAt }, seq);
    return read;
  }

  async #read(room: string, { from, to }: Span): Promise<Read> {
    const stored = await this.#reader.storedMessages(room, { from, to, limit: to - from });
    return { messages: stored.map(({ message }) => message), voters: votersOf(stored) };
  }

  #keep(room: string, { tail, voters, reactedAt }: KeptTail, seq: number): void {
    if (tail.to <= seq) return;
    const kept = shorten(tail, MAX_HISTORY);
    const own = new Map([...voters].filter(([number]) => number >= kept.from));
    if (sizeOf(kept) + sizeOfVoters(own) > MOST_CHARACTERS) return;
    this.#tails.set(room, { tail: kept, voters: own, reactedAt });
  }

  async #readMembers(room: string): Promise<View<Members>> {
    const head = await this.findHead(room);
    const { revision, online, commit } = head ?? EMPTY_HEAD;
    const known = this.#rosters.get(room);
    const open = head && known?.commit === commit ? known.open : await this.#readOpen(room);
    if (head) this.#rosters.set(room, { commit, open });
    const truncated = open.length > MAX_MEMBERS;
    const members = open.slice(0, MAX_MEMBERS);
    return { head, answer: { room, revision, online, members, truncated } };
  }

  async #readOpen(room: string): Promise<readonly Member[]> {
    const open = await this.#reader.openConnections(room, MAX_MEMBERS + 1);
    return open.map(({ connectionId, userId, name, connectedAt }) => {
      return { connectionId, userId, name, connectedAt };
    });
  }
}

/** The same history with the reactions of that user marked. The same object if there are none. */
export function markOwn({ answer, voters }: HistoryView, userId: string): History {
  const own = new Map(
    [...voters].map(([seq, reactions]) => {
      const mine = reactions.filter(({ emoji }) => hasVote(reactions, { userId, emoji }));
      return [seq, new Set(mine.map(({ emoji }) => emoji))];
    }),
  );
  if ([...own.values()].every(({ size }) => size === 0)) return answer;
  const marked = (seq: number, counts: readonly Reaction[]) =>
    counts.map((one) => (own.get(seq)?.has(one.emoji) ? { ...one, mine: true as const } : one));
  return {
    ...answer,
    messages: answer.messages.map((message) => {
      const { seq, reactions } = message;
      return reactions ? { ...message, reactions: marked(seq, reactions) } : message;
    }),
    ...(answer.reactions && {
      reactions: answer.reactions.map((change) => {
        return { ...change, counts: marked(change.seq, change.counts) };
      }),
    }),
  };
}

function numbersOf({ revision, first, seq, online, reactedAt }: Head) {
  return { revision, first, seq, online, ...(reactedAt > 0 ? { reactedAt } : {}) };
}

function votersOf(stored: readonly StoredMessage[]): Voters {
  return new Map(
    stored.flatMap(({ message: { seq, reactions }, row }) =>
      reactions ? [[seq, fromReactedRow(row.properties)] as const] : [],
    ),
  );
}

/** About as many characters as the user ids have. */
function sizeOfVoters(voters: Voters): number {
  const people = [...voters.values()]
    .flat()
    .map(({ named, others }) => named.length + others.length);
  return people.reduce((sum, count) => sum + count * CHARACTERS_OF_A_USER, 0);
}

/** The numbers to answer, at most `limit`. */
function pick(
  kept: { readonly first: number; readonly seq: number },
  { after, before, limit }: HistoryQuery,
): Span {
  const least = Math.max(kept.first, (after ?? 0) + 1);
  const most = Math.min(kept.seq + 1, before ?? Number.POSITIVE_INFINITY);
  if (after === undefined) return { from: Math.max(least, most - limit), to: most };
  return { from: least, to: Math.min(most, least + limit) };
}
