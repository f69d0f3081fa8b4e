// Reads a room. Handlers get heads, messages, connections and bans here. Only room/ knows rows and their keys.

import { atATime } from '../at-a-time.ts';
import { type ArchivedBan, type ArchivedMessage, type ChatMessage, isLine } from '../protocol.ts';
import type { StoredText } from './change.ts';
import { LISTED_ROOMS, listedKey, ROOM_ROWS } from './room-list.ts';
import {
  BAN_ROWS,
  banKey,
  bannedUser,
  CONNECTION_ROWS,
  type ConnectionRow,
  connectionKey,
  EMPTY_HEAD,
  editedBy,
  fromBanRow,
  fromConnectionRow,
  fromHeadRow,
  fromMessageRow,
  HEAD_KEY,
  type Head,
  MESSAGE_ROWS,
  messageKey,
  neededReceiptKey,
  toArchived,
  withoutLostText,
} from './rows.ts';
import type { StoredRow, Table } from './table.ts';

/** More than any room has. */
const MAX_CONNECTIONS = 100_000;
const MAX_BANS = 100_000;
const READS_AT_A_TIME = 16;

/** Messages by number: from `from` to before `to`, or to the last one without `to`. */
export interface MessageRange {
  /** The oldest message still kept. Announcements of edits of an older one have no text then. */
  readonly first?: number;
  readonly from: number;
  readonly to?: number;
  readonly limit: number;
}

/** A message and its row. */
export interface StoredMessage {
  readonly message: ChatMessage;
  readonly row: StoredRow;
}

/** A message with the rows that an edit or a removal replaces. */
export interface FoundText extends StoredText {
  readonly message: ChatMessage;
}

/** Every method throws `TableUnavailable` if storage does not answer. */
export class RoomReader {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** The room's numbers. {@link EMPTY_HEAD} for a room that does not exist yet. */
  async head(room: string): Promise<Head> {
    return (await this.findHead(room)) ?? EMPTY_HEAD;
  }

  /** Undefined if the room has no commit yet. */
  async findHead(room: string): Promise<Head | undefined> {
    const row = await this.#table.get(room, HEAD_KEY);
    return row && fromHeadRow(row);
  }

  /** Messages in their order. An empty range costs no request. */
  async messages(room: string, range: MessageRange): Promise<ChatMessage[]> {
    return (await this.storedMessages(room, range)).map(({ message }) => message);
  }

  async storedMessages(
    room: string,
    { first = 0, from, to, limit }: MessageRange,
  ): Promise<readonly StoredMessage[]> {
    if (to !== undefined && from >= to) return [];
    const end = to === undefined ? MESSAGE_ROWS.to : messageKey(to);
    const rows = await this.#table.list(room, { from: messageKey(from), to: end, limit });
    return rows.map((stored) => {
      const row = withoutLostText(stored, first);
      return { message: fromMessageRow(row), row };
    });
  }

  /** Messages to which somebody has ever reacted, in their order. */
  async reactedMessages(room: string, from: number, to: number): Promise<readonly StoredMessage[]> {
    if (from >= to) return [];
    const range = { from: messageKey(from), to: messageKey(to), limit: to - from };
    const rows = await this.#table.list(room, { ...range, where: 'reacted' });
    return rows.map((row) => ({ message: fromMessageRow(row), row }));
  }

  /** Messages in their order with all that is stored about them. Published texts, edited and removed messages cost a read each. */
  async archivedMessages(room: string, range: MessageRange): Promise<ArchivedMessage[]> {
    const stored = await this.storedMessages(room, range);
    return atATime(READS_AT_A_TIME, stored, async ({ row }) => {
      const key = neededReceiptKey(row);
      return toArchived(row, key === undefined ? undefined : await this.#table.get(room, key));
    });
  }

  async message(room: string, seq: number): Promise<StoredMessage | undefined> {
    const row = await this.#table.get(room, messageKey(seq));
    return row && { message: fromMessageRow(row), row };
  }

  /** A message that somebody said or published, removed or not. Undefined for the announcement of an edit or a removal, too. */
  async text(room: string, seq: number): Promise<FoundText | undefined> {
    const messageRow = await this.#table.get(room, messageKey(seq));
    if (!messageRow) return undefined;
    const message = fromMessageRow(messageRow);
    if (!isLine(message)) return undefined;
    const by = editedBy(messageRow);
    const row = by === undefined ? undefined : await this.#table.get(room, messageKey(by));
    // After an import that a moderator has ended early, the number may be that of another message.
    const isAnnouncement = row !== undefined && fromMessageRow(row).edits === seq;
    return {
      message,
      messageRow,
      announcementRow: isAnnouncement ? row : undefined,
      awaits: row ? undefined : by,
    };
  }

  async openConnections(room: string, limit = MAX_CONNECTIONS): Promise<ConnectionRow[]> {
    const range = { ...CONNECTION_ROWS, limit, where: 'open' };
    return (await this.#table.list(room, range)).map(fromConnectionRow);
  }

  /** Open connections and tombstones. */
  async connections(room: string): Promise<ConnectionRow[]> {
    const range = { ...CONNECTION_ROWS, limit: MAX_CONNECTIONS };
    return (await this.#table.list(room, range)).map(fromConnectionRow);
  }

  /** A connection, open or a tombstone. */
  async connection(room: string, connectionId: string): Promise<ConnectionRow | undefined> {
    const row = await this.#table.get(room, connectionKey(connectionId));
    return row && fromConnectionRow(row);
  }

  /** When the user's ban ends, epoch ms. 0 without a ban. */
  async bannedUntil(room: string, userId: string): Promise<number> {
    const row = await this.#table.get(room, banKey(userId));
    return row ? fromBanRow(row) : 0;
  }

  /** When the last ban of these users ends, epoch ms. 0 without a ban. Costs a read for each of them. */
  async lastBannedUntil(room: string, userIds: readonly string[]): Promise<number> {
    const ends = await atATime(READS_AT_A_TIME, userIds, (id) => this.bannedUntil(room, id));
    return Math.max(0, ...ends);
  }

  /** Bans that end after `now`, epoch ms. */
  async bans(room: string, now: number): Promise<ArchivedBan[]> {
    const rows = await this.#table.list(room, { ...BAN_ROWS, limit: MAX_BANS });
    return rows
      .map((row) => ({ ban: bannedUser(row), until: fromBanRow(row) }))
      .filter(({ until }) => until > now);
  }

  /** Names on the list of rooms in alphabetical order, from `start` or the first one. */
  async listedRooms(start: string | undefined, limit: number): Promise<string[]> {
    const from = start === undefined ? ROOM_ROWS.from : listedKey(start);
    const rows = await this.#table.list(LISTED_ROOMS, { ...ROOM_ROWS, from, limit });
    return rows.map(({ properties }) => String(properties.room));
  }
}
