// A record of the reactions that were really stored, independent of the code under test.

import type { ArchivedReaction, ChatMessage, Events, Reaction } from '../../functions/protocol.ts';
import type { Property } from '../../functions/room/table.ts';
import type { ShownReaction as Shown } from '../../web/state/reactions.ts';

type Vote = readonly [seq: number, emoji: string, on: boolean];
type ShownReaction = Pick<Shown, 'emoji' | 'count' | 'isMine'>;
type Properties = Readonly<Record<string, Property>>;

interface Version {
  readonly revision: number;
  /** Each emoji with its count and names, as text. */
  readonly counts: string;
  /** Each emoji with each user, as text. */
  readonly votes: ReadonlySet<string>;
}

export interface ReactionLedgerOptions {
  /** Undefined for one that is removed. */
  readonly messageOf: (seq: number) => ChatMessage | undefined;
  /** Whether all reactions of that user have to go. */
  readonly mayLose: (userId: string) => boolean;
  readonly numbers: () => { readonly revision: number; readonly first: number };
  readonly checkAdmitted: (userId: string, what: string, now: number) => void;
}

const NOBODY: Version = { revision: 0, counts: '', votes: new Set() };

export class ReactionLedger {
  readonly #fail: (claim: string) => void;
  readonly #options: ReactionLedgerOptions;
  /** By the number of the message, ascending revisions. */
  readonly #versions = new Map<number, Version[]>();
  /** Users whose reactions came with an archive. They take none back. */
  readonly #imported = new Set<string>();
  /** By message and revision: the votes of that change which its frame had no space to list. */
  readonly #unlisted = new Map<string, ReadonlySet<string>>();
  /** By message, emoji and user: the last revision that an answer has named. */
  readonly #answered = new Map<string, number>();
  /** The room's last change of reactions. */
  #reactedAt = 0;
  commits = 0;

  constructor(fail: (claim: string) => void, options: ReactionLedgerOptions) {
    this.#fail = fail;
    this.#options = options;
  }

  /** A message's row was rewritten and is not removed. Called after the head. `now` is epoch ms. */
  enter(row: Properties, now: number): void {
    const { messageOf, numbers, checkAdmitted, mayLose } = this.#options;
    const { revision, first } = numbers();
    const seq = Number(row.seq);
    const stored = messageOf(seq);
    if (stored === undefined || stored.text !== row.text || stored.id !== row.id)
      this.#fail(`message ${seq} changes with its reactions`);
    if (seq < first) this.#fail(`message ${seq} gets reactions, and ${first} is the first`);
    if (row.reactedAt !== revision) {
      this.#fail(`the reactions to ${seq} are of ${row.reactedAt}, and the room is at ${revision}`);
    }
    const all = votesOf(row);
    const votes = new Set(all);
    if (votes.size < all.length) this.#fail(`somebody counts twice on message ${seq}`);
    const before = this.#latest(seq);
    for (const vote of votes) {
      const [, userId = ''] = vote.split(' ');
      if (!before.votes.has(vote)) checkAdmitted(userId, `a reaction to ${seq}`, now);
    }
    for (const vote of before.votes) {
      const [, userId = ''] = vote.split(' ');
      const isLost = !votes.has(vote) && this.#imported.has(userId) && !mayLose(userId);
      if (isLost) this.#fail(`${userId} reacts to ${seq} no more, and nobody asked for that`);
    }
    const counts = countsOf(row);
    const versions = this.#versions.get(seq) ?? [];
    this.#versions.set(seq, [...versions, { revision, counts: toText(counts), votes }]);
    this.#reactedAt = revision;
    this.commits += 1;
  }

  /** The row changes otherwise, and keeps its reactions. */
  checkSame(row: Properties): void {
    const seq = Number(row.seq);
    const { votes } = this.#latest(seq);
    const kept = votesOf(row);
    if (kept.length !== votes.size || !kept.every((vote) => votes.has(vote))) {
      this.#fail(`message ${seq} changes, and has ${kept.length} reactions, not ${votes.size}`);
    }
  }

  /** The row of an imported message. */
  enterImported(row: Properties): void {
    if (row.reacted !== true) return;
    const counts = toText(countsOf(row));
    const version = { revision: 0, counts, votes: new Set(votesOf(row)) };
    this.#versions.set(Number(row.seq), [version]);
    for (const vote of version.votes) this.#imported.add(vote.split(' ')[1] ?? '');
  }

  /** The numbers of the kept messages that the user reacts to. */
  votesOf(user: string): number[] {
    const { messageOf, numbers } = this.#options;
    const { first } = numbers();
    return [...this.#versions.keys()].filter((seq) => {
      const isKept = seq >= first && messageOf(seq) !== undefined;
      return isKept && [...this.#latest(seq).votes].some((vote) => vote.split(' ')[1] === user);
    });
  }

  /** Whether the emoji of that user is on the message now. */
  has(seq: number, userId: string, emoji: string): boolean {
    return this.#latest(seq).votes.has(`${emoji} ${userId}`);
  }

  /** The vote of a page is acknowledged with a revision. The room has it from then on, until the user votes again. */
  checkStands(userId: string, [seq, emoji, chosen]: Vote, answer: unknown): void {
    const { ok, revision, ...standing } = Object(answer) as {
      readonly ok?: unknown;
      readonly revision?: unknown;
      readonly on?: boolean;
    };
    if (ok !== true) return;
    const on = standing.on ?? chosen;
    const version = this.#versions.get(seq)?.findLast((one) => one.revision <= Number(revision));
    if (version !== undefined && version.votes.has(`${emoji} ${userId}`) !== on) {
      this.#fail(`${emoji} of ${userId} on ${seq} stands as ${on} at ${revision}, and is not so`);
    }
    if (version === undefined && on) this.#fail(`${emoji} on ${seq} stands, and was never stored`);
    const key = `${seq} ${emoji} ${userId}`;
    this.#answered.set(key, Math.max(this.#answered.get(key) ?? 0, Number(revision)));
  }

  /**
   * A page shows the votes of others as they were at some time, and the own vote once or not at all. It is wrong by one in the case
   * that PROTOCOL.md names: the frame with the own vote does not list it, and the answer is not there yet.
   */
  checkShown(who: string, userId: string, seq: number, shown: readonly ShownReaction[]): void {
    const versions = [NOBODY, ...(this.#versions.get(seq) ?? [])];
    for (const { emoji, count, isMine } of shown) {
      const seen = count - Number(isMine);
      const isRight = versions.some((version, index) => {
        const others = othersOf(version, emoji, userId);
        if (seen === others) return true;
        const one = version.votes.has(`${emoji} ${userId}`) ? 1 : -1;
        const upTo = versions.slice(0, index + 1);
        return seen === others + one && this.#isUnknown(upTo, seq, `${emoji} ${userId}`);
      });
      if (!isRight) {
        this.#fail(
          `${who} sees ${emoji} ${count} times on ${seq}, ${isMine ? 'with' : 'without'} the own`,
        );
      }
    }
  }

  /** Whether neither a frame nor an answer has said to the user what the last of these versions has of the own vote. */
  #isUnknown(versions: readonly Version[], seq: number, vote: string): boolean {
    const on = versions.at(-1)?.votes.has(vote);
    const lastOther = versions.findLastIndex(({ votes }) => votes.has(vote) !== on);
    const revision = versions[lastOther + 1]?.revision ?? 0;
    const isUnlisted = this.#unlisted.get(`${seq} ${revision}`)?.has(vote) === true;
    return isUnlisted && (this.#answered.get(`${seq} ${vote}`) ?? 0) < revision;
  }

  /** What a page shows at rest, in any order. Undefined if it is right. */
  differs(userId: string, seq: number, shown: readonly ShownReaction[]): string | undefined {
    const version = this.#latest(seq);
    const emojis = new Set([...version.votes].map((vote) => vote.split(' ')[0] ?? ''));
    const stored = [...emojis].map((emoji) => {
      const isMine = version.votes.has(`${emoji} ${userId}`);
      return toShownText(emoji, othersOf(version, emoji, userId) + Number(isMine), isMine);
    });
    const seen = shown.map(({ emoji, count, isMine }) => toShownText(emoji, count, isMine));
    const [a, b] = [stored.sort().join(' '), seen.sort().join(' ')];
    return a === b ? undefined : `"${b}" on ${seq}, not "${a}"`;
  }

  checkEvents({ reactions = [], reactedBefore }: Events): void {
    for (const { seq, revision, counts, added, removed } of reactions) {
      const versions = this.#versions.get(seq) ?? [];
      const index = versions.findIndex((one) => one.revision === revision);
      const version = versions[index];
      const after = version?.votes ?? NOBODY.votes;
      const before = versions[index - 1]?.votes ?? NOBODY.votes;
      const listed = new Set(
        [...added, ...removed].map(({ emoji, userId }) => `${emoji} ${userId}`),
      );
      const changed = [...after, ...before].filter((vote) => after.has(vote) !== before.has(vote));
      const unlisted = new Set(changed.filter((vote) => !listed.has(vote)));
      this.#unlisted.set(`${seq} ${revision}`, unlisted);
      if (version?.counts !== toText(counts)) {
        this.#fail(`the room gets ${toText(counts)} on ${seq} at ${revision}: ${version?.counts}`);
      }
      if (reactedBefore === undefined || reactedBefore >= revision) {
        this.#fail(`the change before ${revision} is broadcast as ${reactedBefore}`);
      }
    }
  }

  /** What is read has the reactions of the moment of the request, or later ones. */
  checkRead({ seq, reactions = [] }: ChatMessage, asked: { readonly revision: number }): void {
    const all = [NOBODY, ...(this.#versions.get(seq) ?? [])];
    const least = all.filter(({ revision }) => revision <= asked.revision).length - 1;
    const isFresh = all.slice(least).some(({ counts }) => counts === toText(reactions));
    if (!isFresh && this.#options.messageOf(seq)) {
      this.#fail(`a history has ${toText(reactions)} on ${seq}, not ${all.at(-1)?.counts}`);
    }
  }

  /** The room's head says when reactions last changed. */
  checkHead(reactedAt: number): void {
    if (reactedAt !== this.#reactedAt) {
      this.#fail(`the head says ${reactedAt}, and reactions changed at ${this.#reactedAt}`);
    }
  }

  #latest(seq: number): Version {
    return this.#versions.get(seq)?.at(-1) ?? NOBODY;
  }
}

function reactionsOf({ reactions }: Properties): readonly ArchivedReaction[] {
  return JSON.parse(String(reactions ?? '[]'));
}

function countsOf(row: Properties): readonly Reaction[] {
  return reactionsOf(row).map(({ emoji, named, others }) => {
    return { emoji, count: named.length + others.length, names: named.map(({ name }) => name) };
  });
}

function votesOf(row: Properties): readonly string[] {
  return reactionsOf(row).flatMap(({ emoji, named, others }) =>
    [...named.map(({ userId }) => userId), ...others].map((id) => `${emoji} ${id}`),
  );
}

function othersOf({ votes }: Version, emoji: string, userId: string): number {
  let count = 0;
  for (const vote of votes) {
    if (vote.startsWith(`${emoji} `) && vote !== `${emoji} ${userId}`) count += 1;
  }
  return count;
}

function toShownText(emoji: string, count: number, isMine: boolean): string {
  return `${emoji}${count}${isMine ? ' mine' : ''}`;
}

function toText(counts: readonly Reaction[]): string {
  return counts.map(({ emoji, count, names }) => `${emoji}${count}(${names.join()})`).join(' ');
}
