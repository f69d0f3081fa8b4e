// Azurite, Microsoft's emulator of Azure Storage, as a child process. It stores the tables on a developer's machine.

import { join } from 'node:path';
import { ROOT } from '../root.ts';
import { MEMORY_OPTIONS } from './azurite-memory.ts';
import { type Child, startChild } from './child.ts';
import { LOOPBACK } from './ports.ts';

/** The development account that all storage emulators share. Source: learn.microsoft.com/azure/storage/common/storage-use-azurite. */
const ACCOUNT = 'devstoreaccount1';
const ACCOUNT_KEY =
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

export interface AzuriteOptions {
  /** 0 for any free port. */
  readonly tablePort: number;
  /** The folder of the tables. Without it they are in memory. */
  readonly folder?: string;
  /** If given, the blob service runs, too. The Functions host stores locks in blobs. */
  readonly blobPort?: number;
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
}

export interface Azurite {
  readonly child: Child;
  /** e.g. `http://127.0.0.1:10002/devstoreaccount1` */
  readonly tableEndpoint: string;
  readonly connectionString: string;
  /** Saves the tables and ends the process. */
  stop(): Promise<void>;
}

/** Resolves when Azurite listens. */
export async function startAzurite(options: AzuriteOptions): Promise<Azurite> {
  const child = startAzuriteProcess(options);
  const { port, blobPort } = await child.ready;
  return {
    child,
    tableEndpoint: toEndpoint(Number(port)),
    connectionString: toStorageConnectionString(
      Number(port),
      blobPort === undefined ? undefined : Number(blobPort),
    ),
    stop: () => child.stop(),
  };
}

/** Does not wait for the start. For callers that know the ports and start other parts at the same time. */
export function startAzuriteProcess(options: AzuriteOptions): Child {
  const args = ['--port', String(options.tablePort)];
  if (options.folder !== undefined) args.push('--data', options.folder);
  if (options.blobPort !== undefined) args.push('--blob-port', String(options.blobPort));
  // AZURITE_ACCOUNTS would replace the account whose key the connection string holds.
  const { AZURITE_ACCOUNTS: _, ...env } = process.env;
  return startChild({
    name: 'azurite',
    module: join(ROOT, 'local/stack/azurite-process.ts'),
    args,
    nodeOptions: MEMORY_OPTIONS,
    env,
    onLine: options.onLine ?? (() => undefined),
  });
}

/**
 * With Azurite's own account and key, which are public.
 * Source: learn.microsoft.com/azure/storage/common/storage-use-azurite
 */
export function toStorageConnectionString(tablePort: number, blobPort?: number): string {
  const blobs = blobPort === undefined ? '' : `BlobEndpoint=${toEndpoint(blobPort)};`;
  return `DefaultEndpointsProtocol=http;AccountName=${ACCOUNT};AccountKey=${ACCOUNT_KEY};${blobs}TableEndpoint=${toEndpoint(tablePort)};`;
}

function toEndpoint(port: number): string {
  return `http://${LOOPBACK}:${port}/${ACCOUNT}`;
}
