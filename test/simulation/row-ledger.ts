// A record of the rows that a room has, to check the answer of an erase.

import type { Operation } from '../../functions/room/table.ts';

/** Messages, receipts and bans. */
const ERASED_ROW = /^[mib]:/;

export class RowLedger {
  readonly #fail: (claim: string) => void;
  /** By key: the number of the transaction that wrote the row. */
  readonly #rows = new Map<string, number>();
  #transactions = 0;

  constructor(fail: (claim: string) => void) {
    this.#fail = fail;
  }

  enter(operations: readonly Operation[]): void {
    this.#transactions += 1;
    for (const operation of operations) {
      if (operation.kind === 'delete') this.#rows.delete(operation.key);
      else if (ERASED_ROW.test(operation.row.key))
        this.#rows.set(operation.row.key, this.#transactions);
    }
  }

  /** Returns what checks the answer that all is deleted: nothing that was stored at the request is there. */
  expectErased(): () => void {
    const upTo = this.#transactions;
    return () => {
      const left = [...this.#rows].find(([, writtenBy]) => writtenBy <= upTo);
      if (left) this.#fail(`the room is reported erased, and ${left[0]} is stored`);
    };
  }
}
