// What the room log needs of a table: atomic changes to the rows of one partition. Nothing here knows which storage it is.
// `azure-table.ts` is Table Storage, and tests have others.

/** Maximum number of operations in one transaction, including the head row. */
export const MAX_OPERATIONS = 100;

/**
 * Maximum length of a row key: 1 KiB of UTF-16.
 * Source: learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model
 */
export const MAX_KEY_LENGTH = 512;

/** The value of a property. Integers beyond 32 bits are stored as Int64 and read as numbers. */
export type Property = string | number | boolean;

/** One row of a partition. `key` is its row key. */
export interface Row {
  readonly key: string;
  readonly properties: Readonly<Record<string, Property>>;
}

export interface StoredRow extends Row {
  readonly etag: string;
}

export type Operation =
  /** Fails with `exists` if there is such a row. */
  | { readonly kind: 'insert'; readonly row: Row }
  /** Fails with `changed` if the row has another ETag, with `missing` if there is none. */
  | { readonly kind: 'replace'; readonly row: Row; readonly etag: string }
  /** Inserts or replaces the row. */
  | { readonly kind: 'put'; readonly row: Row }
  /**
   * Fails with `missing` if there is no such row, and with `changed` if the row has another ETag than the given one. A deletion
   * with an ETag is the only operation of its commit, because a transaction of @azure/data-tables 13 deletes unconditionally.
   */
  | { readonly kind: 'delete'; readonly key: string; readonly etag?: string };

export type CommitResult =
  /** All operations took effect. `etags` has one entry for each, in their order, empty for a deletion. */
  | { readonly ok: true; readonly etags: readonly string[] }
  /** None took effect, because of the operation at `index` (-1 if unknown). */
  | {
      readonly ok: false;
      readonly reason: 'exists' | 'changed' | 'missing' | 'refused';
      readonly index: number;
    };

/** One table. Every method may throw {@link TableUnavailable}, and then the outcome is unknown. */
export interface Table {
  get(partition: string, key: string): Promise<StoredRow | undefined>;
  /** Rows with `from` <= key < `to`, in key order, at most `limit`. */
  list(partition: string, range: Range): Promise<StoredRow[]>;
  /** An entity-group transaction: all operations or none. At most {@link MAX_OPERATIONS}, each row once. */
  commit(partition: string, operations: readonly Operation[]): Promise<CommitResult>;
}

export interface Range {
  readonly from: string;
  readonly to: string;
  readonly limit: number;
  /** Only rows whose property of this name is true. */
  readonly where?: string;
}

/** Storage did not answer, or was busy. The request may or may not have taken effect. */
export class TableUnavailable extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'TableUnavailable';
  }
}
