// A wire to the table service that counts what crosses it, and makes it as slow as asked: the way to say what
// an operation costs without asking the code that made it.

import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StorageCounts {
  /** Entity-group transactions. */
  transactions: number;
  /** Everything else: point reads and queries. */
  reads: number;
}

export interface StorageWire {
  /** The same account, over this wire. */
  readonly connectionString: string;
  /** What has crossed so far. */
  counts(): StorageCounts;
  stop(): Promise<void>;
}

/** `delayMs`: how long storage takes to answer, on top of what it takes. */
export async function openStorageWire(connectionString: string, delayMs = 0): Promise<StorageWire> {
  const endpoint = new URL(/TableEndpoint=([^;]+)/.exec(connectionString)?.[1] ?? '');
  const counted: StorageCounts = { transactions: 0, reads: 0 };
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, answer) => {
    if (incoming.url?.includes('$batch')) counted.transactions += 1;
    else counted.reads += 1;
    const { method, url, headers } = incoming;
    const { hostname, port } = endpoint;
    const onward = request({ agent, hostname, port, method, path: url, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    setTimeout(() => incoming.pipe(onward), delayMs);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    connectionString: connectionString.replace(endpoint.host, `127.0.0.1:${port}`),
    counts: () => ({ ...counted }),
    stop: async () => {
      server.closeAllConnections();
      agent.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
