// Removes rows that a room no longer needs. The room log first commits that they are gone, so nobody misses them.

import { deleteRows } from './delete-rows.ts';
import { LISTED_ROOMS, listedKey } from './room-list.ts';
import type { StoredMessage } from './room-reader.ts';
import {
  BAN_ROWS,
  connectionKey,
  fromBanRow,
  keysOfMessage,
  MESSAGE_ROWS,
  messageKey,
} from './rows.ts';
import type { Range, Row, Table } from './table.ts';
import { dueKey, TIDY_PARTITION } from './tidy-schedule.ts';

const MAX_ROWS = 100_000;
const ROWS_AT_A_TIME = 1_000;

/** A room whose time for cleanup has come, and the row that says so. */
export interface DueRoom {
  readonly room: string;
  readonly key: string;
}

/** Every method throws `TableUnavailable` if storage does not answer. Rows that are gone already count as removed. */
export class RoomCleanup {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** Rooms that were due at `now` (epoch ms) or before, the longest due first. */
  async dueRooms(now: number): Promise<DueRoom[]> {
    const range = { from: '', to: dueKey(now + 1), limit: MAX_ROWS };
    const rows = await this.#table.list(TIDY_PARTITION, range);
    return rows.map(({ key, properties }) => ({ room: String(properties.room), key }));
  }

  async removeDue({ key }: DueRoom): Promise<void> {
    await deleteRows(this.#table, TIDY_PARTITION, [key]);
  }

  async removeConnections(room: string, connectionIds: readonly string[]): Promise<void> {
    await deleteRows(this.#table, room, connectionIds.map(connectionKey));
  }

  /** With their receipts. */
  async removeMessages(room: string, messages: readonly StoredMessage[]): Promise<void> {
    const keys = messages.flatMap(({ row }) => keysOfMessage(row));
    await deleteRows(this.#table, room, keys);
  }

  /** Removes bans that ended at `now` (epoch ms) or before. */
  async removeEndedBans(room: string, now: number): Promise<void> {
    const rows = await this.#table.list(room, { ...BAN_ROWS, limit: MAX_ROWS });
    const ended = rows.filter((row) => fromBanRow(row) <= now);
    const keys = ended.map(({ key }) => key);
    await deleteRows(this.#table, room, keys);
  }

  async removeFromList(room: string): Promise<void> {
    await deleteRows(this.#table, LISTED_ROOMS, [listedKey(room)]);
  }

  /** Removes all bans, and all messages before number `first`. False if `isLate` said so before all were removed. */
  async erase(room: string, first: number, isLate: () => boolean): Promise<boolean> {
    const old = { from: MESSAGE_ROWS.from, to: messageKey(first) };
    return (
      (await this.#eraseRange(room, BAN_ROWS, ({ key }) => [key], isLate)) &&
      (await this.#eraseRange(room, old, keysOfMessage, isLate))
    );
  }

  async #eraseRange(
    room: string,
    range: Pick<Range, 'from' | 'to'>,
    keysOf: (row: Row) => string[],
    isLate: () => boolean,
  ): Promise<boolean> {
    for (;;) {
      const rows = await this.#table.list(room, { ...range, limit: ROWS_AT_A_TIME });
      if (rows.length === 0) return true;
      if (isLate()) return false;
      await deleteRows(this.#table, room, rows.flatMap(keysOf));
    }
  }
}
