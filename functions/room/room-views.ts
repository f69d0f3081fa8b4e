// What many people ask of one room at the same time: its head, its history and its members. Requests share reads (group-read.ts),
// and rows that the head shows to be unchanged are not read again.
//
// Every answer begins with a read of the head that began after the request. So what is kept in memory saves reads of rows, and
// never makes an answer old. Losing it costs one read.

import { BoundedMap } from '../bounded-map.ts';
import { type ChatMessage, type History, MAX_HISTORY, type Members } from '../protocol.ts';
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
import type { RoomReader } from './room-reader.ts';
import { EMPTY_HEAD, type Head } from './rows.ts';

/** Maximum number of members in one answer. The count is exact in any case. */
const MAX_MEMBERS = 500;
/** The rooms of which rows are kept. */
const MOST_ROOMS = 50;
/** Longer texts are read again each time, so that they do not fill the memory. */
const MOST_CHARACTERS = 256 * 1_024;

/** The latest messages, or those after or before a number. */
export interface HistoryQuery {
  readonly after: number | undefined;
  readonly before: number | undefined;
  readonly limit: number;
}

/** An answer, and the head that was read for it. Everyone who shares the read gets the same object. */
export interface View<Answer> {
  /** Undefined if the room has no commit yet. */
  readonly head: Head | undefined;
  readonly answer: Answer;
}

type Member = Members['members'][number];

/** Members as of the commit with that id. */
interface Roster {
  readonly commit: string;
  /** At most one more than an answer holds. */
  readonly open: readonly Member[];
}

export interface RoomViewsOptions {
  readonly reader: Pick<RoomReader, 'findHead' | 'messages' | 'openConnections'>;
  readonly sleep: (ms: number) => Promise<void>;
}

/** One per process. Every method throws `TableUnavailable` if storage does not answer. */
export class RoomViews {
  readonly #reader: RoomViewsOptions['reader'];
  readonly #heads: GroupRead<Head | undefined>;
  readonly #histories: GroupRead<View<History>>;
  readonly #memberships: GroupRead<View<Members>>;
  readonly #tails = new BoundedMap<Tail>(MOST_ROOMS);
  readonly #rosters = new BoundedMap<Roster>(MOST_ROOMS);

  constructor({ reader, sleep }: RoomViewsOptions) {
    this.#reader = reader;
    this.#heads = new GroupRead(sleep);
    this.#histories = new GroupRead(sleep);
    this.#memberships = new GroupRead(sleep);
  }

  /** Undefined if the room has no commit yet. */
  findHead(room: string): Promise<Head | undefined> {
    return this.#heads.get(room, () => this.#reader.findHead(room));
  }

  history(room: string, query: HistoryQuery): Promise<View<History>> {
    // No room's name has a space.
    const key = `${room} ${query.after} ${query.before} ${query.limit}`;
    return this.#histories.get(key, () => this.#readHistory(room, query));
  }

  /** The head is read before the members: a later change has a higher revision, and is broadcast. */
  members(room: string): Promise<View<Members>> {
    return this.#memberships.get(room, () => this.#readMembers(room));
  }

  async #readHistory(room: string, query: HistoryQuery): Promise<View<History>> {
    const head = await this.findHead(room);
    const { revision, first, seq, online } = head ?? EMPTY_HEAD;
    const kept = await this.#messages(room, pick({ first, seq }, query), seq);
    const messages = withoutLostTexts(kept, first);
    return { head, answer: { room, revision, first, seq, online, messages } };
  }

  /** @param seq the number of the room's last message, from a head that was read before */
  async #messages(room: string, span: Span, seq: number): Promise<readonly ChatMessage[]> {
    if (span.from >= span.to) return [];
    const kept = this.#tails.get(room);
    // A head that ends before the tail is an older one, or that of another table.
    const tail = kept && kept.to <= seq + 1 ? kept : undefined;
    const missing = missingIn(tail, span);
    if (tail && !missing) return cut(tail, span);
    if (tail && missing && missing.from > span.from) {
      const longer = extend(tail, await this.#read(room, missing), missing.to);
      if (longer) {
        this.#keep(room, longer, seq);
        return cut(longer, span);
      }
    }
    const messages = await this.#read(room, span);
    this.#keep(room, { ...span, messages }, seq);
    return messages;
  }

  #read(room: string, { from, to }: Span): Promise<readonly ChatMessage[]> {
    return this.#reader.messages(room, { from, to, limit: to - from });
  }

  #keep(room: string, tail: Tail, seq: number): void {
    if (tail.to <= seq) return;
    const kept = shorten(tail, MAX_HISTORY);
    if (sizeOf(kept) <= MOST_CHARACTERS) this.#tails.set(room, kept);
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
