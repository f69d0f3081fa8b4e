// A record of what really happened to the room, independent of the code under test. It gets each transaction that took
// effect, and checks it against the room's rules.

import {
  type ArchivedMessage,
  type ChatMessage,
  isLine,
  MODERATOR,
} from '../../functions/protocol.ts';
import type { Operation, Property } from '../../functions/room/table.ts';
import { GateLedger } from './gate-ledger.ts';
import { ImportLedger, receiptDigestOf } from './import-ledger.ts';
import { PlacesLedger } from './places-ledger.ts';
import { ReactionLedger } from './reaction-ledger.ts';
import { ReadChecks } from './read-checks.ts';
import { RowLedger } from './row-ledger.ts';
import { TextLedger } from './text-ledger.ts';

type Properties = Readonly<Record<string, Property>>;

/** The room's head at one revision. */
export interface CommitContext {
  readonly seq: number;
  readonly online: number;
}

export class Ledger {
  /** In the order of the room. Message `seq` is at `seq` − 1. */
  readonly messages: ChatMessage[] = [];
  /** By connection id. */
  readonly connections = new Map<string, { readonly isOpen: boolean }>();
  /** Connections whose `disconnected` was handled to its end at least once. */
  readonly gone = new Set<string>();
  revision = 0;
  seq = 0;
  online = 0;
  /** The oldest message that readers are offered. */
  first = 1;
  /** The last message of the last erase. */
  erasedTo = 0;
  /** Whether a moderator has asked for an erase. */
  mayErase = false;
  /** People of whom everything has to go. */
  readonly erasedPeople = new Set<string>();
  /** Messages that a moderator has asked to remove. */
  readonly mayRemove = new Set<number>();
  commits = 0;
  /** How often the room was deleted because it was empty. Its revisions then begin again. */
  vanished = 0;
  #moments: CommitContext[] = [{ seq: 0, online: 0 }];
  #isListed = false;
  /** As the head says. */
  #reactedAt = 0;
  /** The last message that announces no removal. */
  #lastLine = 0;
  readonly #receipts = new Map<string, number>();
  readonly #digests = new Map<string, string>();
  /** By key: the digests of the receipts that the transaction has to bring. */
  readonly #importedReceipts = new Map<string, string>();
  readonly #seqByText = new Map<string, number>();
  readonly #fail: (claim: string) => void;
  readonly gate: GateLedger;
  readonly texts: TextLedger;
  readonly imports: ImportLedger;
  readonly reactions: ReactionLedger;
  readonly places: PlacesLedger;
  readonly rows: RowLedger;
  /** What readers get. */
  readonly reads: ReadChecks;

  constructor(fail: (claim: string) => void) {
    this.#fail = fail;
    this.gate = new GateLedger(fail);
    this.texts = new TextLedger(fail, {
      messages: this.messages,
      first: () => this.first,
      mayRemove: ({ seq, userId }) => this.mayRemove.has(seq) || this.erasedPeople.has(userId),
    });
    this.places = new PlacesLedger(fail);
    this.rows = new RowLedger(fail);
    this.reads = new ReadChecks(fail, this);
    this.imports = new ImportLedger({ fail, take: (message, row) => this.#import(message, row) });
    this.reactions = new ReactionLedger(fail, {
      messageOf: (seq) => this.#lineAt(seq),
      numbers: () => this,
      mayLose: (userId) => this.erasedPeople.has(userId),
      checkAdmitted: (userId, what, now) => this.gate.checkAdmitted(userId, what, now),
    });
  }

  /** Connections that the room counts. */
  get open(): string[] {
    return [...this.connections].filter(([, { isOpen }]) => isOpen).map(([id]) => id);
  }

  /** What somebody has said and the room keeps. */
  linesOf(user: string): readonly ChatMessage[] {
    return this.messages.filter((message) => {
      const { seq, userId } = message;
      return userId === user && seq >= this.first && isLine(message) && !this.texts.isRemoved(seq);
    });
  }

  /** The line as it is now. Undefined if it is removed. */
  #lineAt(seq: number): ChatMessage | undefined {
    const message = this.messages[seq - 1];
    const text = this.texts.textOf(seq);
    return message && text && !this.texts.isRemoved(seq) ? { ...message, text } : undefined;
  }

  /** The `seq` of the message with that text, a line or the announcement of an edit. Nobody writes a text twice. */
  seqOf(text: string): number | undefined {
    return this.#seqByText.get(text);
  }

  /** A caller got the answer that the room has recorded the end of this connection. */
  reportGone(connectionId: string): void {
    this.gone.add(connectionId);
    if (this.connections.get(connectionId)?.isOpen !== false) {
      this.#fail(`connection ${connectionId} was reported gone, and there is no tombstone`);
    }
  }

  /** `now` is epoch ms. */
  enter(operations: readonly Operation[], now: number): void {
    this.commits += 1;
    this.rows.enter(operations);
    const before = { revision: this.revision, seq: this.seq };
    let head: Properties | undefined;
    const reacted: Properties[] = [];
    const joined: string[] = [];
    if (operations.every(({ kind }) => kind === 'delete')) {
      this.#remove(operations, now);
      return;
    }
    for (const operation of operations) {
      if (operation.kind === 'delete') continue;
      const { kind } = operation;
      const { key, properties } = operation.row;
      if (key === 'head') head = properties;
      else if (key.startsWith('c:')) {
        this.#enterConnection(properties, kind, now);
        if (properties.open === true) joined.push(String(properties.userId));
      } else if (key.startsWith('m:') && Number(properties.seq) !== Number(key.slice(2))) {
        this.#fail(`${key} holds message ${properties.seq}`);
      } else if (key.startsWith('m:') && kind === 'put') {
        this.imports.enter(properties, this.gate.closed, before.seq);
      } else if (key.startsWith('m:') && kind === 'insert') this.#enterMessage(properties, now);
      else if (key.startsWith('m:') && !this.#enterChange(properties)) reacted.push(properties);
      else if (key.startsWith('i:')) this.#enterReceipt(key, properties, kind);
    }
    // Last, because a join in the same commit as a ban came before it.
    for (const operation of operations) {
      if (operation.kind === 'delete' || !operation.row.key.startsWith('b:')) continue;
      this.gate.enterBan(operation.row.key, Number(operation.row.properties.until));
    }
    for (const [key, digest] of this.#importedReceipts) {
      if (this.#digests.get(key) !== digest) this.#fail(`${key} does not come with its message`);
    }
    this.#importedReceipts.clear();
    if (head) this.#enterHead(head, before, joined, this.imports.checkHead(head));
    else this.#fail('the room changes without its head');
    this.texts.checkComplete();
    for (const row of reacted) this.reactions.enter(row, now);
    this.reactions.checkHead(this.#reactedAt);
  }

  /** A row that is removed without the head must not count any more. */
  #remove(operations: readonly Operation[], now: number): void {
    const keys = operations.map((one) => (one.kind === 'delete' ? one.key : ''));
    const hasMessage = keys.some((key) => key.startsWith('m:'));
    for (const key of keys) {
      if (key.startsWith('m:') && Number(key.slice(2)) >= this.first) {
        this.#fail(`message ${Number(key.slice(2))} is removed, and ${this.first} is the first`);
      }
      if (key.startsWith('i:') && !hasMessage)
        this.#fail(`receipt ${key} is deleted without its message`);
      // A repeated message whose receipt is gone is a new one.
      if (key.startsWith('i:')) this.#receipts.delete(key);
      this.gate.removeBan(key, now);
      if (key === 'head') this.#vanish();
      const id = key.startsWith('c:') ? key.slice(2) : undefined;
      if (id === undefined) continue;
      if (this.connections.get(id)?.isOpen) this.#fail(`open connection ${id} is removed`);
      this.connections.delete(id);
    }
  }

  /** Only an empty room in which nobody has spoken may go, and it is the last of its rows. */
  #vanish(): void {
    const { size } = this.connections;
    if (size > 0) this.#fail(`the room vanishes with ${size} connections, ${this.online} online`);
    if (this.messages.length > 0) this.#fail(`the room vanishes after ${this.seq} messages`);
    this.gate.vanish();
    if (this.#isListed) this.#fail('the room vanishes, and its head says that it is listed');
    this.vanished += 1;
    this.revision = 0;
    this.first = 1;
    this.#moments = [{ seq: 0, online: 0 }];
  }

  #enterHead(
    head: Properties,
    before: { readonly revision: number; readonly seq: number },
    joined: readonly string[],
    isImported: boolean,
  ): void {
    const firstBefore = this.first;
    this.first = Number(head.first);
    if (this.mayErase && this.first === Number(head.seq) + 1) {
      if (this.first > firstBefore) this.erasedTo = this.first - 1;
      this.gate.erase();
    }
    this.#isListed = head.listed === true;
    this.gate.enterHead(head, before.seq, isImported ? 'archive' : joined);
    this.revision = Number(head.revision);
    this.seq = Number(head.seq);
    this.online = Number(head.online);
    if (this.revision !== before.revision + 1) {
      this.#fail(`revision ${this.revision} follows ${before.revision}`);
    }
    if (this.seq !== this.messages.length) {
      this.#fail(`seq is ${this.seq}, and ${this.messages.length} messages are stored`);
    }
    if (Number(head.lastLine) !== this.#lastLine) {
      this.#fail(`the last line is ${this.#lastLine}, and the head says ${head.lastLine}`);
    }
    let rows = 0;
    for (const { isOpen } of this.connections.values()) if (isOpen) rows += 1;
    if (this.online !== rows) this.#fail(`online is ${this.online}, and ${rows} rows are open`);
    if (head.reactedAt !== undefined) this.#reactedAt = Number(head.reactedAt);
    this.#moments[this.revision] = { seq: this.seq, online: this.online };
  }

  #enterConnection(row: Properties, kind: Operation['kind'], now: number): void {
    const id = String(row.connectionId);
    const isOpen = row.open === true;
    if (isOpen) this.gate.checkAdmitted(row.userId, `connection ${id}`, now);
    const known = this.connections.get(id);
    if (known && isOpen) this.#fail(`connection ${id} joins a second time`);
    if (known && kind !== 'replace') this.#fail(`connection ${id} has a row already`);
    this.connections.set(id, { isOpen });
  }

  #enterMessage(row: Properties, now: number): void {
    if (row.userId !== MODERATOR) this.gate.checkAdmitted(row.userId, `message ${row.seq}`, now);
    const message: ChatMessage = {
      seq: Number(row.seq),
      id: String(row.id),
      userId: String(row.userId),
      name: String(row.name),
      text: String(row.text),
      sentAt: Number(row.sentAt),
      ...(row.online === undefined ? {} : { online: Number(row.online) }),
      ...(row.replyTo === undefined ? {} : { replyTo: Number(row.replyTo) }),
      ...(row.edits === undefined ? {} : { edits: Number(row.edits) }),
      ...(row.deletes === undefined ? {} : { deletes: Number(row.deletes) }),
    };
    if (message.seq !== this.messages.length + 1) {
      this.#fail(`message ${message.seq} follows ${this.messages.length}`);
    }
    // The announcement of a removal has no text.
    const earlier = row.deletes === undefined ? this.#seqByText.get(message.text) : undefined;
    // The receipt of a deleted earlier one is deleted, too.
    if (earlier !== undefined && earlier >= this.first) {
      this.#fail(`message ${message.seq} repeats message ${earlier}`);
    }
    this.texts.enterMessage(message);
    this.messages.push(message);
    if (isLine(message)) this.#lastLine = message.seq;
    this.#seqByText.set(message.text, message.seq);
    const receipt = `i:${message.userId}:${message.id}`;
    if (message.edits !== undefined && !this.#receipts.has(receipt)) {
      this.#fail(`message ${message.seq} announces an edit, and has no receipt`);
    }
  }

  /** A message of an archive, with what has become of it there. Numbers that the archive lacks have expired. */
  #import(archived: ArchivedMessage, row: Properties): void {
    const { receipt, deletedBy: _, editedBy: __, reactedBy: ___, ...message } = archived;
    while (this.messages.length < message.seq - 1) {
      const nobody = { id: '', userId: '', name: '', text: '', sentAt: 0 };
      this.messages.push({ seq: this.messages.length + 1, ...nobody });
    }
    this.texts.enterImported(archived);
    this.reactions.enterImported(row);
    this.messages.push(message);
    if (isLine(message)) this.#lastLine = message.seq;
    this.#seqByText.set(message.text, message.seq);
    const digest = receiptDigestOf(archived);
    const end = typeof receipt === 'object' && receipt.kind === 'text' ? ':text' : '';
    if (digest === undefined) return;
    this.#importedReceipts.set(`i:${message.userId}:${message.id}${end}`, digest);
  }

  /** Whether the change of a row is an edit or a removal, or follows from one. */
  #enterChange(row: Properties): boolean {
    if (row.edits !== undefined) this.texts.enterEmptied(row);
    else if (row.deleted === true) this.texts.enterRemoval(row);
    else if (this.texts.isEdit(row)) {
      this.texts.enterEdit(row);
      this.reactions.checkSame(row);
    } else return false;
    return true;
  }

  #enterReceipt(key: string, row: Properties, kind: Operation['kind']): void {
    this.#digests.set(key, String(row.digest));
    // One of a message that is gone may be left.
    if (this.#receipts.has(key) && kind !== 'put') this.#fail(`receipt ${key} is given twice`);
    this.#receipts.set(key, Number(row.seq));
  }

  /** The online number at a revision. Undefined for one that the room never had. */
  momentOf(revision: number): CommitContext | undefined {
    return this.#moments[revision];
  }

  /** An acknowledged message is stored under that number by the time of its acknowledgement. */
  checkAcknowledged(text: string, seq: number): void {
    const stored = this.messages[seq - 1]?.text;
    if (stored !== text) this.#fail(`"${text}" is acknowledged as ${seq}, stored is "${stored}"`);
  }
}
