// The storage requests of a storm, counted on the wire, with storage that answers in 10 ms.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openTable } from '../../functions/room/azure-table.ts';
import { RoomLog } from '../../functions/room/room-log.ts';
import { CONNECTION_ROWS, fromHeadRow, HEAD_KEY } from '../../functions/room/rows.ts';
import type { Table } from '../../functions/room/table.ts';
import { type Azurite, startAzurite } from '../../local/stack/azurite.ts';
import { atATime } from '../support/chat-client.ts';
import { openStorageWire, type StorageWire } from '../support/storage-wire.ts';

const STORAGE_DELAY_MS = 10;
const times = (count: number) => Array.from({ length: count }, (_, n) => n);

let azurite: Azurite;
let wire: StorageWire;
let table: Table;
beforeAll(async () => {
  azurite = await startAzurite({ tablePort: 0 });
  wire = await openStorageWire(azurite.connectionString, STORAGE_DELAY_MS);
  table = openTable({ kind: 'key', connectionString: wire.connectionString }, 'storm');
  // The first request to a new table creates it.
  await table.commit('warm', [{ kind: 'insert', row: { key: 'up', properties: {} } }]);
});
afterAll(async () => {
  // The presence of 2,000 joins waits for its broadcast. After the last test nobody hears it, and its retries would run for 20 s.
  for (const timer of waiting) clearTimeout(timer);
  await wire.stop();
  await azurite.stop();
});

const waiting = new Set<NodeJS.Timeout>();
function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      waiting.delete(timer);
      resolve();
    }, ms);
    waiting.add(timer);
  });
}

const newLog = () => new RoomLog({ table, sleep, broadcast: async () => {} });
const join = (n: number, who = 'c') =>
  ({ kind: 'join', connectionId: `${who}${n}`, userId: `u${n}`, name: `N${n}` }) as const;
const send = (n: number) =>
  ({ kind: 'send', userId: `u${n}`, name: `N${n}`, id: `i${n}`, text: `t${n}` }) as const;

async function readHead(room: string) {
  const row = await table.get(room, HEAD_KEY);
  return row && fromHeadRow(row);
}

test('2,000 joins by 200 at a time take at most 60 transactions', async () => {
  const log = newLog();
  const before = wire.counts();
  await atATime(200, times(2_000), (n) => log.submit('joins', join(n)));
  const after = wire.counts();
  expect(after.transactions - before.transactions).toBeLessThanOrEqual(60);
  expect(after.reads - before.reads).toBeLessThanOrEqual(1);
  expect(await readHead('joins')).toMatchObject({ online: 2_000 });
});

test('500 messages by 50 senders take at most 60 transactions', async () => {
  const log = newLog();
  const before = wire.counts();
  await atATime(50, times(500), (n) => log.submit('messages', send(n)));
  expect(wire.counts().transactions - before.transactions).toBeLessThanOrEqual(60);
  expect(await readHead('messages')).toMatchObject({ seq: 500 });
});

test('a single change takes one transaction, and does not wait for others', async () => {
  const log = newLog();
  await log.submit('lone', send(0));
  const before = wire.counts();
  for (const n of [1, 2, 3]) await log.submit('lone', send(n));
  const { transactions, reads } = wire.counts();
  expect({
    transactions: transactions - before.transactions,
    reads: reads - before.reads,
  }).toEqual({ transactions: 3, reads: 0 });
});

test('the count is exact and the numbers have no gaps while a second process works in the same room', async () => {
  const rival = fork('test/support/rival.ts', [wire.connectionString, 'storm', 'shared'], {
    execArgv: ['--import', 'tsx'],
  });
  await once(rival, 'message');
  rival.send('go');
  const done = once(rival, 'exit');
  const log = newLog();
  await Promise.all([
    atATime(20, times(200), (n) => log.submit('shared', join(n, 'ours-'))),
    atATime(20, times(200), (n) => log.submit('shared', send(n))),
  ]);
  expect(await done).toEqual([0, null]);
  expect(await readHead('shared')).toMatchObject({ online: 400, seq: 400 });
  const open = await table.list('shared', { ...CONNECTION_ROWS, limit: 1_000, where: 'open' });
  expect(open).toHaveLength(400);
  const messages = await table.list('shared', { from: 'm:', to: 'm;', limit: 1_000 });
  expect(messages.map(({ properties }) => properties.seq)).toEqual(times(400).map((n) => n + 1));
});
