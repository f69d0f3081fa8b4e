// S11: SDK and Azurite take an empty ETag as unconditional. If storage leaves an ETag out, a guarded write must not overwrite
// the write of another process.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openTable } from '../../../functions/room/azure-table.ts';
import { type Table, TableUnavailable } from '../../../functions/room/table.ts';

const KEY = Buffer.from('key').toString('base64');

let server: Server;
let table: Table;
let requests = 0;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    for await (const _ of request);
    requests += 1;
    if (request.url?.includes('$batch')) {
      const answer = '\r\n--changesetresponse_1\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n\r\n';
      response.writeHead(202, { 'content-type': 'multipart/mixed; boundary=batchresponse_1' });
      response.end(`--batchresponse_1${answer}--changesetresponse_1--\r\n--batchresponse_1--\r\n`);
    } else {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ PartitionKey: 'p', RowKey: 'a' }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const connectionString = `DefaultEndpointsProtocol=http;AccountName=a;AccountKey=${KEY};TableEndpoint=http://127.0.0.1:${port}/a;`;
  table = openTable({ kind: 'key', connectionString }, 'chat');
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('S11: a row without an ETag counts as not read', async () => {
  await expect(table.get('p', 'a')).rejects.toThrow(TableUnavailable);
});

test('S11: an answer without an ETag counts as no answer', async () => {
  const write = table.commit('p', [{ kind: 'insert', row: { key: 'a', properties: {} } }]);
  await expect(write).rejects.toThrow('an ETag is missing');
});

test('S11: a replacement or deletion under an empty ETag is not sent', async () => {
  const before = requests;
  const row = { key: 'a', properties: {} };
  const replacement = table.commit('p', [{ kind: 'replace', row, etag: '' }]);
  await expect(replacement).rejects.toThrow(TableUnavailable);
  const deletion = table.commit('p', [{ kind: 'delete', key: 'a', etag: '' }]);
  await expect(deletion).rejects.toThrow(TableUnavailable);
  expect(requests).toBe(before);
});
