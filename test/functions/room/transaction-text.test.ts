import { TableClient, type TransactionAction } from '@azure/data-tables';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  fromTransactionAnswer,
  type TransactionOperation,
  toTransactionText,
} from '../../../functions/room/transaction-text.ts';
import { anyText } from '../../support/any-text.ts';
import { runs } from '../../support/sizes.ts';

const ACCOUNT = 'http://127.0.0.1:10002/account';
const BOUNDARY = '00000000-0000-4000-8000-000000000000';

/** The body that the table client sends for the same operations, with our boundary. */
async function bodyOfClient(partition: string, operations: readonly TransactionOperation[]) {
  let sent = '';
  const client = new TableClient(`${ACCOUNT}?sv=1&sig=2`, 'chat', {
    allowInsecureConnection: true,
    httpClient: {
      sendRequest: async (request) => {
        sent = String(request.body);
        return { request, status: 202, headers: request.headers, bodyAsText: '' };
      },
    },
  });
  await client.submitTransaction(operations.map((operation) => toAction(partition, operation)));
  return sent.replaceAll(/(?<=(?:batch|changeset)_)[0-9a-f-]{36}(?=\r|--)/g, BOUNDARY);
}

function toAction(partition: string, operation: TransactionOperation): TransactionAction {
  if (operation.kind === 'delete') {
    return ['delete', { partitionKey: partition, rowKey: operation.key }];
  }
  const { key, properties } = operation.row;
  const typed = Object.entries(properties).map(([name, value]) => [
    name,
    Number.isInteger(value) ? { type: 'Int64', value: String(value) } : value,
  ]);
  const entity = { ...Object.fromEntries(typed), partitionKey: partition, rowKey: key };
  switch (operation.kind) {
    case 'insert':
      return ['create', entity];
    case 'replace':
      return ['update', entity, 'Replace', { etag: operation.etag }];
    case 'put':
      return ['upsert', entity, 'Replace'];
  }
}

function bodyOf(partition: string, operations: readonly TransactionOperation[]): string {
  const address = { account: ACCOUNT, table: 'chat', partition, boundary: BOUNDARY };
  return toTransactionText(operations, address).body;
}

describe('the text of a transaction', () => {
  test('is that of the table client, for any keys and values', async () => {
    const text = anyText({ maxLength: 12 });
    const name = fc.stringMatching(/^[a-z][A-Za-z]{0,8}$/);
    const properties = fc.dictionary(
      name,
      fc.oneof(
        text,
        fc.boolean(),
        fc.integer(),
        fc.maxSafeInteger(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
      ),
      { maxKeys: 4, noNullPrototype: true },
    );
    const row = fc.record({ key: text.map((end) => `k${end}`), properties });
    const operation: fc.Arbitrary<TransactionOperation> = fc.oneof(
      fc.record({ kind: fc.constant('insert' as const), row }),
      fc.record({ kind: fc.constant('put' as const), row }),
      fc.record({
        kind: fc.constant('replace' as const),
        row,
        etag: fc.constant(`W/"datetime'2026-11-28T17%3A00%3A00.0000000Z'"`),
      }),
      fc.record({ kind: fc.constant('delete' as const), key: text.map((end) => `k${end}`) }),
    );
    await fc.assert(
      fc.asyncProperty(
        text.map((end) => `p${end}`),
        fc.array(operation, { minLength: 1, maxLength: 4 }),
        async (partition, operations) => {
          expect(bodyOf(partition, operations)).toBe(await bodyOfClient(partition, operations));
        },
      ),
      runs(200),
    );
  });

  test('names its boundary in the content type', () => {
    const address = { account: ACCOUNT, table: 'chat', partition: 'p', boundary: BOUNDARY };
    const { contentType, body } = toTransactionText([{ kind: 'delete', key: 'k' }], address);
    expect(contentType).toBe(`multipart/mixed; boundary=batch_${BOUNDARY}`);
    expect(body.startsWith(`--batch_${BOUNDARY}\r\n`)).toBe(true);
  });
});

function answerOf(...pieces: readonly string[]): string {
  const parts = pieces.map(
    (piece) =>
      `--changesetresponse_1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n${piece}\r\n`,
  );
  return `--batchresponse_1\r\nContent-Type: multipart/mixed; boundary=changesetresponse_1\r\n\r\n${parts.join('')}--changesetresponse_1--\r\n--batchresponse_1--\r\n`;
}

describe('the answer to a transaction', () => {
  test('has the ETags in the order of the operations', () => {
    const done = (etag: string) => `HTTP/1.1 204 No Content\r\nDataServiceVersion: 3.0;\r\n${etag}`;
    const text = answerOf(
      done('ETag: W/"datetime\'1\'"\r\n'),
      done(''),
      done('etag: W/"{2}"\r\nX-Other: 1\r\n'),
    );
    expect(fromTransactionAnswer(202, text)).toEqual({
      ok: true,
      etags: ['W/"datetime\'1\'"', undefined, 'W/"{2}"'],
    });
  });

  const error = (code: string, value: string) =>
    JSON.stringify({ 'odata.error': { code, message: { lang: 'en-US', value } } });

  test.each([
    [
      'an operation that failed',
      202,
      answerOf(
        `HTTP/1.1 412 Precondition Failed\r\nContent-Type: application/json\r\n\r\n${error('UpdateConditionNotSatisfied', '1:The update\nfailed {}.')}`,
      ),
      {
        status: 412,
        code: 'UpdateConditionNotSatisfied',
        message: '1:The update\nfailed {}.',
      },
    ],
    [
      'a request that failed',
      403,
      error('AuthenticationFailed', 'No.'),
      { status: 403, code: 'AuthenticationFailed', message: 'No.' },
    ],
    [
      'a proxy in between',
      502,
      '<html>Bad gateway</html>',
      { status: 502, code: undefined, message: 'the transaction failed' },
    ],
    [
      'a failure without a body',
      202,
      answerOf('HTTP/1.1 500 Internal Server Error\r\n'),
      { status: 500, code: undefined, message: 'the transaction failed' },
    ],
  ])('names %s', (_, status, text, failure) => {
    expect(fromTransactionAnswer(status, text)).toEqual({ ok: false, ...failure });
  });

  test('has no ETags if it is no answer of storage', () => {
    expect(fromTransactionAnswer(202, 'Hello')).toEqual({ ok: true, etags: [] });
  });
});
