// The process of Azurite: its table service, and on demand its blob service, without its command line. Azurite's command line
// loses the writes of the last seconds on SIGTERM (only SIGINT and a "shutdown" message save them), does not print the port that
// it got for port 0, outlives its parent and loads telemetry.
// Source: azurite 3.35.0, dist/src/table/main.js and dist/src/table/persistence/LokiTableMetadataStore.js.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '../command.ts';
import { FolderRefused, makeFolder } from '../make-folder.ts';
import { type QueryGenerator, speedUpLookups } from './azurite-lookups.ts';
import { growSlowly } from './azurite-memory.ts';
import { type Loki, saveInPieces } from './azurite-saving.ts';
import { leaveOutUnused } from './azurite-unused.ts';
import { lockFolder } from './data-lock.ts';
import { setEmptyTablesAside } from './empty-tables.ts';
import { LOOPBACK } from './ports.ts';
import { SavingReport } from './saving-report.ts';

/** The used part of Azurite's `ServerBase`. Azurite has no types. */
interface AzuriteServer {
  start(): Promise<void>;
  /** Also saves the tables to disk. */
  close(): Promise<void>;
  getHttpServerAddress(): string;
}
interface AzuriteModule {
  readonly default: new (...args: readonly unknown[]) => unknown;
}

const require = createRequire(import.meta.url);

function load(path: string): AzuriteModule['default'] {
  const module: AzuriteModule = withoutMaps(() => require(`azurite/dist/src/${path}.js`));
  return module.default;
}

/** Otherwise Node reads the source map of each file that it loads, a tenth of Azurite's start. */
function withoutMaps<Result>(load: () => Result): Result {
  process.setSourceMapsEnabled(false);
  try {
    return load();
  } finally {
    process.setSourceMapsEnabled(true);
  }
}

/** Before the first server is made, and after the unused libraries are left out. */
function adjustStore(saving: SavingReport | undefined): void {
  const requireForTables = createRequire(require.resolve('azurite/dist/src/table/TableServer.js'));
  const lokijs = withoutMaps(() => requireForTables('lokijs'));
  const generator: unknown = load('table/persistence/LokiTableStoreQueryGenerator');
  speedUpLookups(lokijs.Collection, generator as QueryGenerator);
  saveInPieces(lokijs as Loki, (failure) => saving?.note(failure));
}

/** The file name of Azurite's command line, so that each can open the other's folder. */
function toTablesPath(folder: string): string {
  return join(folder, '__azurite_db_table__.json');
}

function createTableServer(port: number, folder: string | undefined): AzuriteServer {
  const Configuration = load('table/TableConfiguration');
  const Server = load('table/TableServer');
  const configuration = new Configuration(
    LOOPBACK,
    port,
    undefined, // keepAliveTimeout: Azurite's default
    folder === undefined ? '' : toTablesPath(folder),
    false, // enableDebugLog
    false, // enableAccessLog
    undefined, // accessLogWriteStream
    undefined, // debugLogFilePath
    false, // loose
    true, // skipApiVersionCheck: the SDK may be newer than Azurite
    '', // cert
    '', // key
    '', // pwd
    undefined, // oauth
    false, // disableProductStyleUrl
    folder === undefined, // isMemoryPersistence
  );
  return new Server(configuration) as AzuriteServer;
}

/** Always in memory, because the Functions host stores only its locks there. */
function createBlobServer(port: number): AzuriteServer {
  const Configuration = load('blob/BlobConfiguration');
  const Server = load('blob/BlobServer');
  const configuration = new Configuration(
    LOOPBACK,
    port,
    undefined, // keepAliveTimeout
    '', // metadataDBPath
    '', // extentDBPath
    [], // persistencePathArray
    false, // enableAccessLog
    undefined, // accessLogWriteStream
    false, // enableDebugLog
    undefined, // debugLogFilePath
    true, // loose
    true, // skipApiVersionCheck
    '', // cert
    '', // key
    '', // pwd
    undefined, // oauth
    false, // disableProductStyleUrl
    true, // isMemoryPersistence
  );
  return new Server(configuration) as AzuriteServer;
}

async function start(server: AzuriteServer, port: number, folder?: string): Promise<number> {
  try {
    await server.start();
  } catch (error) {
    throw startError(error, port, folder);
  }
  return Number(new URL(server.getHttpServerAddress()).port);
}

function startError(error: unknown, port: number, folder: string | undefined): Error {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return new Error(
      `unable to start Azurite; port ${port} is taken. Stop the program that uses it, or choose another with --table-port N (0 for any).`,
    );
  }
  if (code === undefined && folder !== undefined) {
    return new Error(
      `unable to read the tables kept in ${folder}; ${messageOf(error)}. Move that folder away, or choose another with --data DIR.`,
    );
  }
  return new Error(`unable to start Azurite; ${messageOf(error)}.`);
}

async function takeFolder(folder: string): Promise<() => Promise<void>> {
  try {
    await makeFolder(folder);
    return await lockFolder(folder);
  } catch (error) {
    if (error instanceof Error && !('code' in error || error instanceof FolderRefused)) throw error;
    throw new Error(
      `unable to keep tables in ${folder}; ${messageOf(error)}. Choose a folder that can be written to with --data DIR, or keep nothing with --ephemeral.`,
    );
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      data: { type: 'string' },
      'blob-port': { type: 'string' },
    },
  });
  const release = values.data === undefined ? undefined : await takeFolder(values.data);
  if (values.data !== undefined) {
    const loss = await setEmptyTablesAside(toTablesPath(values.data), new Date());
    if (loss !== undefined) console.error(loss);
  }
  growSlowly();
  leaveOutUnused();
  const saving =
    values.data === undefined ? undefined : new SavingReport(values.data, console.error);
  adjustStore(saving);
  const servers: AzuriteServer[] = [];
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await Promise.allSettled(servers.map((server) => server.close()));
    const loss = saving?.end();
    if (loss !== undefined) {
      console.error(loss);
      process.exitCode = 1;
    }
    await release?.();
    process.exit();
  };
  const stopOrFail = () => {
    stop().catch(fail);
  };
  process.on('SIGTERM', stopOrFail).on('SIGINT', stopOrFail).on('disconnect', stopOrFail);

  const tables = createTableServer(Number(values.port), values.data);
  try {
    const port = await start(tables, Number(values.port), values.data);
    servers.push(tables);
    let blobPort: number | undefined;
    if (values['blob-port'] !== undefined) {
      const blobs = createBlobServer(Number(values['blob-port']));
      blobPort = await start(blobs, Number(values['blob-port']));
      servers.push(blobs);
    }
    process.send?.({ ready: true, port, blobPort });
  } catch (error) {
    process.exitCode = 1;
    console.error(messageOf(error));
    await stop();
  }
}

function fail(error: unknown): never {
  console.error(messageOf(error));
  process.exit(1);
}

main().catch(fail);
