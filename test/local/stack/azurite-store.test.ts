// The adjustments of Azurite's store: the same answers and the same file, from fewer rows read, without a long pause.

import { mkdir, mkdtemp, readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import {
  type QueryGenerator,
  type Row,
  speedUpLookups,
  toKeyCheck,
} from '../../../local/stack/azurite-lookups.ts';
import { saveInPieces } from '../../../local/stack/azurite-saving.ts';

/** The used part of Azurite's store, and of LokiJS below it. */
interface Store {
  init(): Promise<void>;
  close(): Promise<void>;
  createTable(context: object, table: object): Promise<void>;
  insertTableEntity(context: object, table: string, account: string, row: object): Promise<void>;
  deleteTableEntity(
    context: object,
    table: string,
    account: string,
    partition: string,
    row: string,
    etag: string,
    batch: string,
  ): Promise<void>;
  insertOrUpdateTableEntity(
    context: object,
    table: string,
    account: string,
    row: object,
  ): Promise<void>;
  queryTableEntities(
    context: object,
    account: string,
    table: string,
    options: { readonly filter: string },
  ): Promise<[Row[]]>;
  queryTableEntitiesWithPartitionAndRowKey(
    context: object,
    table: string,
    account: string,
    partition: string,
    row: string,
  ): Promise<Row | null>;
  readonly db: {
    serialize(): string;
    autosaveDisable(): void;
    saveDatabase(callback: (error?: unknown) => void): void;
  };
}

const require = createRequire(import.meta.url);
const PERSISTENCE = 'azurite/dist/src/table/persistence';

/** Azurite's own modules, loaded anew: what one test changes is not changed in another. */
function loadAzurite() {
  jest.resetModules();
  const at = (path: string) => require.resolve(path);
  const load = createRequire(at('azurite/dist/src/table/TableServer.js'));
  const lokijs = load('lokijs');
  const generator: QueryGenerator = load(
    at(`${PERSISTENCE}/LokiTableStoreQueryGenerator.js`),
  ).default;
  const StoreClass: new (path: string, inMemory: boolean) => Store = load(
    at(`${PERSISTENCE}/LokiTableMetadataStore.js`),
  ).default;
  return { lokijs, generator, StoreClass };
}

const ACCOUNT = 'a';
const TABLE = 'chat';

async function openStore(StoreClass: new (path: string, inMemory: boolean) => Store, path = '') {
  const store = new StoreClass(path, path === '');
  await store.init();
  return store;
}

/** How many row keys were read. */
let read = 0;
beforeEach(() => {
  read = 0;
});

const toRow = (PartitionKey: string, key: string) => ({
  PartitionKey,
  get RowKey() {
    read += 1;
    return key;
  },
  properties: {},
});
const plainRow = (PartitionKey: string, RowKey: string) => ({
  PartitionKey,
  RowKey,
  properties: { text: 'a "quoted" [] text' },
  eTag: 'W/"1"',
});
const keyOf = (n: number) => `m:${String(n).padStart(16, '0')}`;
const ROWS = 200;

async function fill(store: Store, toOne: (partition: string, key: string) => object) {
  await store.createTable({}, { account: ACCOUNT, table: TABLE });
  for (let n = 0; n < ROWS; n += 1) {
    await store.insertTableEntity({}, TABLE, ACCOUNT, toOne('lobby', keyOf(n)));
    await store.insertTableEntity({}, TABLE, ACCOUNT, toOne(`room-${n}`, 'head'));
  }
}

describe('a look-up', () => {
  const find = (store: Store, partition: string, key: string) =>
    store.queryTableEntitiesWithPartitionAndRowKey({}, TABLE, ACCOUNT, partition, key);

  test('reads few rows, of a large room as of many rooms', async () => {
    const { lokijs, generator, StoreClass } = loadAzurite();
    speedUpLookups(lokijs.Collection, generator);
    const store = await openStore(StoreClass);
    await fill(store, toRow);
    for (const [partition, key] of [
      ['lobby', keyOf(ROWS / 2)],
      [`room-${ROWS / 2}`, 'head'],
    ] as const) {
      read = 0;
      expect(await find(store, partition, key)).toMatchObject({ PartitionKey: partition });
      // Two binary searches.
      expect(read).toBeLessThan(100);
    }
    expect(await find(store, 'lobby', 'head')).toBeNull();
  });

  test('walks the partition in Azurite as it is: once this fails, azurite-lookups.ts can go', async () => {
    const store = await openStore(loadAzurite().StoreClass);
    await fill(store, toRow);
    read = 0;
    await find(store, 'lobby', keyOf(ROWS - 1));
    expect(read).toBeGreaterThanOrEqual(ROWS);
  });
});

describe('a query', () => {
  // Azurite as it is, and adjusted. A query changes nothing in them.
  const stores: Store[] = [];
  beforeAll(async () => {
    for (const isFast of [false, true]) {
      const { lokijs, generator, StoreClass } = loadAzurite();
      if (isFast) speedUpLookups(lokijs.Collection, generator);
      const store = await openStore(StoreClass);
      await fill(store, plainRow);
      await store.insertTableEntity({}, TABLE, ACCOUNT, plainRow("it's", 'one'));
      stores.push(store);
    }
  });

  test.each([
    ["PartitionKey eq 'lobby' and RowKey ge 'm:' and RowKey lt 'm:~'", ROWS],
    [`PartitionKey eq 'lobby' and RowKey ge '${keyOf(7)}' and RowKey lt '${keyOf(9)}'`, 2],
    ["PartitionKey eq 'lobby' and RowKey ge '' and RowKey lt '~' and open eq true", 0],
    ["PartitionKey eq 'it''s' and RowKey ge '' and RowKey lt '~'", 1],
    ["RowKey eq 'head'", ROWS],
    ["PartitionKey eq 'nowhere' or RowKey eq 'head'", ROWS],
    ["PartitionKey eq 'nowhere' and RowKey ge 'a' or RowKey eq 'head'", ROWS],
    ["not (PartitionKey eq 'lobby')", ROWS + 1],
  ])('has the same rows as before: %s', async (filter, count) => {
    const results: Row[][] = [];
    for (const store of stores) {
      const [rows] = await store.queryTableEntities({}, ACCOUNT, TABLE, { filter });
      results.push(rows.map(({ PartitionKey, RowKey }) => ({ PartitionKey, RowKey })));
    }
    expect(results[1]).toHaveLength(count);
    expect(results[1]).toEqual(results[0]);
  });

  test('of a range asks the interpreter only for rows in it', () => {
    const check = toKeyCheck("PartitionKey eq 'a' and RowKey ge 'm:2' and RowKey lt 'm:4'");
    const keys = ['m:1', 'm:2', 'm:3', 'm:4'];
    expect(keys.filter((RowKey) => check({ PartitionKey: 'a', RowKey }))).toEqual(['m:2', 'm:3']);
    expect(check({ PartitionKey: 'b', RowKey: 'm:3' })).toBe(false);
  });
});

describe('a save', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'azurite-store-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const save = (store: Store) =>
    new Promise<void>((resolve, reject) => {
      store.db.saveDatabase((error) => (error ? reject(error) : resolve()));
    });

  /** What LokiJS reads of a file. */
  const partsOf = (text: string) => {
    const { collections, ...database } = JSON.parse(text);
    return {
      version: database.databaseVersion,
      collections: collections.map(
        ({ name, data, idIndex, binaryIndices, maxId }: Record<string, unknown>) => {
          return { name, data, idIndex, binaryIndices, maxId };
        },
      ),
    };
  };

  test('writes what plain LokiJS writes, and plain Azurite reads it', async () => {
    const path = join(folder, 'tables.json');
    const { lokijs, StoreClass } = loadAzurite();
    saveInPieces(lokijs);
    const store = await openStore(StoreClass, path);
    await fill(store, plainRow);
    await save(store);
    expect(partsOf(await readFile(path, 'utf8'))).toEqual(partsOf(store.db.serialize()));
    await store.close();

    const again = await openStore(loadAzurite().StoreClass, path);
    const filter = "PartitionKey eq 'lobby'";
    const [rows] = await again.queryTableEntities({}, ACCOUNT, TABLE, { filter });
    expect(rows).toHaveLength(ROWS);
    expect(rows[7]).toMatchObject(plainRow('lobby', keyOf(7)));
    await again.close();
  });

  test('is of one moment, and what changes meanwhile is in the next one', async () => {
    const path = join(folder, 'moment.json');
    const { lokijs, StoreClass } = loadAzurite();
    saveInPieces(lokijs);
    const store = await openStore(StoreClass, path);
    await fill(store, plainRow);
    const before = partsOf(store.db.serialize());
    const saving = save(store);
    await store.insertTableEntity({}, TABLE, ACCOUNT, plainRow('lobby', 'late'));
    await store.deleteTableEntity({}, TABLE, ACCOUNT, 'lobby', keyOf(3), '*', '');
    const changed = { ...plainRow('lobby', keyOf(5)), properties: { text: 'new' } };
    await store.insertOrUpdateTableEntity({}, TABLE, ACCOUNT, changed);
    await saving;
    expect(partsOf(await readFile(path, 'utf8'))).toEqual(before);
    await store.close();
    const after = await readFile(path, 'utf8');
    expect(after).toContain('"late"');
    expect(after).toContain('"new"');
    const rowsOf = (text: string) =>
      partsOf(text).collections.map(({ data }: { readonly data: object[] }) => data);
    expect(rowsOf(after)).toEqual(rowsOf(store.db.serialize()));
  });

  test('begins without a copy of the rows, which would take as much memory again', async () => {
    const { lokijs, StoreClass } = loadAzurite();
    saveInPieces(lokijs);
    const store = await openStore(StoreClass, join(folder, 'copies.json'));
    await fill(store, toRow);
    read = 0;
    const saving = save(store);
    expect(read).toBe(0);
    await saving;
    expect(read).toBe(2 * ROWS);
    await store.close();
  });

  test('that fails says so', async () => {
    const path = join(folder, 'gone', 'tables.json');
    const { lokijs, StoreClass } = loadAzurite();
    saveInPieces(lokijs);
    const store = new StoreClass(path, false);
    await expect(store.init()).rejects.toMatchObject({ code: 'ENOENT' });
    store.db.autosaveDisable();
  });

  test('16.9: that fails is reported, leaves no draft, and is made good by the next one', async () => {
    const path = join(folder, 'full', 'tables.json');
    await mkdir(join(folder, 'full'));
    const { lokijs, StoreClass } = loadAzurite();
    const outcomes: unknown[] = [];
    saveInPieces(lokijs, (failure) =>
      outcomes.push(failure === undefined ? 'saved' : Object(failure).code),
    );
    const store = await openStore(StoreClass, path);
    await store.createTable({}, { account: ACCOUNT, table: TABLE });
    outcomes.length = 0;
    await store.insertTableEntity({}, TABLE, ACCOUNT, plainRow('lobby', 'late'));
    // A folder in the way of the draft fails a save as a full disk does.
    await mkdir(`${path}~`);
    await expect(save(store)).rejects.toMatchObject({ code: 'EISDIR' });
    await rmdir(`${path}~`);
    await save(store);
    expect(outcomes).toEqual(['EISDIR', 'saved']);
    expect(await readFile(path, 'utf8')).toContain('"late"');
    expect(await readdir(join(folder, 'full'))).toEqual(['tables.json']);
    await store.close();
  });
});
