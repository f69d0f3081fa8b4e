// A record of what each message has said: its first text, its edits and its removal. Independent of the code under test.

import {
  type ArchivedMessage,
  type ChatMessage,
  isLine,
  MODERATOR,
} from '../../functions/protocol.ts';
import type { Property } from '../../functions/room/table.ts';

type Properties = Readonly<Record<string, Property>>;

/** What a message said from one commit on. */
interface Version {
  readonly text: string;
  /** Undefined for the first version. */
  readonly editedAt: number | undefined;
  /** The number of the message that announces it. 0 for the first version. */
  readonly by: number;
}

export interface TextLedgerOptions {
  readonly messages: readonly ChatMessage[];
  /** The oldest message that readers are offered. */
  readonly first: () => number;
  /** Whether a moderator may remove that message. */
  readonly mayRemove: (message: ChatMessage) => boolean;
}

/** What a removed message may still have. */
const KEPT_OF_REMOVED = new Set([
  'seq',
  'id',
  'userId',
  'name',
  'text',
  'sentAt',
  'online',
  'receipt',
  'deleted',
  'deletedBy',
  'commit',
  'reason',
]);

export class TextLedger {
  readonly #fail: (claim: string) => void;
  readonly #messages: readonly ChatMessage[];
  readonly #first: () => number;
  readonly #mayRemove: TextLedgerOptions['mayRemove'];
  /** By the number of a line, ascending in `by`. */
  readonly #versions = new Map<number, Version[]>();
  /** By the number of a removed line: the number of the message that announces it. */
  readonly #removedBy = new Map<number, number>();
  /** Announcements of edits that have lost their text. */
  readonly #emptied = new Set<number>();
  /** Edits and removals of the transaction that is entered, by the number of their announcement. */
  readonly #unannounced = new Map<number, number>();
  /** Announcements whose text has to go with that transaction. */
  readonly #outdated = new Set<number>();

  constructor(fail: (claim: string) => void, { messages, first, mayRemove }: TextLedgerOptions) {
    this.#mayRemove = mayRemove;
    this.#fail = fail;
    this.#messages = messages;
    this.#first = first;
  }

  /** Lines that say something else than at first, or nothing any more. */
  get changed(): number[] {
    const edited = [...this.#versions].filter(([, { length }]) => length > 1);
    return [...edited.map(([seq]) => seq), ...this.#removedBy.keys()];
  }

  isRemoved(seq: number): boolean {
    return this.#removedBy.has(seq);
  }

  /** The number of the message that announces the removal. */
  removalOf(seq: number): number | undefined {
    return this.#removedBy.get(seq);
  }

  /** What the line says now. Undefined if the room never had it. */
  textOf(seq: number): string | undefined {
    return this.#removedBy.has(seq) ? '' : this.#versions.get(seq)?.at(-1)?.text;
  }

  /** A message of an archive, with what has become of it there. */
  enterImported({ seq, text, editedAt, editedBy, deletedBy, ...message }: ArchivedMessage): void {
    if (message.edits !== undefined && text === '') this.#emptied.add(seq);
    if (deletedBy !== undefined) this.#removedBy.set(seq, deletedBy);
    if (!isLine(message)) return;
    const first = { text: editedBy === undefined ? text : '', editedAt: undefined, by: 0 };
    const last = editedBy === undefined ? [] : [{ text, editedAt, by: editedBy }];
    this.#versions.set(seq, [first, ...last]);
  }

  /** Whether the commit edits the message of the row, and does not only count reactions. */
  isEdit({ seq, editedBy }: Properties): boolean {
    const by = this.#versions.get(Number(seq))?.at(-1)?.by ?? 0;
    return editedBy !== undefined && Number(editedBy) !== by;
  }

  /** Called before the announcement is recorded, because a transaction has the edited message first. */
  enterEdit(row: Properties): void {
    const seq = Number(row.seq);
    const by = Number(row.editedBy);
    const versions = this.#versions.get(seq) ?? [];
    const stored = this.#messages[seq - 1];
    if (!stored || !isLine(stored)) this.#fail(`message ${seq} is edited, and is no line`);
    if (this.#removedBy.has(seq)) this.#fail(`message ${seq} is edited, and it is removed`);
    if (seq < this.#first()) this.#fail(`message ${seq} is edited, ${this.#first()} is the first`);
    if (by !== this.#messages.length + 1) this.#fail(`message ${seq} is edited by ${by}`);
    for (const name of ['id', 'userId', 'name', 'sentAt', 'online', 'replyTo'] as const) {
      if (stored && row[name] !== stored[name]) this.#fail(`an edit changes ${name} of ${seq}`);
    }
    this.#change(seq, by);
    const version = { text: String(row.text), editedAt: Number(row.editedAt), by };
    this.#versions.set(seq, [...versions, version]);
  }

  /** Called before the announcement is recorded, as above. */
  enterRemoval(row: Properties): void {
    const seq = Number(row.seq);
    const by = Number(row.deletedBy);
    if (row.text !== '' || !this.#messages[seq - 1]) {
      this.#fail(`message ${seq} changes, and is not removed`);
    }
    if (this.#removedBy.has(seq)) this.#fail(`message ${seq} is removed a second time`);
    if (by !== this.#messages.length + 1) {
      this.#fail(`message ${seq} is removed by ${by} after ${this.#messages.length}`);
    }
    const rest = Object.keys(row).find((name) => !KEPT_OF_REMOVED.has(name));
    if (rest) this.#fail(`message ${seq} is removed, and keeps its ${rest}`);
    this.#change(seq, by);
    this.#removedBy.set(seq, by);
  }

  #change(seq: number, by: number): void {
    this.#unannounced.set(by, seq);
    const announcedBy = this.#versions.get(seq)?.at(-1)?.by ?? 0;
    // With the message it may have expired, and an import may have ended before it.
    const isThere = this.#messages[announcedBy - 1]?.edits === seq && seq >= this.#first();
    if (isThere) this.#outdated.add(announcedBy);
  }

  /** The announcement of an earlier edit loses its text. */
  enterEmptied({ seq, text }: Properties): void {
    if (text !== '') this.#fail(`announcement ${seq} changes, and has a text`);
    this.#emptied.add(Number(seq));
  }

  /** A new message. Nobody but its author and moderators may change a line. */
  enterMessage(message: ChatMessage): void {
    const { seq, userId, text, sentAt, edits, deletes } = message;
    const about = this.#unannounced.get(seq);
    if (about !== (deletes ?? edits)) {
      this.#fail(`message ${seq} announces a change of ${deletes ?? edits}, not of ${about}`);
    }
    this.#unannounced.delete(seq);
    if (about === undefined) {
      this.#versions.set(seq, [{ text, editedAt: undefined, by: 0 }]);
      return;
    }
    const changed = this.#messages[about - 1];
    const isModerator = deletes !== undefined && userId === MODERATOR;
    if (!isModerator && userId !== changed?.userId) {
      this.#fail(`${userId} changes message ${about} of somebody else`);
    }
    if (isModerator && changed && !this.#mayRemove(changed)) {
      this.#fail(`message ${about} of ${changed.userId} is removed, and nobody asked for that`);
    }
    const isRemoval = this.#removedBy.get(about) === seq;
    if (isRemoval !== (deletes !== undefined)) this.#fail(`${seq} announces another change`);
    const version = this.#versions.get(about)?.at(-1);
    if (!isRemoval && (version?.text !== text || version.editedAt !== sentAt)) {
      this.#fail(`message ${seq} announces "${text}", and ${about} says "${version?.text}"`);
    }
  }

  /** The transaction is entered as a whole. */
  checkComplete(): void {
    for (const [by, seq] of this.#unannounced) this.#fail(`${by} does not announce ${seq}`);
    for (const seq of this.#outdated) {
      if (!this.#emptied.has(seq)) this.#fail(`announcement ${seq} keeps a text of before`);
    }
    this.#unannounced.clear();
    this.#outdated.clear();
  }

  /**
   * A message in a frame or on a page says what it said at some time. One that was read at `upTo`, the room's last number then,
   * is not older.
   */
  check(who: string, message: ChatMessage, upTo = 0): void {
    const { seq, id, userId, text, deleted, edits, editedAt } = message;
    const stored = this.#messages[seq - 1];
    const claim = () => `${who} gets message ${seq} "${text}", stored is "${this.textOf(seq)}"`;
    if (stored?.id !== id || stored.userId !== userId || stored.edits !== edits) {
      this.#fail(claim());
      return;
    }
    const removedBy = this.#removedBy.get(seq);
    if (deleted === true) {
      if (removedBy === undefined || text !== '') this.#fail(claim());
      return;
    }
    if (removedBy !== undefined && removedBy <= upTo) {
      this.#fail(`${who} up to ${upTo} has the text of ${seq}, removed by ${removedBy}`);
    }
    if (edits !== undefined) this.#checkAnnouncement(who, stored, edits, text, upTo);
    if (!isLine(stored)) return;
    const versions = this.#versions.get(seq) ?? [];
    const found = versions.findIndex((one) => one.text === text && one.editedAt === editedAt);
    const least = versions.filter(({ by }) => by <= upTo).length - 1;
    if (found < 0) this.#fail(claim());
    if (found >= 0 && found < least) this.#fail(`${who} up to ${upTo} has an old text of ${seq}`);
  }

  /** It has its text until another change of the same message follows, or until that message is gone. */
  #checkAnnouncement(
    who: string,
    { seq, text: first }: ChatMessage,
    about: number,
    text: string,
    upTo: number,
  ): void {
    const isGone = about < this.#first();
    const mayBeEmpty = this.#emptied.has(seq) || isGone;
    if (text !== first && !(text === '' && mayBeEmpty)) {
      this.#fail(`${who} gets announcement ${seq} as "${text}", not "${first}"`);
    }
    const next = this.#versions.get(about)?.find(({ by }) => by > seq)?.by;
    const outdatedBy = next ?? this.#removedBy.get(about) ?? Number.POSITIVE_INFINITY;
    if (text !== '' && outdatedBy <= upTo) {
      this.#fail(`${who} up to ${upTo} has the text of announcement ${seq}`);
    }
  }

  /** At rest a page shows what the line says now. */
  isCurrent({ seq, text, deleted, editedAt, edits, deletes }: ChatMessage): boolean {
    if (!isLine({ edits, deletes } as ChatMessage)) return true;
    const isRemoved = this.#removedBy.has(seq);
    if (isRemoved) return deleted === true && text === '';
    const version = this.#versions.get(seq)?.at(-1);
    return deleted !== true && version?.text === text && version.editedAt === editedAt;
  }

  /** No other row than the line's and that of its last announcement has a text of the line. */
  checkStored({ seq: number, text, edits }: Properties): void {
    const seq = Number(number);
    const isAnnouncement = edits !== undefined;
    const expected = this.#emptied.has(seq)
      ? ''
      : isAnnouncement
        ? this.#messages[seq - 1]?.text
        : this.textOf(seq);
    if (expected !== undefined && text !== expected) {
      this.#fail(`message ${seq} is stored as "${text}", not as "${expected}"`);
    }
  }
}
