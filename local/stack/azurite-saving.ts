// Saves Azurite's tables piece by piece. Azurite makes one JSON text of all tables every five seconds, and answers nobody
// meanwhile: with 100,000 messages a third of a second. The file has the same name and contents, so plain Azurite reads it.
// A save shares its rows with the tables, which go on meanwhile. Only a row that is removed during it is copied.
// Source: lokijs 1.5.12, `LokiFsAdapter`, `Collection.remove` and `Loki.saveDatabaseInternal` ("incremental" mode).

import { open, rename, rm } from 'node:fs/promises';

/** Rows are not changed in place, but lose `$loki` and `meta` when they are removed. */
type Row = object;

/** The used part of LokiJS's collection. */
interface Collection {
  readonly data: readonly Row[];
  readonly binaryIndices: Readonly<Record<string, { readonly values: readonly number[] }>>;
}

interface Database {
  readonly collections: readonly Collection[];
  serializeReplacer(this: void, key: string, value: unknown): unknown;
}

type Callback = (error?: unknown) => void;

/** The used part of LokiJS's adapter of the file system. */
interface FileAdapter {
  mode?: string;
  saveDatabase: (path: string, copy: () => Database, callback: Callback) => void;
}

/** The used part of LokiJS. */
export interface Loki {
  readonly Collection: { readonly prototype: { remove(row: Row | number): unknown } };
  readonly LokiFsAdapter: { readonly prototype: FileAdapter };
}

/** Rows that were removed while they were saved, as they were before. */
type Removed = Map<Row, Row>;

const ROWS_AT_A_TIME = 500;

/**
 * @param loki changed in place
 * @param onSaved called after each save, with the error of one that failed. A failed save is tried again five seconds later
 */
export function saveInPieces(loki: Loki, onSaved: (failure?: unknown) => void = () => {}): void {
  const underWay = new Set<Removed>();
  const { prototype: collection } = loki.Collection;
  const { remove } = collection;
  collection.remove = function (row) {
    if (typeof row === 'object') for (const removed of underWay) removed.set(row, { ...row });
    return remove.call(this, row);
  };
  const { prototype: adapter } = loki.LokiFsAdapter;
  // In this mode the adapter gets a copy of the database instead of a text, and changes during a save are saved next time.
  adapter.mode = 'incremental';
  adapter.saveDatabase = (path, copy, callback) => {
    const database = copy();
    const removed: Removed = new Map();
    underWay.add(removed);
    save(path, toPieces(database, database.collections.map(snapshotOf), removed))
      .finally(() => underWay.delete(removed))
      .then(
        () => {
          onSaved();
          callback();
        },
        (error) => {
          onSaved(error);
          callback(error);
        },
      );
  };
}

/** The copy has lists of its own, but shares rows and indices with the database, which goes on. */
function snapshotOf(collection: Collection): Collection {
  const indices = Object.entries(collection.binaryIndices).map(([name, index]) => {
    return [name, { ...index, values: index.values.slice() }] as const;
  });
  return { ...collection, binaryIndices: Object.fromEntries(indices) };
}

async function save(path: string, pieces: Iterable<string>): Promise<void> {
  const draft = `${path}~`;
  try {
    const file = await open(draft, 'w');
    try {
      for (const piece of pieces) await file.writeFile(piece);
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    // On a full disk it would take the place that others need. It may not even be there.
    await rm(draft, { force: true }).catch(() => {});
    throw error;
  }
}

/** The JSON text that LokiJS makes of a database, in pieces that take a few milliseconds each. */
function* toPieces(
  database: Database,
  collections: readonly Collection[],
  removed: Removed,
): Generator<string> {
  const toText = (value: unknown) => JSON.stringify(value, database.serializeReplacer);
  // No string contains it: a quote in a string is written with a backslash.
  const [start, end] = cut(toText({ ...database, collections: [] }), '"collections":[]');
  yield start;
  for (const [at, collection] of collections.entries()) {
    const { data } = collection;
    const [before, after] = cut(toText({ ...collection, data: [], dirtyIds: [] }), '"data":[]');
    yield `${at === 0 ? '' : ','}${before}`;
    for (let first = 0; first < data.length; first += ROWS_AT_A_TIME) {
      const rows = data.slice(first, first + ROWS_AT_A_TIME);
      const text = toText(rows.map((row) => removed.get(row) ?? row));
      yield `${first === 0 ? '' : ','}${text.slice(1, -1)}`;
    }
    yield after;
  }
  yield end;
}

/** Both parts of the text, without the bracket pair of the empty list between them. */
function cut(text: string, emptyList: string): [string, string] {
  const at = text.indexOf(emptyList) + emptyList.length - 1;
  return [text.slice(0, at), text.slice(at)];
}
