// A stack for chaos tests. Its tables are on disk, so all of its processes may be killed. Tests can disturb both wires of
// the app: the one to storage, and the one between clients and service.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TableClient } from '@azure/data-tables';
import type { ChatMessage, History } from '../../functions/protocol.ts';
import { EMULATOR_KEY, toConnectionString } from '../../local/access-token.ts';
import { toStorageConnectionString } from '../../local/stack/azurite.ts';
import { type Child, startChild } from '../../local/stack/child.ts';
import { type PartName, startStack } from '../../local/stack/stack.ts';
import { type ClientWire, openClientWire } from './client-wire.ts';
import { chooseHost } from './other-host.ts';
import { choosePorts } from './ports.ts';
import { openStorageWire, type StorageWire } from './storage-wire.ts';

export interface ChaosStack {
  readonly url: string;
  readonly storage: StorageWire;
  readonly clients: ClientWire;
  /** All output of the stack's processes. */
  readonly lines: readonly string[];
  /** Unexpected output on stderr, and unexpected exits. */
  readonly crashes: readonly string[];
  /** Kills a part, like a power failure, and starts it again. */
  crash(part: PartName): Promise<void>;
  /** Freezes a part for a time, like a machine that swaps. */
  freeze(part: PartName, ms: number): Promise<void>;
  readHead(room: string): Promise<{ online: number; seq: number }>;
  /** All messages of the room. */
  readHistory(room: string): Promise<ChatMessage[]>;
  /** Makes the room due, and runs the timer. */
  cleanUpRooms(room: string): Promise<void>;
  stop(): Promise<void>;
}

export interface ChaosOptions {
  /** Faults of event delivery, see `signalr-emulator --help`. */
  readonly faults?: string;
}

export async function startChaosStack({ faults }: ChaosOptions = {}): Promise<ChaosStack> {
  const dataDir = await mkdtemp(join(tmpdir(), 'chaos-'));
  const [port = 0, servicePort = 0, tablePort = 0] = await choosePorts(3);
  const host = await chooseHost();
  const storageConnectionString = toStorageConnectionString(tablePort, host.blobPort);
  const storage = await openStorageWire(storageConnectionString);
  const clients = await openClientWire(servicePort);
  const service = toConnectionString('http://127.0.0.1', servicePort, EMULATOR_KEY);
  const settings = {
    AzureSignalRConnectionString: `${service}ClientEndpoint=${clients.endpoint};`,
    AzureWebJobsStorage: storage.connectionString,
  };
  const lines: string[] = [];
  const crashes: string[] = [];
  // The stack starts no service if a setting names one.
  const faulty = faults === undefined ? undefined : startFaultyService(servicePort, port, faults);
  const before = process.env.AzureSignalRConnectionString;
  if (faulty) process.env.AzureSignalRConnectionString = service;
  const stack = await startStack({
    port,
    servicePort,
    tablePort,
    dataDir,
    ...host,
    settings,
    log: (line, from) => {
      lines.push(`${from}: ${line}`);
      if (/Unhandled|ERR_UNHANDLED|FATAL|heap out of memory/.test(line)) {
        crashes.push(`${from}: ${line}`);
      }
    },
  }).finally(() => {
    if (before === undefined) delete process.env.AzureSignalRConnectionString;
    else process.env.AzureSignalRConnectionString = before;
  });
  await faulty?.ready;
  void stack.failed.then((error) => crashes.push(error.message));
  const table = TableClient.fromConnectionString(storageConnectionString, 'chat', {
    allowInsecureConnection: true,
  });

  return {
    url: stack.url,
    storage,
    clients,
    lines,
    crashes,
    crash: (part) => stack.restart(part, 'SIGKILL'),
    freeze: async (part, ms) => {
      const child = stack.children.find(({ name }) => name === part);
      if (!child) throw new Error(`unable to freeze ${part}; it does not run. Start it first.`);
      process.kill(child.pid, 'SIGSTOP');
      await new Promise((resolve) => setTimeout(resolve, ms));
      process.kill(child.pid, 'SIGCONT');
    },
    readHead: async (room) => {
      const { online, seq } = await table.getEntity(room, 'head');
      return { online: Number(online), seq: Number(seq) };
    },
    readHistory: (room) => readHistory(stack.url, room),
    cleanUpRooms: async (room) => {
      await age(table, room);
      const answer = await fetch(`${stack.url}/admin/functions/cleanup`, { method: 'POST' });
      if (answer.status !== 202)
        throw new Error(`unable to run cleanup; ${answer.status}. Look why.`);
    },
    stop: async () => {
      await faulty?.stop();
      await stack.stop();
      await storage.stop();
      await clients.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function startFaultyService(port: number, hostPort: number, faults: string): Child {
  const upstream = `http://127.0.0.1:${hostPort}/runtime/webhooks/signalr`;
  const options = ['--port', `${port}`, '--upstream', upstream, '--faults', faults];
  return startChild({
    name: 'service',
    module: join(import.meta.dirname, '../../local/service/cli.ts'),
    args: ['start', '--ip', '127.0.0.1', '--key', EMULATOR_KEY, ...options],
    env: process.env,
    onLine: () => {},
  });
}

async function readHistory(url: string, room: string): Promise<ChatMessage[]> {
  const all: ChatMessage[] = [];
  for (;;) {
    const after = all.at(-1)?.seq ?? 0;
    const answer = await fetch(`${url}/api/rooms/${room}/messages?after=${after}`);
    const { messages, seq } = (await answer.json()) as History;
    all.push(...messages);
    if (messages.length === 0 || all.at(-1)?.seq === seq) return all;
  }
}

/** Makes the room's connections an hour older, and the room due for cleanup. */
async function age(table: TableClient, room: string): Promise<void> {
  const queryOptions = {
    filter: `PartitionKey eq '${room}' and RowKey ge 'c:' and RowKey lt 'c;'`,
  };
  for await (const { partitionKey, rowKey, connectedAt } of table.listEntities({ queryOptions })) {
    const value = String(Number(connectedAt) - 3_600_000);
    const older = { connectedAt: { type: 'Int64', value } };
    await table.updateEntity({ partitionKey: `${partitionKey}`, rowKey: `${rowKey}`, ...older });
  }
  await table.updateEntity({
    partitionKey: room,
    rowKey: 'head',
    tidyAt: { type: 'Int64', value: '1' },
  });
  const at = { type: 'Int64', value: '1' };
  await table.upsertEntity({ partitionKey: '.tidy', rowKey: `000000000000001:${room}`, room, at });
}
