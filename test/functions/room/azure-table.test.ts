import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { openTable, toTableTrouble } from '../../../functions/room/azure-table.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(() => {
  for (const step of cleanUp.splice(0)) step();
});

/** Answers the first request on a connection and resets the connection at the second, like storage with idle connections. */
async function startForgetfulStorage(): Promise<{ port: number; requests: () => number }> {
  const body = JSON.stringify({ 'odata.etag': 'W/"1"', PartitionKey: 'p', RowKey: 'k', a: 1 });
  const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';
  let requests = 0;
  const storage = createServer((socket) => {
    let isUsed = false;
    cleanUp.push(() => socket.destroy());
    socket.on('error', () => {});
    socket.on('data', () => {
      requests += 1;
      if (isUsed) return socket.resetAndDestroy();
      isUsed = true;
      return socket.write(`${head}Content-Length: ${body.length}\r\n\r\n${body}`);
    });
  });
  cleanUp.push(() => storage.close());
  await new Promise<void>((resolve) => storage.listen(0, '127.0.0.1', resolve));
  return { port: (storage.address() as AddressInfo).port, requests: () => requests };
}

test('a read is repeated if storage closes its idle connection at that moment', async () => {
  const { port, requests } = await startForgetfulStorage();
  const endpoint = `http://127.0.0.1:${port}/account`;
  const connectionString = `DefaultEndpointsProtocol=http;AccountName=account;AccountKey=a2V5;TableEndpoint=${endpoint};`;
  const table = openTable({ kind: 'key', connectionString }, 'chat');
  for (const _ of [1, 2]) {
    expect(await table.get('p', 'k')).toMatchObject({ key: 'k', properties: { a: 1 } });
  }
  expect(requests()).toBe(3);
});

/** Storage that answers three pages of two rows each, and resets the connection at the first request for the second page. */
async function startPagedStorage(): Promise<{ port: number; asked: (string | null)[] }> {
  const asked: (string | null)[] = [];
  const storage = createHttpServer((request, response) => {
    const from = new URL(request.url ?? '', 'http://x').searchParams.get('NextRowKey');
    asked.push(from);
    if (from === '2' && asked.filter((one) => one === '2').length === 1) {
      request.socket.resetAndDestroy();
      return;
    }
    const page = Number(from ?? 1);
    const value = [0, 1].map((row) => {
      return { 'odata.etag': 'W/"1"', PartitionKey: 'p', RowKey: `k${page}${row}` };
    });
    const next: Record<string, string> =
      page < 3
        ? {
            'x-ms-continuation-NextPartitionKey': 'p',
            'x-ms-continuation-NextRowKey': `${page + 1}`,
          }
        : {};
    response.writeHead(200, { 'Content-Type': 'application/json', ...next });
    response.end(JSON.stringify({ value }));
  });
  cleanUp.push(() => storage.close());
  await new Promise<void>((resolve) => storage.listen(0, '127.0.0.1', resolve));
  return { port: (storage.address() as AddressInfo).port, asked };
}

test('S5: a list that breaks off goes on at its page, and each page has a time limit of its own', async () => {
  const { port, asked } = await startPagedStorage();
  const endpoint = `http://127.0.0.1:${port}/account`;
  const connectionString = `DefaultEndpointsProtocol=http;AccountName=account;AccountKey=a2V5;TableEndpoint=${endpoint};`;
  const table = openTable({ kind: 'key', connectionString }, 'chat');
  const limits: number[] = [];
  const { timeout } = AbortSignal;
  AbortSignal.timeout = (ms) => {
    limits.push(ms);
    return timeout.call(AbortSignal, ms);
  };
  cleanUp.push(() => {
    AbortSignal.timeout = timeout;
  });
  const rows = await table.list('p', { from: 'k', to: 'l', limit: 100 });
  expect(rows.map(({ key }) => key)).toEqual(['k10', 'k11', 'k20', 'k21', 'k30', 'k31']);
  expect(asked).toEqual([null, '2', '2', '3']);
  expect(limits).toHaveLength(4);
});

test('a table of the same name in another letter case, as Azurite has it, is named by health', async () => {
  const storage = createHttpServer((request, response) => {
    const isCreation = request.method === 'POST';
    const code = isCreation ? 'TableAlreadyExists' : 'TableNotFound';
    response.writeHead(isCreation ? 409 : 404, {
      'Content-Type': 'application/json',
      'x-ms-error-code': code,
    });
    response.end(JSON.stringify({ 'odata.error': { code, message: { value: code } } }));
  });
  cleanUp.push(() => storage.close());
  await new Promise<void>((resolve) => storage.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(storage.address() as AddressInfo).port}/account`;
  const connectionString = `DefaultEndpointsProtocol=http;AccountName=account;AccountKey=a2V5;TableEndpoint=${endpoint};`;
  const error = await openTable({ kind: 'key', connectionString }, 'chat')
    .get('p', 'k')
    .catch((cause: unknown) => cause);
  expect(String(error)).toContain('differs from chat in letter case only');
  expect(toTableTrouble(error)).toBe('taken');
});
