// Commits one batch of changes to a room, with retries. The answers of storage mean:
//
//   the head changed (412)            another process was faster: read it again, and retry after a random pause
//   a row exists already (409)        that change happened before: it gets its earlier result, the others go on
//   no answer, or "busy"              it may have happened or not: retry. The commit's id in the rows shows which

import type { BoundedMap } from '../bounded-map.ts';
import type { Events, Member } from '../protocol.ts';
import type { ConnectionCaps } from '../settings.ts';
import type { Banned, Change, Closed, LeaveRow, Prepared } from './change.ts';
import { CLEANUP_PARTITION, missingDueRow, nextCleanupAt } from './cleanup-schedule.ts';
import { HEAD, type Plan, planCommit } from './commit.ts';
import { type CommitStats, toReason } from './commit-note.ts';
import { findFullCap } from './connection-caps.ts';
import { toFrames } from './frames.ts';
import type { Found, Happened } from './kinds/kind.ts';
import { kindOf } from './kinds/kinds.ts';
import { isOpen, type PendingChange } from './pending-change.ts';
import { LISTED_ROOMS, toListedRow } from './room-list.ts';
import { RoomReader } from './room-reader.ts';
import { EMPTY_HEAD, fromConnectionRow, fromHeadRow, HEAD_KEY, type Head } from './rows.ts';
import { type CommitResult, type Table, TableUnavailable } from './table.ts';

const MAX_PAUSE_AFTER_CONFLICT_MS = 250;
const MAX_PAUSE_AFTER_FAILURE_MS = 2_000;
// After a lost race other processes are probably active: for this time, read the head before each commit.
const CONTENDED_FOR_MS = 2_000;

export interface CommitterOptions {
  readonly table: Table;
  readonly log: (line: string) => void;
  /** Epoch ms. */
  readonly now: () => number;
  /** Milliseconds that never go back, for durations. */
  readonly monotonicNow: () => number;
  /** 0 ≤ r < 1. */
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly newCommitId: () => string;
  /** How long messages are kept. */
  readonly retentionMs: number;
  readonly caps: ConnectionCaps;
  /** The rows of connections that this process committed, by room and connection id. They save a read when these leave. */
  readonly openRows: BoundedMap<LeaveRow>;
}

interface StoredHead {
  readonly head: Head;
  /** Undefined if the row does not exist. */
  readonly etag: string | undefined;
}

/** A commit without an answer. */
interface InDoubt {
  readonly plan: Plan;
  readonly batch: readonly PendingChange[];
  /** It took effect, and its callers are answered. Each of its rows shows it again. */
  isSettled: boolean;
}

/** The attempts for one batch so far. */
interface Attempts extends CommitStats {
  readonly inDoubt: InDoubt[];
  /** The looked-up rows of leaving connections. */
  readonly leaveRows: Map<PendingChange, LeaveRow>;
  /** How often a change turned out to have happened before. */
  repeats: number;
  conflicts: number;
  failures: number;
}

/** The result of a look-up: a commit in doubt took effect, or the row shows something about the change. */
type LookUp = { readonly kind: 'took effect'; readonly commit: InDoubt } | Found;

type OnCommit = (plan: Plan, batch: readonly PendingChange[], stats: CommitStats) => void;

/** One per room and process. */
export class RoomCommitter {
  readonly #room: string;
  readonly #options: CommitterOptions;
  readonly #reader: RoomReader;
  /** Called once for each commit that took effect, to answer its callers. */
  readonly #onCommit: OnCommit;
  #stored: StoredHead | undefined;
  /** By the monotonic clock. */
  #contendedUntil = Number.NEGATIVE_INFINITY;

  constructor(room: string, options: CommitterOptions, onCommit: OnCommit) {
    this.#room = room;
    this.#options = options;
    this.#reader = new RoomReader(options.table);
    this.#onCommit = onCommit;
  }

  /** Repeats until every change of the batch has an answer. Never throws. */
  async commit(batch: readonly PendingChange[]): Promise<void> {
    const { log, monotonicNow } = this.#options;
    const attempts = newAttempts();
    for (let round = 0; batch.some(isOpen); round += 1) {
      let cause: unknown;
      try {
        const isForward = await this.#attempt(batch.filter(isOpen), attempts);
        if (isForward) continue;
        await this.#pause(round, MAX_PAUSE_AFTER_CONFLICT_MS);
      } catch (error) {
        log(`commit-failed ${JSON.stringify({ room: this.#room, reason: toReason(error) })}`);
        attempts.failures += 1;
        this.#stored = undefined;
        cause = error;
        if (!(error instanceof TableUnavailable)) fail(batch, error);
        else await this.#pause(round, MAX_PAUSE_AFTER_FAILURE_MS);
      }
      const late = batch.filter((pending) => pending.hasWaitedTooLong(monotonicNow()));
      if (late.length > 0) fail(late, cause ?? new Error('other processes kept changing the room'));
    }
  }

  /** True if the batch made progress. Otherwise the next attempt comes after a pause. */
  async #attempt(batch: readonly PendingChange[], attempts: Attempts): Promise<boolean> {
    const stored = await this.#readHead(batch);
    const own = findOwn(stored.head.commit, attempts);
    if (own) {
      this.#settleOwn(own, attempts);
      return true;
    }
    await Promise.all(batch.map((pending) => this.#prepare(pending, stored.head, attempts)));
    await this.#refuseExcess(batch.filter(isOpen), stored.head);
    const open = batch.filter(isOpen);
    const plan = this.#plan(open, stored, attempts, await this.#schedule(open, stored.head));
    if (plan.operations.length > 0) {
      attempts.inDoubt.push({ plan, batch: open, isSettled: false });
      const result = await this.#options.table.commit(this.#room, plan.operations);
      // After an error it stays in doubt.
      attempts.inDoubt.pop();
      if (!result.ok) return this.#onConflict(result, plan, open, stored.head, attempts);
      this.#stored = { head: plan.head, etag: result.etags[0] };
      this.#rememberOpen(plan, open, result.etags);
    }
    this.#onCommit(plan, open, attempts);
    return true;
  }

  async #onConflict(
    { reason, index }: Extract<CommitResult, { ok: false }>,
    plan: Plan,
    batch: readonly PendingChange[],
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
      this.#contendedUntil = this.#options.monotonicNow() + CONTENDED_FOR_MS;
      return false;
    }
    // A change happened before, or a leaving connection's row has changed. After the first one, all may have happened: a
    // caller without an answer repeats all of its requests.
    const isFirst = attempts.repeats === 0;
    attempts.repeats += 1;
    const suspects = culprit && isFirst ? [culprit] : batch;
    const found = await Promise.all(
      suspects.map(async (pending) => {
        const lookUp = await this.#lookUp(pending.change, head, attempts);
        await this.#apply(lookUp, pending, head, attempts);
        return lookUp;
      }),
    );
    return found.some(({ kind }) => kind !== 'unknown');
  }

  /** A refusal commits nothing, so no conflict would show that another process has opened the room, or that people have left. */
  #refuses(head: Head, batch: readonly PendingChange[]): boolean {
    const { closed, online } = head;
    const isFull = closed !== '' || online >= this.#options.caps.room;
    return isFull || batch.some(({ change }) => kindOf(change).misfit(change, head) !== undefined);
  }

  async #readHead(batch: readonly PendingChange[]): Promise<StoredHead> {
    const { monotonicNow, table } = this.#options;
    if (
      this.#stored &&
      monotonicNow() >= this.#contendedUntil &&
      !this.#refuses(this.#stored.head, batch)
    ) {
      return this.#stored;
    }
    const row = await table.get(this.#room, HEAD_KEY);
    this.#stored = row
      ? { head: fromHeadRow(row), etag: row.etag }
      : { head: EMPTY_HEAD, etag: undefined };
    return this.#stored;
  }

  /** Checks what a commit cannot: whether the room refuses the change, or its row shows that it has happened. */
  async #prepare(pending: PendingChange, head: Head, attempts: Attempts): Promise<void> {
    const { change } = pending;
    const refusal = kindOf(change).misfit(change, head) ?? (await this.#refusalOf(change, head));
    if (refusal) {
      pending.settle(refusal);
    } else if (kindOf(change).readsRowFirst(change) && !attempts.leaveRows.has(pending)) {
      const known = this.#takeOpen(change);
      const found: LookUp = known
        ? { kind: 'new', leaveRow: known }
        : await this.#lookUp(change, head, attempts);
      await this.#apply(found, pending, head, attempts);
    }
  }

  #rememberOpen(plan: Plan, batch: readonly PendingChange[], etags: readonly string[]): void {
    for (const [index, owner] of plan.owners.entries()) {
      const operation = plan.operations[index];
      if (batch[owner]?.change.kind !== 'join' || operation?.kind !== 'insert') continue;
      const { connectionId, userId, name, connectedAt } = fromConnectionRow(operation.row);
      const member = { connectionId, userId, name };
      const row = { member, connectedAt, etag: etags[index] ?? '' };
      this.#options.openRows.set(`${this.#room} ${connectionId}`, row);
    }
  }

  /**
   * The row of a leaving connection, if this process committed its join. If the row has changed since, the commit fails for it,
   * and then it is read.
   */
  #takeOpen(change: Change): LeaveRow | undefined {
    if (change.kind !== 'leave') return undefined;
    const { openRows } = this.#options;
    const key = `${this.#room} ${change.connectionId}`;
    const row = openRows.get(key);
    openRows.delete(key);
    return row;
  }

  async #refusalOf(change: Change, head: Head): Promise<Banned | Closed | undefined> {
    const { now } = this.#options;
    const users = kindOf(change).userToAdmit(change);
    if (users === undefined || users.length === 0) return undefined;
    if (head.closed !== '') return { kind: 'closed', reason: head.closed };
    if (head.bannedUntil <= now()) return undefined;
    const until = await this.#reader.lastBannedUntil(this.#room, [users].flat());
    return until > now() ? { kind: 'banned', until } : undefined;
  }

  /** Refuses joins beyond the caps. The commit is guarded by the head that decides, so no process admits one too many. */
  async #refuseExcess(batch: readonly PendingChange[], head: Head): Promise<void> {
    const admitted: Member[] = [];
    for (const pending of batch) {
      const { change } = pending;
      if (change.kind !== 'join') continue;
      const of = await findFullCap(change, admitted, {
        room: this.#room,
        head,
        caps: this.#options.caps,
        reader: this.#reader,
      });
      if (of) pending.settle({ kind: 'full', of });
      else admitted.push(change);
    }
  }

  /**
   * Puts the room's cleanup on the schedule, and the room on the list, before the commit needs them. In this order: if this
   * process ends in between, or before the commit, the cleanup finds the row on the list.
   */
  async #schedule(batch: readonly PendingChange[], head: Head): Promise<number> {
    const { now, retentionMs, table } = this.#options;
    const changes = batch.map(({ change }) => change);
    const listings = changes.map((change) => kindOf(change).listing);
    const cleanupAt = nextCleanupAt(head, changes, now(), retentionMs);
    const row = missingDueRow(this.#room, head, changes, cleanupAt);
    if (row) await table.commit(CLEANUP_PARTITION, [{ kind: 'put', row }]);
    // A change of the same batch may remove the row that was read before: the new one has another ETag.
    const isMissing = !head.listed || listings.includes('remove');
    if (isMissing && listings.includes('add')) {
      await table.commit(LISTED_ROOMS, [{ kind: 'put', row: toListedRow(this.#room) }]);
    }
    return cleanupAt;
  }

  #plan(
    batch: readonly PendingChange[],
    { head, etag }: StoredHead,
    { leaveRows }: Attempts,
    cleanupAt: number,
  ): Plan {
    const { now, newCommitId } = this.#options;
    const changes = batch.map((pending): Prepared => {
      const { change } = pending;
      if (change.kind !== 'leave') return change;
      return { ...change, row: leaveRows.get(pending) ?? 'none' };
    });
    const context = { room: this.#room, now: now(), commit: newCommitId(), cleanupAt };
    return planCommit(head, etag, changes, context);
  }

  /** Reads the row of a change. */
  async #lookUp(change: Change, head: Head, attempts: Attempts): Promise<LookUp> {
    const kind = kindOf(change);
    const row = await this.#options.table.get(this.#room, kind.rowKey(change));
    const commit = row && findOwn(row.properties.commit, attempts);
    return commit ? { kind: 'took effect', commit } : kind.found(change, row, head, this.#room);
  }

  async #apply(
    found: LookUp,
    pending: PendingChange,
    head: Head,
    attempts: Attempts,
  ): Promise<void> {
    switch (found.kind) {
      case 'took effect':
        this.#settleOwn(found.commit, attempts);
        this.#stored = undefined;
        return;
      case 'happened':
        pending.settle(found.outcome, await this.#framesOf(found.stored, head));
        return;
      case 'new':
        attempts.leaveRows.set(pending, found.leaveRow);
        return;
      case 'unknown':
        return;
    }
  }

  /** Frames of messages that were stored before, possibly without a broadcast. Clients drop messages that they have. */
  async #framesOf(stored: Happened['stored'], head: Head): Promise<Events[]> {
    if (!stored) return [];
    const { last, count } = stored;
    const { first } = head;
    const range = { first, from: Math.max(first, last + 1 - count), to: last + 1, limit: count };
    const messages = await this.#reader.messages(this.#room, range);
    if (messages.length === 0) return [];
    const { revision, seq, online } = head;
    return toFrames({ room: this.#room, revision, seq, online, messages, joined: [], left: [] });
  }

  /** Answers the callers of a commit without an answer that took effect, as its id in a row shows. */
  #settleOwn(own: InDoubt, attempts: Attempts): void {
    if (own.isSettled) return;
    own.isSettled = true;
    this.#onCommit(own.plan, own.batch, attempts);
  }

  #pause(round: number, maxMs: number): Promise<void> {
    const { sleep, random } = this.#options;
    return sleep(random() * Math.min(maxMs, 10 * 2 ** round));
  }
}

function newAttempts(): Attempts {
  return { inDoubt: [], leaveRows: new Map(), repeats: 0, conflicts: 0, failures: 0 };
}

/** The commit in doubt that wrote this id into a row. */
function findOwn(commit: unknown, { inDoubt }: Attempts): InDoubt | undefined {
  return inDoubt.find(({ plan }) => plan.head.commit === commit);
}

function fail(batch: readonly PendingChange[], cause: unknown): void {
  for (const pending of batch.filter(isOpen)) pending.fail(cause);
}
