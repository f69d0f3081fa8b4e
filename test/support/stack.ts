// The whole stack of `npm start` in real processes, on free ports, with tables in memory. A wire between the functions
// and their tables counts requests. CHAT_TEST_HOST names another host to run the functions.

import { TableClient } from '@azure/data-tables';
import { toStorageConnectionString } from '../../local/stack/azurite.ts';
import { startStack } from '../../local/stack/stack.ts';
import { chooseHost } from './other-host.ts';
import { choosePorts } from './ports.ts';
import { openStorageWire, type StorageCounts } from './storage-wire.ts';

interface ServiceCounts {
  readonly connections: number;
  readonly outboundMessages: number;
  readonly billedMessages: number;
  readonly rest: Readonly<Record<'group' | 'connection' | 'groupChanges' | 'closes', number>>;
}

export interface TestStack {
  readonly url: string;
  /** Connection string of the service emulator. */
  readonly connectionString: string;
  /** Connection string of the storage account, without the wire. */
  readonly tableConnectionString: string;
  readonly functionKey: string;
  serviceCounts(): Promise<ServiceCounts>;
  storageCounts(): StorageCounts;
  /** The stored head row of the room, read without the wire. */
  readHead(room: string): Promise<{ online: number; seq: number; revision: number }>;
  /** Ends a part, with SIGKILL for a crash, and starts it again. */
  restart(part: 'host' | 'service', signal?: NodeJS.Signals): Promise<void>;
  stop(): Promise<void>;
}

export async function startTestStack(): Promise<TestStack> {
  const functionKey = 'test-function-key';
  // Known before the stack starts, so that the wire can connect to it.
  const [port = 0, servicePort = 0, tablePort = 0] = await choosePorts(3);
  const host = await chooseHost(functionKey);
  const storage = toStorageConnectionString(tablePort, host.blobPort);
  const wire = await openStorageWire(storage);
  const stack = await startStack({
    port,
    servicePort,
    tablePort,
    functionKey,
    ...host,
    settings: { AzureWebJobsStorage: wire.connectionString },
  });
  const table = TableClient.fromConnectionString(storage, 'chat', {
    allowInsecureConnection: true,
  });
  const connectionString = stack.connectionString ?? '';
  const service = /Endpoint=([^;]+);Port=(\d+)/.exec(connectionString);
  return {
    url: stack.url,
    connectionString,
    tableConnectionString: storage,
    functionKey,
    serviceCounts: async () => {
      const answer = await fetch(`${service?.[1]}:${service?.[2]}/emulator/counts`);
      return (await answer.json()) as ServiceCounts;
    },
    storageCounts: wire.counts,
    readHead: async (room) => {
      const { online, seq, revision } = await table.getEntity(room, 'head');
      return { online: Number(online), seq: Number(seq), revision: Number(revision) };
    },
    restart: stack.restart,
    stop: async () => {
      await stack.stop();
      await wire.stop();
    },
  };
}
