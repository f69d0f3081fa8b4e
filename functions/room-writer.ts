// The writer of one room within this process: a queue, one commit under way, and what each answer of storage
// means for the changes in it.
//
//   the head changed (412)            another process was faster: read it again and repeat, after a random pause
//   a row is there already (409)      that change had happened before: it gets its earlier result, the others go on
//   no answer, or "busy"              may have happened or not: repeat; the commit's id in the rows tells which

import {
  type Change,
  HEAD,
  type LeaveRow,
  type Outcome,
  type Outcomes,
  operationsOf,
  type Plan,
  type Prepared,
  planCommit,
  rowKeyOf,
} from './commit.ts';
import { toFrames } from './frames.ts';
import { ChatError, type Events } from './protocol.ts';
import {
  banKey,
  EMPTY_HEAD,
  fromBanRow,
  fromConnectionRow,
  fromHeadRow,
  fromMessageRow,
  fromReceiptRow,
  HEAD_KEY,
  type Head,
  messageKey,
} from './rows.ts';
import { MAX_OPERATIONS, type Table, TableUnavailable } from './table.ts';

/** How a change ended, and what its caller has to broadcast to the room (mostly nothing: one caller tells for all). */
export interface Settled<Kind extends Change['kind'] = Change['kind']> {
  readonly outcome: Outcomes[Kind];
  readonly tell: readonly Events[];
}

export interface RoomLogOptions {
  readonly table: Table;
  /** Broadcasts what no caller is left to tell: presence that was kept back for a while. */
  readonly announce: (events: Events) => Promise<void>;
  /** How long a message waits for company, ms; 0 for not at all. */
  readonly batchMs?: number;
  readonly log?: (line: string) => void;
  /** Epoch ms. */
  readonly now?: () => number;
  /** 0 ≤ r < 1. */
  readonly random?: () => number;
  readonly sleep?: (ms: number) => Promise<void>;
  readonly newCommitId?: () => string;
}

/** After this long without success a change is given up; its caller may try again. */
export const RETRY_FOR_MS = 20_000;
const MAX_PAUSE_AFTER_CONFLICT_MS = 250;
const MAX_PAUSE_AFTER_FAILURE_MS = 2_000;
// After a lost race others are probably at work too: for this long, read the head before each commit.
const CONTENDED_FOR_MS = 2_000;

interface StoredHead {
  readonly head: Head;
  /** Undefined while there is no such row. */
  readonly etag: string | undefined;
}

/** A change under way, and its caller. */
interface Waiting {
  readonly change: Change;
  /** What is known of a leaving connection's row. */
  leaveRow: LeaveRow | undefined;
  readonly giveUpAt: number;
  isSettled: boolean;
  readonly resolve: (settled: Settled) => void;
  readonly reject: (error: Error) => void;
}

/** A commit whose answer never came. */
interface InDoubt {
  readonly plan: Plan;
  readonly batch: readonly Waiting[];
}

export class RoomWriter {
  readonly #room: string;
  readonly #options: Required<RoomLogOptions>;
  #queue: Waiting[] = [];
  #isCommitting = false;
  #owesTelling = false;
  #stored: StoredHead | undefined;
  #contendedUntil = 0;

  constructor(room: string, options: Required<RoomLogOptions>) {
    this.#room = room;
    this.#options = options;
  }

  get isIdle(): boolean {
    return !this.#isCommitting && !this.#owesTelling;
  }

  submit(change: Change): Promise<Settled> {
    return new Promise((resolve, reject) => {
      const giveUpAt = this.#options.now() + RETRY_FOR_MS;
      const waiting = { change, leaveRow: undefined, giveUpAt, isSettled: false, resolve, reject };
      this.#queue.push(waiting);
      if (!this.#isCommitting) void this.#commitQueue();
    });
  }

  async #commitQueue(): Promise<void> {
    this.#isCommitting = true;
    while (this.#queue.length > 0) {
      const { batchMs, sleep } = this.#options;
      if (batchMs > 0 && this.#queue.some(({ change }) => change.kind === 'send')) {
        await sleep(batchMs);
      }
      await this.#commitBatch(this.#takeBatch());
    }
    this.#isCommitting = false;
  }

  /** The oldest changes that fit one transaction; two of the same row never go together. */
  #takeBatch(): Waiting[] {
    const batch: Waiting[] = [];
    const left: Waiting[] = [];
    const rows = new Set<string>();
    let operations = 1;
    for (const [index, waiting] of this.#queue.entries()) {
      if (operations + operationsOf(waiting.change) > MAX_OPERATIONS) {
        left.push(...this.#queue.slice(index));
        break;
      }
      const row = rowKeyOf(waiting.change);
      if (rows.has(row)) {
        left.push(waiting);
        continue;
      }
      rows.add(row);
      operations += operationsOf(waiting.change);
      batch.push(waiting);
    }
    this.#queue = left;
    return batch;
  }

  /** Repeats until every change of the batch is settled. Never throws. */
  async #commitBatch(batch: readonly Waiting[]): Promise<void> {
    const inDoubt: InDoubt[] = [];
    for (let failures = 0; batch.some(isOpen); failures += 1) {
      try {
        const isDone = await this.#tryCommit(batch.filter(isOpen), inDoubt);
        if (isDone) continue;
        await this.#pause(failures, MAX_PAUSE_AFTER_CONFLICT_MS);
        this.#giveUpExpired(batch, new Error('others kept changing the room'));
      } catch (error) {
        this.#stored = undefined;
        this.#options.log(`room ${this.#room}: a commit failed: ${error}`);
        if (!(error instanceof TableUnavailable)) {
          this.#fail(batch, error);
          return;
        }
        await this.#pause(failures, MAX_PAUSE_AFTER_FAILURE_MS);
        this.#giveUpExpired(batch, error);
      }
    }
  }

  /** One attempt. True where it brought the batch forward; else a pause is in order before the next. */
  async #tryCommit(batch: readonly Waiting[], inDoubt: InDoubt[]): Promise<boolean> {
    const stored = await this.#readHead();
    const own = inDoubt.find(({ plan }) => plan.head.commit === stored.head.commit);
    if (own) {
      this.#settle(own);
      return true;
    }
    await this.#prepare(batch, stored, inDoubt);
    const open = batch.filter(isOpen);
    const plan = this.#plan(open, stored);
    if (plan.operations.length === 0) {
      this.#settle({ plan, batch: open });
      return true;
    }
    inDoubt.push({ plan, batch: open });
    const result = await this.#options.table.commit(this.#room, plan.operations);
    if (result.ok) {
      this.#stored = { head: plan.head, etag: result.etags[0] };
      this.#settle({ plan, batch: open });
      return true;
    }
    inDoubt.pop();
    return this.#onConflict(plan, open, result, stored, inDoubt);
  }

  async #onConflict(
    plan: Plan,
    batch: readonly Waiting[],
    { reason, index }: { reason: string; index: number },
    stored: StoredHead,
    inDoubt: readonly InDoubt[],
  ): Promise<boolean> {
    const owner = plan.owners[index];
    if (reason === 'refused') {
      const refused = owner === undefined || owner === HEAD ? batch : batch.slice(owner, owner + 1);
      this.#fail(refused, new Error(`storage refused operation ${index} of a commit`));
      return true;
    }
    if (owner === HEAD) {
      this.#stored = undefined;
      this.#contendedUntil = this.#options.now() + CONTENDED_FOR_MS;
      return false;
    }
    // Some change had happened before, or a leaving connection's row moved on.
    const suspects = owner === undefined ? batch : batch.slice(owner, owner + 1);
    await Promise.all(suspects.map((waiting) => this.#lookUp(waiting, stored, inDoubt)));
    // Without an index it may as well have been the head.
    if (owner === undefined) this.#stored = undefined;
    return suspects.some((waiting) => waiting.isSettled || waiting.leaveRow);
  }

  async #readHead(): Promise<StoredHead> {
    const { now, table } = this.#options;
    if (this.#stored && now() >= this.#contendedUntil) return this.#stored;
    const row = await table.get(this.#room, HEAD_KEY);
    this.#stored = row
      ? { head: fromHeadRow(row), etag: row.etag }
      : { head: EMPTY_HEAD, etag: undefined };
    return this.#stored;
  }

  /** Looks up what a commit can't find out by itself: rows of those who leave, bans of those who come or speak. */
  async #prepare(
    batch: readonly Waiting[],
    stored: StoredHead,
    inDoubt: readonly InDoubt[],
  ): Promise<void> {
    const { now, table } = this.#options;
    const isAnyoneBanned = stored.head.bannedUntil > now();
    await Promise.all(
      batch.map(async (waiting) => {
        const { change } = waiting;
        if (change.kind === 'leave') {
          if (!waiting.leaveRow) await this.#lookUp(waiting, stored, inDoubt);
        } else if (isAnyoneBanned && (change.kind === 'join' || change.kind === 'send')) {
          const row = await table.get(this.#room, banKey(change.userId));
          const until = row ? fromBanRow(row) : 0;
          if (until > now()) this.#resolve(waiting, { kind: 'banned', until });
        }
      }),
    );
  }

  #plan(batch: readonly Waiting[], { head, etag }: StoredHead): Plan {
    const { now, newCommitId } = this.#options;
    const changes = batch.map(({ change, leaveRow }): Prepared => {
      return change.kind === 'leave' ? { ...change, row: leaveRow ?? 'none' } : change;
    });
    const moment = { room: this.#room, now: now(), commit: newCommitId() };
    return planCommit(head, etag, changes, moment);
  }

  /** Reads the row of a change that may have happened before, and settles the change if it has. */
  async #lookUp(waiting: Waiting, stored: StoredHead, inDoubt: readonly InDoubt[]): Promise<void> {
    const { change } = waiting;
    const row = await this.#options.table.get(this.#room, rowKeyOf(change));
    const own = inDoubt.find(({ plan }) => plan.head.commit === row?.properties.commit);
    if (own) {
      this.#stored = undefined;
      this.#settle(own);
      return;
    }
    const { revision, seq, online } = stored.head;
    switch (change.kind) {
      case 'join':
        if (!row) return;
        if (fromConnectionRow(row).open) {
          this.#resolve(waiting, { kind: 'joined', revision, seq, online });
        } else {
          this.#resolve(waiting, { kind: 'gone' });
        }
        return;
      case 'leave': {
        if (!row) {
          waiting.leaveRow = 'none';
          return;
        }
        const { open, connectedAt, connectionId, userId, name } = fromConnectionRow(row);
        if (!open) this.#resolve(waiting, { kind: 'done' });
        const member = { connectionId, userId, name };
        waiting.leaveRow = { member, connectedAt, etag: row.etag };
        return;
      }
      case 'send': {
        if (!row) return;
        const { commit: _, ...receipt } = fromReceiptRow(row);
        // Perhaps it was stored and never told, so it is told again; clients know it by its seq.
        const message = await this.#options.table.get(this.#room, messageKey(receipt.seq));
        const messages = message ? [fromMessageRow(message)] : [];
        const again = { room: this.#room, revision, seq, online, messages, joined: [], left: [] };
        this.#resolve(waiting, { kind: 'stored', ...receipt }, message ? [again] : []);
        return;
      }
      case 'ban':
      case 'tell':
        return;
    }
  }

  /** Answers every caller of a commit that took effect; one of them tells the room. */
  #settle({ plan, batch }: InDoubt): void {
    const frames = plan.events ? toFrames(plan.events) : [];
    const open = batch.filter(isOpen);
    const teller = open.find(({ change }) => change.kind !== 'tell') ?? open[0];
    for (const [index, waiting] of batch.entries()) {
      const outcome = plan.outcomes[index];
      if (outcome) this.#resolve(waiting, outcome, waiting === teller ? frames : []);
    }
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
      const { tell } = await this.submit({ kind: 'tell' });
      await this.#announce(tell);
    } catch (error) {
      this.#options.log(`room ${this.#room}: unable to tell who is there: ${error}`);
    }
  }

  async #announce(frames: readonly Events[]): Promise<void> {
    for (const events of frames) {
      await this.#options.announce(events).catch((error) => {
        this.#options.log(
          `room ${this.#room}: unable to tell revision ${events.revision}: ${error}`,
        );
      });
    }
  }

  #resolve(waiting: Waiting, outcome: Outcome, tell: readonly Events[] = []): void {
    waiting.isSettled = true;
    waiting.resolve({ outcome, tell });
  }

  #fail(batch: readonly Waiting[], cause: unknown): void {
    for (const waiting of batch.filter(isOpen)) {
      waiting.isSettled = true;
      waiting.reject(
        new ChatError('unavailable', 'unable to change the room; storage failed. Try again.', {
          cause,
        }),
      );
    }
  }

  #giveUpExpired(batch: readonly Waiting[], cause: unknown): void {
    const now = this.#options.now();
    const expired = ({ giveUpAt }: Waiting) => now >= giveUpAt;
    this.#fail(batch.filter(expired), cause);
    // Those who wait behind them have waited as long; they get their answer, too.
    this.#fail(this.#queue.filter(expired), cause);
    this.#queue = this.#queue.filter(isOpen);
  }

  #pause(failures: number, maxMs: number): Promise<void> {
    const { sleep, random } = this.#options;
    return sleep(random() * Math.min(maxMs, 10 * 2 ** failures));
  }
}

function isOpen(waiting: Waiting): boolean {
  return !waiting.isSettled;
}
