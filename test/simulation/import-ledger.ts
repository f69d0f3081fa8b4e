// A record of imports: which messages of an archive the room has, and whether they are as the archive says.

import { isDeepStrictEqual } from 'node:util';
import type { ArchivedMessage } from '../../functions/protocol.ts';
import { IMPORTING } from '../../functions/room/change.ts';
import { digestOf, editDigestOf } from '../../functions/room/rows.ts';
import type { Property } from '../../functions/room/table.ts';
import type { Archive } from './archive.ts';

type Properties = Readonly<Record<string, Property>>;

export interface ImportLedgerNeeds {
  readonly fail: (claim: string) => void;
  /** Takes a message of the archive. `row` is what is stored. */
  readonly take: (message: ArchivedMessage, row: Properties) => void;
}

export class ImportLedger {
  readonly #needs: ImportLedgerNeeds;
  #archive: Archive | undefined;
  #next = 0;
  /** Whether the transaction that is entered has messages of the archive. */
  #hasImported = false;
  #closed: string | undefined;

  constructor(needs: ImportLedgerNeeds) {
    this.#needs = needs;
  }

  begin(archive: Archive): void {
    this.#archive = archive;
    this.#next = 0;
  }

  /** What is missing of the archive from number `first` on. Undefined if nothing is. */
  incomplete(first: number): string | undefined {
    const { messages = [], facts } = this.#archive ?? {};
    // What is below was erased: nobody can say what it was.
    const left = messages.slice(this.#next).filter(({ seq }) => seq >= first).length;
    if (left > 0) return `${left} of ${messages.length} messages are missing`;
    const isWhole = this.#next === messages.length && this.#closed !== undefined;
    const isRight = this.#closed === (facts?.closed ?? '');
    return isWhole && !isRight ? `the room is "${this.#closed}"` : undefined;
  }

  /** A message's row comes in a commit that replaces what is there. */
  enter(row: Properties, closedBefore: string, seqBefore: number): void {
    const { fail, take } = this.#needs;
    // A removal by a moderator took a number, and an erase made it nobody's.
    while (
      !this.#hasImported &&
      (this.#archive?.messages[this.#next]?.seq ?? seqBefore + 1) <= seqBefore
    )
      this.#next += 1;
    const expected = this.#archive?.messages[this.#next];
    const isBegin = seqBefore === 0;
    if (!isBegin && !this.#hasImported && closedBefore !== IMPORTING) {
      fail(`message ${row.seq} is imported into a room with ${seqBefore} messages`);
    }
    if (expected === undefined || expected.seq !== row.seq) {
      fail(`message ${row.seq} is imported, and ${expected?.seq} is the next one`);
      return;
    }
    for (const name of COMPARED) {
      if (expected[name] !== row[name]) fail(`${name} of the imported ${row.seq} is ${row[name]}`);
    }
    const reactions = row.reactions === undefined ? [] : JSON.parse(String(row.reactions));
    if (!isDeepStrictEqual(reactions, expected.reactedBy ?? [])) {
      fail(`the imported ${row.seq} has ${reactions.length} reactions`);
    }
    this.#next += 1;
    this.#hasImported = true;
    take(expected, row);
  }

  /**
   * The head of a commit. While messages are missing, nobody may take one of their numbers. Returns whether it is one of the
   * import: then the creator is the archive's.
   */
  checkHead({ closed, activeAt, first, creator = '' }: Properties): boolean {
    if (!this.#hasImported) return false;
    this.#hasImported = false;
    this.#closed = String(closed);
    const { messages = [], facts } = this.#archive ?? {};
    if (this.#next < messages.length && closed !== IMPORTING) {
      this.#needs.fail(`${this.#next} of ${messages.length} are imported, and the room is open`);
    }
    const oldest = messages[0]?.seq ?? 0;
    if (Number(first) < oldest) this.#needs.fail(`the room begins at ${first}, not at ${oldest}`);
    if (facts && activeAt !== facts.activeAt) {
      this.#needs.fail(`the room was active at ${activeAt}, not at ${facts.activeAt}`);
    }
    const expected = facts?.creator ?? '';
    if (creator !== expected) {
      this.#needs.fail(`the imported room's creator is "${creator}", not "${expected}"`);
    }
    return true;
  }
}

/** The digest in the message's receipt. Undefined if it has none. */
export function receiptDigestOf({ receipt, text, edits }: ArchivedMessage): string | undefined {
  if (receipt === 'none') return undefined;
  const own = edits === undefined ? digestOf([text]) : editDigestOf(edits, text);
  return receipt?.digest ?? own;
}

const COMPARED = [
  'id',
  'userId',
  'name',
  'text',
  'sentAt',
  'online',
  'edits',
  'editedAt',
  'editedBy',
  'deletes',
  'deleted',
  'deletedBy',
] as const;
