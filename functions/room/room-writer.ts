// The writer of one room within this process: a queue of changes, one commit at a time, and the broadcast of each commit.

import { type ChatMessage, type Events, isLine } from '../protocol.ts';
import type { Change } from './change.ts';
import type { Plan } from './commit.ts';
import { type CommitNote, type CommitStats, toCommitNote } from './commit-note.ts';
import { toFrames } from './frames.ts';
import { kindOf } from './kinds/kinds.ts';
import { type ChangeResult, isOpen, PendingChange } from './pending-change.ts';
import { type CommitterOptions, RoomCommitter } from './room-committer.ts';
import { MAX_OPERATIONS } from './table.ts';

/**
 * The joins and leaves in a commit with other changes. A full transaction takes ten times as long as a small one, and in a storm
 * of joins a message would wait for one after another.
 */
const PRESENCE_BESIDE_TALK = 20;

/** The joins and leaves in a commit without messages, while somebody talks: the next message waits for its end. */
const PRESENCE_WHILE_TALKING = 40;
/** How long after a message the next one is expected. */
const TALK_MS = 10_000;

export interface WriterOptions extends CommitterOptions {
  /** Broadcasts frames without a caller: deferred presence, and commits with moderator requests only. */
  readonly broadcast: (events: Events) => Promise<void>;
  /** Takes the log line of each commit. */
  readonly note: (note: CommitNote) => void;
  /** Called for each commit with lines, in the order of the room. */
  readonly linesStored: (lines: StoredLines) => void;
  /** How long a message waits so that others join its commit, ms. With 0 no message waits. */
  readonly batchMs: number;
}

/** What somebody said in one commit. */
export interface StoredLines {
  readonly room: string;
  readonly lines: readonly ChatMessage[];
  /** Whether a page in another room wants to learn of them. */
  readonly isWatched: boolean;
}

/** One per room and process. */
export class RoomWriter {
  readonly #room: string;
  readonly #options: WriterOptions;
  readonly #committer: RoomCommitter;
  #queue: PendingChange[] = [];
  #isCommitting = false;
  #isPresenceScheduled = false;
  /** Whether the next batch has the oldest changes of all kinds. */
  #isInOrder = false;
  /** By the monotonic clock. */
  #talkUntil = Number.NEGATIVE_INFINITY;

  constructor(room: string, options: WriterOptions) {
    this.#room = room;
    this.#options = options;
    this.#committer = new RoomCommitter(room, options, (plan, batch, stats) => {
      this.#answer(plan, batch, stats);
    });
  }

  get isIdle(): boolean {
    return !this.#isCommitting && !this.#isPresenceScheduled;
  }

  submit(change: Change): Promise<ChangeResult> {
    const pending = new PendingChange(change, this.#options.monotonicNow());
    this.#queue.push(pending);
    if (!this.#isCommitting) void this.#commitQueue();
    return pending.result;
  }

  async #commitQueue(): Promise<void> {
    this.#isCommitting = true;
    while (this.#queue.length > 0) {
      const { batchMs, sleep } = this.#options;
      if (batchMs > 0 && this.#wantsCompany()) await sleep(batchMs);
      await this.#committer.commit(this.#takeBatch());
      this.#giveUpLate();
    }
    this.#isCommitting = false;
  }

  /** Whether there are messages, and space for more in their transaction. */
  #wantsCompany(): boolean {
    const changes = this.#queue.map(({ change }) => change);
    const count = (sum: number, change: Change) => sum + kindOf(change).operationCount(change);
    // One operation writes the head.
    const operations = changes.reduce(count, 1);
    return operations < MAX_OPERATIONS && changes.some((change) => kindOf(change).waitsForOthers);
  }

  /**
   * Gives up the changes that came together with one that was just given up. If they were stored now, a message would come
   * before the retry of the first. And while storage is silent, each further transaction delays the queue by its whole timeout.
   */
  #giveUpLate(): void {
    const now = this.#options.monotonicNow();
    for (const pending of this.#queue) {
      if (pending.hasWaitedTooLong(now)) pending.fail(new Error('an earlier change was given up'));
    }
    this.#queue = this.#queue.filter(isOpen);
  }

  /**
   * The oldest changes that fit one transaction, without two changes of the same row. If messages wait behind many joins, they go
   * first. The oldest joins and leaves go with them, so that neither kind waits for the end of the other. While somebody talks,
   * no commit is long.
   */
  #takeBatch(): PendingChange[] {
    const presence = this.#queue.filter(({ change }) => isPresence(change));
    const isCrowded = presence.length > PRESENCE_BESIDE_TALK;
    const isMixed = presence.length < this.#queue.length;
    const batch =
      isCrowded && isMixed && !this.#isInOrder
        ? this.#takeMixed(presence)
        : takeFitting(this.#withoutLongCommits(presence));
    if (batch.some(({ change }) => kindOf(change).waitsForOthers)) {
      this.#talkUntil = this.#options.monotonicNow() + TALK_MS;
    }
    // A text of a hundred lines leaves no space for joins. They have their turn after it.
    this.#isInOrder = isCrowded && !batch.some(({ change }) => isPresence(change));
    const taken = new Set(batch);
    this.#queue = this.#queue.filter((pending) => !taken.has(pending));
    return batch;
  }

  #withoutLongCommits(presence: readonly PendingChange[]): readonly PendingChange[] {
    const isTalking = this.#options.monotonicNow() < this.#talkUntil;
    if (!isTalking || presence.length <= PRESENCE_WHILE_TALKING) return this.#queue;
    const later = new Set(presence.slice(PRESENCE_WHILE_TALKING));
    return this.#queue.filter((pending) => !later.has(pending));
  }

  #takeMixed(presence: readonly PendingChange[]): PendingChange[] {
    const few = takeFitting(presence.slice(0, PRESENCE_BESIDE_TALK));
    const others = this.#queue.filter(({ change }) => !isPresence(change));
    const beside = takeFitting(others, few.length);
    const isWithout = beside.length === 0 || beside.some(({ change }) => kindOf(change).isAlone);
    return isWithout ? takeFitting(others) : [...beside, ...few];
  }

  /** Answers every caller of a commit that took effect. One of them broadcasts it. */
  #answer(plan: Plan, batch: readonly PendingChange[], stats: CommitStats): void {
    const frames = plan.events ? toFrames(plan.events) : [];
    const open = batch.filter(isOpen);
    const broadcaster = open.find(({ change }) => kindOf(change).broadcastBy === 'caller');
    for (const [index, pending] of batch.entries()) {
      const outcome = plan.outcomes[index];
      if (outcome && pending.isOpen) pending.settle(outcome, pending === broadcaster ? frames : []);
    }
    if (plan.operations.length > 0) {
      const arrivedAt = Math.min(...batch.map((pending) => pending.arrivedAt));
      const waitedMs = Math.round(this.#options.monotonicNow() - arrivedAt);
      this.#options.note(toCommitNote(plan, frames, this.#room, stats, waitedMs));
    }
    const lines = plan.events?.messages.filter(isLine) ?? [];
    if (lines.length > 0) {
      const isWatched = plan.head.watchedUntil > this.#options.now();
      this.#options.linesStored({ room: this.#room, lines, isWatched });
    }
    // No caller broadcasts: moderators do not, and callers who waited too long were refused before the commit took effect.
    if (!broadcaster) void this.#announce(frames);
    if (plan.broadcastAt !== undefined) void this.#schedulePresence(plan.broadcastAt);
  }

  /** Broadcasts deferred presence at that time (epoch ms), unless another commit has done it. */
  async #schedulePresence(at: number): Promise<void> {
    if (this.#isPresenceScheduled) return;
    this.#isPresenceScheduled = true;
    await this.#options.sleep(Math.max(0, at - this.#options.now()));
    this.#isPresenceScheduled = false;
    try {
      await this.submit({ kind: 'broadcast' });
    } catch (error) {
      this.#options.log(`room ${this.#room}: unable to broadcast the presence: ${error}`);
    }
  }

  async #announce(frames: readonly Events[]): Promise<void> {
    for (const events of frames) {
      await this.#options.broadcast(events).catch((error) => {
        const { revision } = events;
        this.#options.log(`room ${this.#room}: unable to broadcast revision ${revision}: ${error}`);
      });
    }
  }
}

function isPresence(change: Change): boolean {
  return kindOf(change).leavesBehind === 'connection';
}

/** The first changes that fit one transaction beside `reserved` operations. Of two changes of one row, the first. */
function takeFitting(queue: readonly PendingChange[], reserved = 0): PendingChange[] {
  const batch: PendingChange[] = [];
  const rows = new Set<string>();
  // One operation writes the head.
  let operations = 1 + reserved;
  for (const pending of queue) {
    const { change } = pending;
    const count = kindOf(change).operationCount(change);
    const isAlone = batch.some((one) => kindOf(one.change).isAlone);
    const wantsToBe = kindOf(change).isAlone && batch.length > 0;
    if (isAlone || wantsToBe || operations + count > MAX_OPERATIONS) break;
    const keys = [kindOf(change).rowKey(change), ...(kindOf(change).otherRowKeys?.(change) ?? [])];
    if (keys.some((key) => rows.has(key))) continue;
    for (const key of keys) rows.add(key);
    operations += count;
    batch.push(pending);
  }
  return batch;
}
