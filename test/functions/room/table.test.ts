import { type AddressInfo, createServer } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { openTable } from '../../../functions/room/table.ts';

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
