// Removes rows that a room no longer needs. The room log first commits that messages are gone, so no reader misses them. Each
// method can be repeated after any failure, because the rows to remove can be found again.

import { CLEANUP_PARTITION, dueRows, type Lane } from './cleanup-schedule.ts';
import { deleteRows, type RowGroup } from './delete-rows.ts';
import { RetentionChange } from './retention-change.ts';
import { LISTED_ROOMS, listedKey } from './room-list.ts';
import type { StoredMessage } from './room-reader.ts';
import {
  BAN_ROWS,
  connectionKey,
  fromBanRow,
  fromHeadRow,
  HEAD_KEY,
  isEmptyRoom,
  keysOfMessage,
  MESSAGE_ROWS,
  messageKey,
} from './rows.ts';
import type { StoredRow, Table } from './table.ts';

const MAX_ROWS = 100_000;
const ROWS_AT_A_TIME = 1_000;

/** A room whose cleanup is due, and the key of its row in the schedule. */
export interface DueRoom {
  readonly room: string;
  readonly key: string;
  readonly lane: Lane;
  /** True if the room is due although its head has a later time, because the retention setting has changed. */
  readonly isForced: boolean;
  /** The last connection whose existence was checked, if a cleanup ended too early. Empty otherwise. */
  readonly checkedTo: string;
}

/** A row to delete unless it was written again since it was read. */
export type SeenRow = Pick<StoredRow, 'key' | 'etag'>;

/** Every method throws `TableUnavailable` if storage does not answer, and ignores rows that are gone already. */
export class RoomCleanup {
  readonly #table: Table;
  readonly #retentionChange: RetentionChange;

  constructor(table: Table) {
    this.#table = table;
    this.#retentionChange = new RetentionChange(table);
  }

  /** If `retentionMs` is less than it was, makes every room due whose cleanup was scheduled by the former setting. */
  applyRetention(retentionMs: number, now: number): Promise<void> {
    return this.#retentionChange.apply(retentionMs, now);
  }

  /** At most `limit` rooms that were due at `now` (epoch ms) or before, the longest due first. */
  async dueRooms(lane: Lane, now: number, limit: number): Promise<DueRoom[]> {
    const rows = await this.#table.list(CLEANUP_PARTITION, { ...dueRows(lane, now), limit });
    return rows.map(({ key, properties: { room, isForced, checkedTo } }) => {
      const rest = { isForced: isForced === true, checkedTo: String(checkedTo ?? '') };
      return { room: String(room), key, lane, ...rest };
    });
  }

  async removeDue({ key }: DueRoom): Promise<void> {
    await deleteRows(this.#table, CLEANUP_PARTITION, [[key]]);
  }

  /** The room stays due, and its next cleanup goes on after that connection. */
  async keepDue({ room, key, isForced }: DueRoom, checkedTo: string): Promise<void> {
    const row = { key, properties: { room, isForced, checkedTo } };
    await this.#table.commit(CLEANUP_PARTITION, [{ kind: 'put', row }]);
  }

  /** The head of an empty room, if the room has no other row and is not on the list. */
  async findLoneHead(room: string): Promise<SeenRow | undefined> {
    // In this order: a change that adds a row changes the head, too.
    const row = await this.#table.get(room, HEAD_KEY);
    const rows = await this.#table.list(room, { from: '', to: '~', limit: 2 });
    const head = row && fromHeadRow(row);
    return head && isEmptyRoom(room, head) && !head.listed && rows.length === 1 ? row : undefined;
  }

  /** Deletes the head unless it has changed since it was read. Returns whether it is gone. */
  async removeHead(room: string, { key, etag }: SeenRow): Promise<boolean> {
    const deletion = { kind: 'delete', key, etag } as const;
    const result = await this.#table.commit(room, [deletion]);
    return result.ok || result.reason === 'missing';
  }

  /** No ETag is needed: tombstones never change, and tickets with these connection ids have expired. */
  async removeConnections(room: string, connectionIds: readonly string[]): Promise<void> {
    const groups = connectionIds.map((id): RowGroup => [connectionKey(id)]);
    await deleteRows(this.#table, room, groups);
  }

  /** With their receipts. */
  async removeMessages(room: string, messages: readonly StoredMessage[]): Promise<void> {
    const groups = messages.map(({ row }) => keysOfMessage(row));
    await deleteRows(this.#table, room, groups);
  }

  /** Bans of the room. */
  bans(room: string): Promise<StoredRow[]> {
    return this.#table.list(room, { ...BAN_ROWS, limit: MAX_ROWS });
  }

  /** Removes bans that ended at `now` (epoch ms) or before. Returns when each of the others ends. */
  async removeEndedBans(room: string, now: number): Promise<number[]> {
    const rows = await this.bans(room);
    await this.#removeSeen(
      room,
      rows.filter((row) => fromBanRow(row) <= now),
    );
    return rows.map(fromBanRow).filter((until) => until > now);
  }

  /** The room's row on the list of rooms. */
  findOnList(room: string): Promise<StoredRow | undefined> {
    return this.#table.get(LISTED_ROOMS, listedKey(room));
  }

  /**
   * Removes the room from the list. `seen` was read before the commit that removed the room: a change that lists the room again
   * writes that row again first, so a live room stays on the list.
   */
  async removeFromList(seen: SeenRow): Promise<void> {
    await this.#removeSeen(LISTED_ROOMS, [seen]);
  }

  /**
   * Removes these bans unless they were renewed, and all messages before number `first`. False if `isLate` became true before
   * everything was removed.
   */
  async erase(
    room: string,
    bans: readonly SeenRow[],
    first: number,
    isLate: () => boolean,
  ): Promise<boolean> {
    await this.#removeSeen(room, bans);
    const range = { from: MESSAGE_ROWS.from, to: messageKey(first), limit: ROWS_AT_A_TIME };
    for (;;) {
      const rows = await this.#table.list(room, range);
      if (rows.length === 0) return true;
      if (isLate()) return false;
      await deleteRows(this.#table, room, rows.map(keysOfMessage));
    }
  }

  /** A row that has changed since it was read stays. */
  async #removeSeen(partition: string, rows: readonly SeenRow[]): Promise<void> {
    for (const { key, etag } of rows) {
      const result = await this.#table.commit(partition, [{ kind: 'delete', key, etag }]);
      if (!result.ok && result.reason === 'refused') throw new Error('storage says refused');
    }
  }
}
