// Saves Azurite's tables piece by piece. Azurite makes one JSON text of all tables every five seconds, and answers nobody
// meanwhile: with 100,000 messages a third of a second. The file has the same name and contents, so plain Azurite reads it.
// Source: lokijs 1.5.12, `LokiFsAdapter` and `Loki.saveDatabaseInternal` ("incremental" mode).

import { open, rename, rm } from 'node:fs/promises';

/** The used part of LokiJS's collection. Rows are never changed in place, but lose `$loki` and `meta` when they are removed. */
interface Collection {
  readonly data: readonly object[];
  readonly binaryIndices: Readonly<Record<string, { readonly values: readonly number[] }>>;
}

interface Database {
  readonly collections: readonly Collection[];
  serializeReplacer(this: void, key: string, value: unknown): unknown;
}

type Callback = (error?: unknown) => void;

/** The used part of LokiJS's adapter of the file system. */
export interface FileAdapter {
  mode?: string;
  saveDatabase: (path: string, copy: () => Database, callback: Callback) => void;
}

const ROWS_AT_A_TIME = 500;

/**
 * @param adapters changed in place
 * @param onSaved called after each save, with the error of one that failed. A failed save is tried again five seconds later
 */
export function saveInPieces(
  adapters: { readonly prototype: FileAdapter },
  onSaved: (failure?: unknown) => void = () => {},
): void {
  // In this mode the adapter gets a copy of the database instead of a text, and changes during a save are saved next time.
  adapters.prototype.mode = 'incremental';
  adapters.prototype.saveDatabase = (path, copy, callback) => {
    const database = copy();
    save(path, database, database.collections.map(snapshotOf)).then(
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

/** The copy shares its rows and indices with the database, which goes on. */
function snapshotOf(collection: Collection): Collection {
  const indices = Object.entries(collection.binaryIndices).map(([name, index]) => {
    return [name, { ...index, values: index.values.slice() }] as const;
  });
  return {
    ...collection,
    data: collection.data.map((row) => ({ ...row })),
    binaryIndices: Object.fromEntries(indices),
  };
}

async function save(
  path: string,
  database: Database,
  collections: readonly Collection[],
): Promise<void> {
  const draft = `${path}~`;
  try {
    const file = await open(draft, 'w');
    try {
      for (const piece of toPieces(database, collections)) await file.writeFile(piece);
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
function* toPieces(database: Database, collections: readonly Collection[]): Generator<string> {
  const toText = (value: unknown) => JSON.stringify(value, database.serializeReplacer);
  // No string contains it: a quote in a string is written with a backslash.
  const [start, end] = cut(toText({ ...database, collections: [] }), '"collections":[]');
  yield start;
  for (const [at, collection] of collections.entries()) {
    const { data } = collection;
    const [before, after] = cut(toText({ ...collection, data: [], dirtyIds: [] }), '"data":[]');
    yield `${at === 0 ? '' : ','}${before}`;
    for (let first = 0; first < data.length; first += ROWS_AT_A_TIME) {
      const rows = toText(data.slice(first, first + ROWS_AT_A_TIME));
      yield `${first === 0 ? '' : ','}${rows.slice(1, -1)}`;
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
