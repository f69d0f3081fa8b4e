// A table in memory that follows the documented semantics of Azure Table Storage: ETags, all-or-nothing
// transactions of one partition, 100 operations, each row once. It passes the same contract as Azurite.

import {
  type CommitResult,
  MAX_OPERATIONS,
  type Operation,
  type StoredRow,
  type Table,
} from '../../functions/room/table.ts';

export class MemoryTable implements Table {
  readonly #partitions = new Map<string, Map<string, StoredRow>>();
  #lastEtag = 0;

  async get(partition: string, key: string): Promise<StoredRow | undefined> {
    const row = this.#partitions.get(partition)?.get(key);
    // A stored row's keys were checked when it was written.
    if (!row) checkKeys(partition, key);
    return row;
  }

  async list(
    partition: string,
    { from, to, limit, where }: Parameters<Table['list']>[1],
  ): Promise<StoredRow[]> {
    const found: StoredRow[] = [];
    // The simulation lists often, so nothing is copied that does not belong to the answer.
    for (const row of this.#rowsOf(partition).values()) {
      const isInRange = row.key >= from && row.key < to;
      if (isInRange && (where === undefined || row.properties[where] === true)) found.push(row);
    }
    if (found.length > 1) found.sort((a, b) => (a.key < b.key ? -1 : 1));
    return found.length > limit ? found.slice(0, limit) : found;
  }

  /** Whether {@link list} would find a row. At once, and without reading the others. */
  has(partition: string, { from, to }: Pick<Parameters<Table['list']>[1], 'from' | 'to'>): boolean {
    for (const key of this.#rowsOf(partition).keys()) if (key >= from && key < to) return true;
    return false;
  }

  async commit(partition: string, operations: readonly Operation[]): Promise<CommitResult> {
    const rows = this.#rowsOf(partition);
    const keys = operations.map(keyOf);
    const unknown = keys.filter((key) => !rows.has(key));
    if (unknown.length > 0) checkKeys(partition, ...unknown);
    const isOnceEach = keys.length < 2 || new Set(keys).size === keys.length;
    if (operations.length > MAX_OPERATIONS || !isOnceEach) {
      return { ok: false, reason: 'refused', index: -1 };
    }
    if (operations.length > 1 && operations.some((one) => one.kind === 'delete' && one.etag)) {
      throw new Error(
        'unable to delete with an ETag; there are other operations. Commit it alone.',
      );
    }
    for (const [index, operation] of operations.entries()) {
      const reason = conflictOf(operation, rows.get(keyOf(operation)));
      if (reason) return { ok: false, reason, index };
    }
    return { ok: true, etags: operations.map((operation) => this.#write(rows, operation)) };
  }

  #write(rows: Map<string, StoredRow>, operation: Operation): string {
    if (operation.kind === 'delete') {
      rows.delete(operation.key);
      return '';
    }
    const { key, properties } = operation.row;
    const etag = `W/"${++this.#lastEtag}"`;
    // No copy: rows are read-only, and copies of so many shapes are dear.
    rows.set(key, { key, properties, etag });
    return etag;
  }

  #rowsOf(partition: string): Map<string, StoredRow> {
    const known = this.#partitions.get(partition);
    if (known) return known;
    const rows = new Map<string, StoredRow>();
    this.#partitions.set(partition, rows);
    return rows;
  }
}

function keyOf(operation: Operation): string {
  return operation.kind === 'delete' ? operation.key : operation.row.key;
}

function conflictOf(operation: Operation, stored: StoredRow | undefined) {
  switch (operation.kind) {
    case 'insert':
      return stored && 'exists';
    case 'replace':
      if (!stored) return 'missing';
      return stored.etag === operation.etag ? undefined : 'changed';
    case 'put':
      return undefined;
    case 'delete':
      if (!stored) return 'missing';
      return operation.etag === undefined || operation.etag === stored.etag ? undefined : 'changed';
  }
}

/** Source: learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model */
function checkKeys(...keys: readonly string[]): void {
  const bad = keys.find((key) => key.length > 512 || /[/\\#?\p{Cc}]/u.test(key));
  if (bad !== undefined) throw new Error(`unable to use the key ${bad}; storage refuses it.`);
}
