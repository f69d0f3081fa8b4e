// A wire to the table service that counts what crosses it, and makes it as slow or as bad as asked: the way to say
// what an operation costs, and what its failure does, without asking the code that made it.

import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StorageCounts {
  /** Entity-group transactions. */
  transactions: number;
  /** Everything else: point reads and queries. */
  reads: number;
}

/** What becomes of one request. */
export type StorageTrouble =
  | 'none'
  /** The service sheds load: 503 ServerBusy, nothing done. */
  | 'busy'
  /** The same in the words of a gateway: 429, nothing done. */
  | 'throttled'
  /** Something broke inside: 500, nothing done. */
  | 'broken'
  /** Taken, and never answered. */
  | 'silent'
  /** No connection. */
  | 'refused'
  /** Done, and the answer lost on its way back. */
  | 'answer lost';

export interface StorageWire {
  /** The same account, over this wire. */
  readonly connectionString: string;
  /** What has crossed so far. */
  counts(): StorageCounts;
  /** From now on asks, for each request, what shall become of it. */
  trouble(choose: (isTransaction: boolean) => StorageTrouble): void;
  stop(): Promise<void>;
}

/** `delayMs`: how long storage takes to answer, on top of what it takes. */
export async function openStorageWire(connectionString: string, delayMs = 0): Promise<StorageWire> {
  const endpoint = new URL(/TableEndpoint=([^;]+)/.exec(connectionString)?.[1] ?? '');
  const counted: StorageCounts = { transactions: 0, reads: 0 };
  const agent = new Agent({ keepAlive: true });
  let choose: (isTransaction: boolean) => StorageTrouble = () => 'none';

  const pass = (incoming: IncomingMessage, answer: ServerResponse, isAnswerLost: boolean) => {
    const { method, url, headers } = incoming;
    const { hostname, port } = endpoint;
    const onward = request({ agent, hostname, port, method, path: url, headers }, (response) => {
      if (isAnswerLost) {
        response.resume().on('end', () => answer.destroy());
        return;
      }
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.on('error', () => answer.destroy());
      response.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    setTimeout(() => incoming.pipe(onward), delayMs);
  };

  const server = createServer((incoming, answer) => {
    const isTransaction = incoming.url?.includes('$batch') ?? false;
    if (isTransaction) counted.transactions += 1;
    else counted.reads += 1;
    const trouble = choose(isTransaction);
    switch (trouble) {
      case 'none':
      case 'answer lost':
        pass(incoming, answer, trouble === 'answer lost');
        return;
      case 'busy':
        refuse(incoming, answer, 503, 'ServerBusy');
        return;
      case 'throttled':
        refuse(incoming, answer, 429, 'TooManyRequests');
        return;
      case 'broken':
        refuse(incoming, answer, 500, 'InternalError');
        return;
      case 'silent':
        incoming.resume();
        return;
      case 'refused':
        incoming.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    connectionString: connectionString.replace(endpoint.host, `127.0.0.1:${port}`),
    counts: () => ({ ...counted }),
    trouble: (next) => {
      choose = next;
    },
    stop: async () => {
      server.closeAllConnections();
      agent.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Bodies as the table service has them: learn.microsoft.com/rest/api/storageservices/table-service-error-codes */
function refuse(
  incoming: IncomingMessage,
  answer: ServerResponse,
  status: number,
  code: string,
): void {
  incoming.resume().on('end', () => {
    const message = { lang: 'en-US', value: 'Refused on purpose.' };
    answer.writeHead(status, { 'content-type': 'application/json;odata=minimalmetadata' });
    answer.end(JSON.stringify({ 'odata.error': { code, message } }));
  });
}
