// Commits one batch of changes to a room, however often that takes, and knows what each answer of storage means:
//
//   the head changed (412)            another process was faster: read it again and repeat, after a random pause
//   a row is there already (409)      that change had happened before: it gets its earlier result, the others go on
//   no answer, or "busy"              may have happened or not: repeat; the commit's id in the rows tells which

import type { Events } from '../protocol.ts';
import { DONE, isEntryOrTalk, makesKnown, type Prepared, rowKeyOf } from './change.ts';
import { HEAD, type Plan, planCommit } from './commit.ts';
import { type Effort, toReason } from './commit-note.ts';
import { toFrames } from './frames.ts';
import { LISTED_ROOMS, toListedRow } from './room-list.ts';
import {
  banKey,
  deletedBy,
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
import { type CommitResult, type Table, TableUnavailable } from './table.ts';
import { TIDY_PARTITION, tidyAtAfter, toDueRow } from './tidy-schedule.ts';
import { isOpen, type Waiting } from './waiting.ts';

const MAX_PAUSE_AFTER_CONFLICT_MS = 250;
const MAX_PAUSE_AFTER_FAILURE_MS = 2_000;
// After a lost race others are probably at work too: for this long, read the head before each commit.
const CONTENDED_FOR_MS = 2_000;

export interface CommitterOptions {
  readonly table: Table;
  readonly log: (line: string) => void;
  /** Epoch ms. */
  readonly now: () => number;
  /** 0 ≤ r < 1. */
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly newCommitId: () => string;
  /** How long messages are kept. */
  readonly retentionMs: number;
}

interface StoredHead {
  readonly head: Head;
  /** Undefined while there is no such row. */
  readonly etag: string | undefined;
}

interface InDoubt {
  readonly plan: Plan;
  readonly batch: readonly Waiting[];
  /** Found to have taken effect, and answered; each row of it tells so again. */
  isSettled: boolean;
}

/** What has been tried for one batch so far. */
interface Attempts {
  /** Commits whose answer never came. */
  readonly inDoubt: InDoubt[];
  /** How often something in it turned out to have happened before. */
  repeats: number;
  conflicts: number;
  failures: number;
}

type OnCommit = (plan: Plan, batch: readonly Waiting[], effort: Effort) => void;

export class RoomCommitter {
  readonly #room: string;
  readonly #options: CommitterOptions;
  /** Called once for each commit that took effect, to answer those who wait for it. */
  readonly #onCommit: OnCommit;
  #stored: StoredHead | undefined;
  #contendedUntil = 0;

  constructor(room: string, options: CommitterOptions, onCommit: OnCommit) {
    this.#room = room;
    this.#options = options;
    this.#onCommit = onCommit;
  }

  /** Repeats until everyone in the batch has an answer. Never throws. */
  async commit(batch: readonly Waiting[]): Promise<void> {
    const { log, now } = this.#options;
    const attempts: Attempts = { inDoubt: [], repeats: 0, conflicts: 0, failures: 0 };
    for (let failures = 0; batch.some(isOpen); failures += 1) {
      let cause: unknown = new Error('other processes kept changing the room');
      try {
        const isForward = await this.#attempt(batch.filter(isOpen), attempts);
        if (isForward) continue;
        await this.#pause(failures, MAX_PAUSE_AFTER_CONFLICT_MS);
      } catch (error) {
        log(`commit-failed ${JSON.stringify({ room: this.#room, reason: toReason(error) })}`);
        attempts.failures += 1;
        this.#stored = undefined;
        cause = error;
        if (!(error instanceof TableUnavailable)) fail(batch, error);
        else await this.#pause(failures, MAX_PAUSE_AFTER_FAILURE_MS);
      }
      const late = batch.filter((waiting) => waiting.hasWaitedTooLong(now()));
      fail(late, cause);
    }
  }

  /** True where it brought the batch forward; else a pause is in order before the next. */
  async #attempt(batch: readonly Waiting[], attempts: Attempts): Promise<boolean> {
    const stored = await this.#readHead();
    if (this.#settleOwn(stored.head.commit, attempts)) return true;
    await this.#prepare(batch, stored.head, attempts);
    const open = batch.filter(isOpen);
    const plan = this.#plan(open, stored, await this.#schedule(open, stored.head));
    if (plan.operations.length > 0) {
      attempts.inDoubt.push({ plan, batch: open, isSettled: false });
      const result = await this.#options.table.commit(this.#room, plan.operations);
      // Where that threw, it stays in doubt.
      attempts.inDoubt.pop();
      if (!result.ok) return this.#onConflict(result, plan, open, stored.head, attempts);
      this.#stored = { head: plan.head, etag: result.etags[0] };
    }
    this.#onCommit(plan, open, attempts);
    return true;
  }

  async #onConflict(
    { reason, index }: Extract<CommitResult, { ok: false }>,
    plan: Plan,
    batch: readonly Waiting[],
    head: Head,
    attempts: Attempts,
  ): Promise<boolean> {
    attempts.conflicts += 1;
    const owner = plan.owners[index];
    const culprit = owner === undefined || owner === HEAD ? undefined : batch[owner];
    if (reason === 'refused') {
      const error = new Error(`storage refused operation ${index} of a commit`);
      fail(culprit ? [culprit] : batch, error);
      return true;
    }
    if (!culprit) this.#stored = undefined;
    if (owner === HEAD) {
      this.#contendedUntil = this.#options.now() + CONTENDED_FOR_MS;
      return false;
    }
    // A change had happened before, or a leaving connection's row moved on. Where it is not the first, all may
    // have: a caller that got no answer repeats all that it asked.
    const isFirst = attempts.repeats === 0;
    attempts.repeats += 1;
    const suspects = culprit && isFirst ? [culprit] : batch;
    await Promise.all(suspects.map((waiting) => this.#lookUp(waiting, head, attempts)));
    return suspects.some((waiting) => !waiting.isOpen || waiting.leaveRow !== undefined);
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

  /** Looks up what a commit can't find out by itself: rows of those who leave, bans of those who come or speak, removals. */
  async #prepare(batch: readonly Waiting[], head: Head, attempts: Attempts): Promise<void> {
    const { now, table } = this.#options;
    const isAnyoneBanned = head.bannedUntil > now();
    await Promise.all(
      batch.map(async (waiting) => {
        const { change } = waiting;
        if (change.kind === 'leave') {
          if (!waiting.leaveRow) await this.#lookUp(waiting, head, attempts);
        } else if (change.kind === 'ban') {
          const row = await table.get(this.#room, banKey(change.userId));
          // Who is kept out for longer must not shorten it by flooding.
          if (row && fromBanRow(row) >= change.until) waiting.settle(DONE);
        } else if (change.kind === 'delete' && deletedBy(change.messageRow) !== undefined) {
          await this.#lookUp(waiting, head, attempts);
        } else if (isEntryOrTalk(change) && head.closed !== '') {
          waiting.settle({ kind: 'closed', reason: head.closed });
        } else if (isEntryOrTalk(change) && isAnyoneBanned) {
          const row = await table.get(this.#room, banKey(change.userId));
          const until = row ? fromBanRow(row) : 0;
          if (until > now()) waiting.settle({ kind: 'banned', until });
        }
      }),
    );
  }

  /** Sees to it that the room is on the list, and looked after in time, before there is anything to find. */
  async #schedule(batch: readonly Waiting[], head: Head): Promise<number> {
    const { now, retentionMs, table } = this.#options;
    const changes = batch.map(({ change }) => change);
    if (!head.listed && changes.some(makesKnown)) {
      await table.commit(LISTED_ROOMS, [{ kind: 'put', row: toListedRow(this.#room) }]);
    }
    const tidyAt = tidyAtAfter(head, changes, now(), retentionMs);
    if (tidyAt !== head.tidyAt && tidyAt !== 0) {
      const row = toDueRow(this.#room, tidyAt);
      await table.commit(TIDY_PARTITION, [{ kind: 'put', row }]);
    }
    return tidyAt;
  }

  #plan(batch: readonly Waiting[], { head, etag }: StoredHead, tidyAt: number): Plan {
    const { now, newCommitId } = this.#options;
    const changes = batch.map(({ change, leaveRow }): Prepared => {
      return change.kind === 'leave' ? { ...change, row: leaveRow ?? 'none' } : change;
    });
    const moment = { room: this.#room, now: now(), commit: newCommitId(), tidyAt };
    return planCommit(head, etag, changes, moment);
  }

  /** Reads the row of a change that may have happened before, and settles the change if it has. */
  async #lookUp(waiting: Waiting, head: Head, attempts: Attempts): Promise<void> {
    const { change } = waiting;
    const row = await this.#options.table.get(this.#room, rowKeyOf(change));
    if (!row) {
      // A message that is to be removed has expired; whatever else has no row has not happened.
      if (change.kind === 'delete') waiting.settle(DONE);
      else waiting.leaveRow = 'none';
      return;
    }
    if (this.#settleOwn(row.properties.commit, attempts)) {
      this.#stored = undefined;
      return;
    }
    const { revision, seq, online } = head;
    switch (change.kind) {
      case 'join': {
        const { open } = fromConnectionRow(row);
        waiting.settle(open ? { kind: 'joined', revision, seq, online } : { kind: 'gone' });
        return;
      }
      case 'leave': {
        const { open, connectedAt, connectionId, userId, name } = fromConnectionRow(row);
        const member = { connectionId, userId, name };
        if (open) waiting.leaveRow = { member, connectedAt, etag: row.etag };
        else waiting.settle({ kind: 'done' });
        return;
      }
      case 'send':
      case 'publish': {
        const { commit: _, ...receipt } = fromReceiptRow(row);
        const count = change.kind === 'publish' ? change.lines.length : 1;
        const tell = await this.#tellAgain(receipt.seq, count, head);
        waiting.settle({ kind: 'stored', ...receipt }, tell);
        return;
      }
      case 'delete': {
        const notice = deletedBy(row);
        if (notice !== undefined) waiting.settle(DONE, await this.#tellAgain(notice, 1, head));
        return;
      }
      // Done again they change nothing.
      case 'ban':
      case 'close':
      case 'open':
      case 'erase':
      case 'tell':
      case 'tidied':
        return;
    }
  }

  /** Perhaps messages were stored and never told, so they are told again; clients know them by their numbers. */
  async #tellAgain(last: number, count: number, head: Head): Promise<Events[]> {
    const from = messageKey(Math.max(head.first, last + 1 - count));
    const range = { from, to: messageKey(last + 1), limit: count };
    const messages = (await this.#options.table.list(this.#room, range)).map(fromMessageRow);
    if (messages.length === 0) return [];
    const { revision, seq, online } = head;
    return toFrames({ room: this.#room, revision, seq, online, messages, joined: [], left: [] });
  }

  /** Answers those whose commit had no answer but, as its id in a row shows, took effect. */
  #settleOwn(commit: unknown, attempts: Attempts): boolean {
    const own = attempts.inDoubt.find(({ plan }) => plan.head.commit === commit);
    if (own && !own.isSettled) {
      own.isSettled = true;
      this.#onCommit(own.plan, own.batch, attempts);
    }
    return own !== undefined;
  }

  #pause(failures: number, maxMs: number): Promise<void> {
    const { sleep, random } = this.#options;
    return sleep(random() * Math.min(maxMs, 10 * 2 ** failures));
  }
}

function fail(batch: readonly Waiting[], cause: unknown): void {
  for (const waiting of batch.filter(isOpen)) waiting.fail(cause);
}
