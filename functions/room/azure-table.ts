// Azure Table Storage as the table of the room log. The only file that knows the packages of Table Storage.
// Limits and status codes: learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions

import { randomUUID } from 'node:crypto';
import type { HttpClient, RestError } from '@azure/core-rest-pipeline';
import type { TableClient, TableEntityResultPage } from '@azure/data-tables';
import { openCredential } from '../credential.ts';
import type { StorageSettings } from '../settings.ts';
import {
  type CommitResult,
  type Operation,
  type Property,
  type Range,
  type StoredRow,
  type Table,
  TableUnavailable,
} from './table.ts';
import {
  fromTransactionAnswer,
  type TransactionOperation,
  toTransactionText,
} from './transaction-text.ts';

type Conflict = Extract<CommitResult, { ok: false }>;

/**
 * A table of another letter case has the name. Azure takes both names for one table. Azurite refuses to create the second, and
 * does not find it.
 */
class TableNameTaken extends Error {
  constructor(name: string) {
    super(`a table exists whose name differs from ${name} in letter case only`);
    this.name = 'TableNameTaken';
  }
}

// Time limit of a request. After it the outcome is unknown, and the caller retries.
const REQUEST_TIMEOUT_MS = 10_000;

interface Opened {
  readonly client: TableClient;
  /** Sends the operations as one request, signed and logged as the client's own ones. Throws the client's errors. */
  transact(
    partition: string,
    operations: readonly TransactionOperation[],
  ): Promise<readonly (string | undefined)[]>;
}

/** Opens the table of that name. The first request creates it if it is missing. */
export function openTable(storage: StorageSettings, name: string): Table {
  let opened: Promise<Opened> | undefined;
  const open = () => {
    opened ??= openClient(storage, name).catch((error) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
  const request = async <T>(run: (opened: Opened) => Promise<T>): Promise<T> => {
    const parts = await open();
    try {
      return await run(parts);
    } catch (error) {
      if (!isTableMissing(error)) throw toUnavailable(error);
    }
    try {
      await parts.client.createTable();
      return await run(parts);
    } catch (error) {
      // It exists, and is not found.
      throw isTableMissing(error) ? new TableNameTaken(name) : toUnavailable(error);
    }
  };

  // A read changes nothing, so it may be repeated.
  const read = <T>(run: (client: TableClient) => Promise<T>) =>
    request(({ client }) => againIfReset(() => run(client)));

  return {
    get: (partition, key) =>
      read(async (client) => {
        try {
          return fromEntity(await client.getEntity(partition, key, { abortSignal: timeout() }));
        } catch (error) {
          if (isRestError(error) && error.statusCode === 404 && !isTableMissing(error)) return;
          throw error;
        }
      }),

    list: async (partition, range) => {
      const rows: StoredRow[] = [];
      const queryOptions = { filter: toFilter(partition, range) };
      // A request and a time limit for each page, so that a long list is not given up, and goes on where it was.
      for (let continuationToken: string | undefined; ; ) {
        const page = await read(async (client) => {
          const pages = client.listEntities({ queryOptions, abortSignal: timeout() }).byPage({
            maxPageSize: Math.min(range.limit - rows.length, 1_000),
            ...(continuationToken === undefined ? {} : { continuationToken }),
          });
          const { value } = await pages.next();
          return value as TableEntityResultPage<object> | undefined;
        });
        for (const entity of page ?? []) rows.push(fromEntity(entity));
        continuationToken = page?.continuationToken;
        if (continuationToken === undefined || rows.length >= range.limit) return rows;
      }
    },

    commit: async (partition, operations) => {
      const guarded = toGuardedDeletion(operations);
      const sent = guarded ? [] : operations.map(withEtag);
      return request(async ({ client, transact }) => {
        try {
          if (guarded) {
            const { key, etag } = guarded;
            await client.deleteEntity(partition, key, { etag, abortSignal: timeout() });
            return { ok: true, etags: [''] };
          }
          const etags = await transact(partition, sent);
          return {
            ok: true,
            etags: sent.map(({ kind }, index) => (kind === 'delete' ? '' : toEtag(etags[index]))),
          };
        } catch (error) {
          const conflict = toConflict(error);
          if (conflict) return guarded ? { ...conflict, index: 0 } : conflict;
          throw error;
        }
      });
    },
  };
}

/** For reads only. Storage closes idle connections, perhaps just as one is used again, and nothing shows whether it read the request. */
async function againIfReset<T>(run: () => Promise<T>, triesLeft = 2): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (triesLeft === 0 || !isRestError(error) || error.code !== 'ECONNRESET') throw error;
    return againIfReset(run, triesLeft - 1);
  }
}

async function openClient(storage: StorageSettings, name: string): Promise<Opened> {
  // The page does not need them, and they are half of the app's code.
  const { TableClient } = await import('@azure/data-tables');
  const rest = await import('@azure/core-rest-pipeline');
  const httpClient = rest.createDefaultHttpClient();
  // The room log has its own retries, which recognise a repeated commit.
  const options = { allowInsecureConnection: true, retryOptions: { maxRetries: 0 }, httpClient };
  const client =
    storage.kind === 'key'
      ? TableClient.fromConnectionString(storage.connectionString, name, options)
      : new TableClient(storage.tableEndpoint, name, await openCredential(storage), options);
  return { client, transact: toTransact(rest, client, httpClient) };
}

function toTransact(
  rest: typeof import('@azure/core-rest-pipeline'),
  { url, tableName: table, pipeline }: TableClient,
  httpClient: HttpClient,
): Opened['transact'] {
  // A shared access signature is in the query.
  const [address = '', query] = url.split('?');
  const account = address.replace(/\/$/, '');
  return async (partition, operations) => {
    const parts = { account, table, partition, boundary: randomUUID() };
    const { contentType, body } = toTransactionText(operations, parts);
    const request = rest.createPipelineRequest({
      url: `${account}/$batch${query === undefined ? '' : `?${query}`}`,
      method: 'POST',
      headers: rest.createHttpHeaders({
        accept: 'application/json',
        'x-ms-version': '2019-02-02',
        DataServiceVersion: '3.0;',
        MaxDataServiceVersion: '3.0;NetFx',
        'Content-Type': contentType,
        'Accept-Charset': 'UTF-8',
      }),
      body,
      allowInsecureConnection: true,
      abortSignal: timeout(),
    });
    const response = await pipeline.sendRequest(httpClient, request);
    const answer = fromTransactionAnswer(response.status, response.bodyAsText ?? '');
    if (answer.ok) return answer.etags;
    const { status: statusCode, code, message } = answer;
    const facts = { statusCode, request, response, ...(code === undefined ? {} : { code }) };
    throw new rest.RestError(message, facts);
  };
}

/** Throws without an ETag, before anything is sent. */
function withEtag(operation: Operation): TransactionOperation {
  return operation.kind === 'replace' ? { ...operation, etag: toEtag(operation.etag) } : operation;
}

/** The operation, if it is a deletion with an ETag. */
function toGuardedDeletion(
  operations: readonly Operation[],
): { readonly key: string; readonly etag: string } | undefined {
  const guarded = operations.find((one) => one.kind === 'delete' && one.etag !== undefined);
  if (guarded?.kind !== 'delete') return undefined;
  if (operations.length > 1) {
    throw new Error('unable to delete with an ETag; there are other operations. Commit it alone.');
  }
  return { key: guarded.key, etag: toEtag(guarded.etag) };
}

/**
 * The SDK and Azurite take an empty ETag as *unconditional*. So a missing ETag counts as an unknown outcome, and the row is
 * read again.
 */
function toEtag(etag: unknown): string {
  if (typeof etag === 'string' && etag !== '') return etag;
  throw new TableUnavailable(new Error('an ETag is missing'));
}

function fromEntity(entity: Record<string, unknown>): StoredRow {
  const properties: Record<string, Property> = {};
  for (const [name, value] of Object.entries(entity)) {
    if (NOT_OURS.has(name)) continue;
    if (typeof value === 'bigint') properties[name] = Number(value);
    else if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') {
      properties[name] = value;
    }
  }
  return { key: String(entity.rowKey), properties, etag: toEtag(entity.etag) };
}

const NOT_OURS = new Set(['partitionKey', 'rowKey', 'etag', 'timestamp', 'odata.metadata']);

function toFilter(partition: string, { from, to, where }: Range): string {
  const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;
  const filter = `PartitionKey eq ${quote(partition)} and RowKey ge ${quote(from)} and RowKey lt ${quote(to)}`;
  return where === undefined ? filter : `${filter} and ${where} eq true`;
}

/** A refusal with a known outcome. Undefined for any other error. */
function toConflict(error: unknown): Conflict | undefined {
  if (!isRestError(error) || isTableMissing(error)) return undefined;
  // The message starts with the number of the failed operation, for example `1:The specified entity…`.
  const index = Number(/^(\d+):/.exec(error.message)?.[1] ?? -1);
  switch (error.statusCode) {
    case 404:
      return { ok: false, reason: 'missing', index };
    case 409:
      // Other errors with this status (AccountBeingCreated, …) concern the account, and pass by themselves.
      return error.code === 'EntityAlreadyExists'
        ? { ok: false, reason: 'exists', index }
        : undefined;
    case 412:
      return { ok: false, reason: 'changed', index };
    case 400:
    case 413:
      return { ok: false, reason: 'refused', index };
    default:
      return undefined;
  }
}

/** Maps timeouts, lost connections, throttling and failures of the service. A wrong key stays as it is. */
function toUnavailable(error: unknown): unknown {
  if (error instanceof TableUnavailable) return error;
  if (isRestError(error) && error.statusCode !== undefined) {
    const { statusCode } = error;
    const passes =
      statusCode >= 500 || statusCode === 408 || statusCode === 409 || statusCode === 429;
    return passes ? new TableUnavailable(error) : error;
  }
  return new TableUnavailable(error);
}

/** The kind of a table error, for the operator who has to fix it. */
export type TableTrouble =
  /** No connection, or no answer over it. */
  | 'silent'
  /** Storage is busy. */
  | 'busy'
  /** A missing role, a wrong key, or a network that is not allowed. */
  | 'refused'
  /** The address has no table storage. */
  | 'misplaced'
  /** A table of the same name in another letter case is in the way. */
  | 'taken';

/** Classifies an error of any method of {@link Table}. */
export function toTableTrouble(error: unknown): TableTrouble {
  if (error instanceof TableNameTaken) return 'taken';
  const cause = error instanceof TableUnavailable ? error.cause : error;
  if (!isRestError(cause)) return 'silent';
  const { statusCode, code } = cause;
  if (statusCode === undefined) return code === 'ENOTFOUND' ? 'misplaced' : 'silent';
  if (statusCode === 401 || statusCode === 403) return 'refused';
  return error instanceof TableUnavailable ? 'busy' : 'misplaced';
}

function isTableMissing(error: unknown): boolean {
  // A single request has the code in a header, which the SDK keeps in `details`.
  return (
    isRestError(error) &&
    error.statusCode === 404 &&
    (error.code === 'TableNotFound' ||
      error.message.includes('TableNotFound') ||
      error.message.includes('table specified does not exist'))
  );
}

// By its name, because its class loads with the rest of the library.
function isRestError(error: unknown): error is RestError {
  return error instanceof Error && error.name === 'RestError';
}

function timeout(): AbortSignal {
  return AbortSignal.timeout(REQUEST_TIMEOUT_MS);
}
