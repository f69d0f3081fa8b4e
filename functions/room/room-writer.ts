// The writer of one room within this process: a queue of changes, one commit under way, and who tells the room.

import type { Events } from '../protocol.ts';
import { type Change, isTalk, isToldByCaller, operationsOf, rowKeyOf } from './change.ts';
import type { Plan } from './commit.ts';
import { type CommitNote, type Effort, toCommitNote } from './commit-note.ts';
import { toFrames } from './frames.ts';
import { type CommitterOptions, RoomCommitter } from './room-committer.ts';
import { MAX_OPERATIONS } from './table.ts';
import { isOpen, type Settled, Waiting } from './waiting.ts';

export interface WriterOptions extends CommitterOptions {
  /** Broadcasts what no caller is there to tell: presence that was kept back, what went together with a ban. */
  readonly announce: (events: Events) => Promise<void>;
  /** For the operator: what each commit was. */
  readonly note: (note: CommitNote) => void;
  /** How long a message waits for company, ms; 0 for not at all. */
  readonly batchMs: number;
}

export class RoomWriter {
  readonly #room: string;
  readonly #options: WriterOptions;
  readonly #committer: RoomCommitter;
  #queue: Waiting[] = [];
  #isCommitting = false;
  #owesTelling = false;

  constructor(room: string, options: WriterOptions) {
    this.#room = room;
    this.#options = options;
    this.#committer = new RoomCommitter(room, options, (plan, batch, effort) => {
      this.#answer(plan, batch, effort);
    });
  }

  get isIdle(): boolean {
    return !this.#isCommitting && !this.#owesTelling;
  }

  submit(change: Change): Promise<Settled> {
    const waiting = new Waiting(change, this.#options.now());
    this.#queue.push(waiting);
    if (!this.#isCommitting) void this.#commitQueue();
    return waiting.settled;
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
    // One is the head's.
    const operations = changes.reduce((sum, change) => sum + operationsOf(change), 1);
    return operations < MAX_OPERATIONS && changes.some(isTalk);
  }

  /**
   * What came together with a change that was just given up: stored now, a message would stand before its next try; and
   * where storage is silent, every further transaction would hold up those behind it for as long again.
   */
  #giveUpLate(): void {
    const now = this.#options.now();
    for (const waiting of this.#queue) {
      if (waiting.hasWaitedTooLong(now)) waiting.fail(new Error('an earlier change was given up'));
    }
    this.#queue = this.#queue.filter(isOpen);
  }

  /** The oldest changes that fit one transaction; two of the same row never go together. */
  #takeBatch(): Waiting[] {
    const batch: Waiting[] = [];
    const rows = new Set<string>();
    const others: Waiting[] = [];
    // One is the head's.
    let operations = 1;
    for (const [index, waiting] of this.#queue.entries()) {
      const { change } = waiting;
      if (operations + operationsOf(change) > MAX_OPERATIONS) {
        others.push(...this.#queue.slice(index));
        break;
      }
      if (rows.has(rowKeyOf(change))) {
        others.push(waiting);
        continue;
      }
      rows.add(rowKeyOf(change));
      operations += operationsOf(change);
      batch.push(waiting);
    }
    this.#queue = others;
    return batch;
  }

  /** Answers every caller of a commit that took effect; one of them tells the room. */
  #answer(plan: Plan, batch: readonly Waiting[], effort: Effort): void {
    const frames = plan.events ? toFrames(plan.events) : [];
    const open = batch.filter(isOpen);
    const teller = open.find(({ change }) => isToldByCaller(change));
    for (const [index, waiting] of batch.entries()) {
      const outcome = plan.outcomes[index];
      if (outcome && waiting.isOpen) waiting.settle(outcome, waiting === teller ? frames : []);
    }
    if (plan.operations.length > 0) {
      const waitedMs = this.#options.now() - Math.min(...batch.map(({ arrivedAt }) => arrivedAt));
      this.#options.note(toCommitNote(plan, frames, this.#room, effort, waitedMs));
    }
    // Its callers are not of those who tell, or had been answered otherwise: it took effect after they had waited too long.
    if (!teller) void this.#announce(frames);
    if (plan.tellAt !== undefined) void this.#tellAt(plan.tellAt);
  }

  /** Tells presence that was kept back, when its time has come, unless somebody else did. */
  async #tellAt(at: number): Promise<void> {
    if (this.#owesTelling) return;
    this.#owesTelling = true;
    await this.#options.sleep(Math.max(0, at - this.#options.now()));
    this.#owesTelling = false;
    try {
      await this.submit({ kind: 'tell' });
    } catch (error) {
      this.#options.log(`room ${this.#room}: unable to tell who is there: ${error}`);
    }
  }

  async #announce(frames: readonly Events[]): Promise<void> {
    for (const events of frames) {
      await this.#options.announce(events).catch((error) => {
        const { revision } = events;
        this.#options.log(`room ${this.#room}: unable to tell revision ${revision}: ${error}`);
      });
    }
  }
}
