// A wire to the table service that counts requests and can make them slow or fail. So the cost of an operation, and the effect of
// its failure, are measured independently of the code under test.

import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StorageCounts {
  /** Entity-group transactions. */
  transactions: number;
  /** Everything else: point reads and queries. */
  reads: number;
  /** Rows in the answers to reads. */
  entities: number;
  /** Bytes of the answers to reads. */
  bytes: number;
}

/** The fate of one request. */
export type StorageTrouble =
  | 'none'
  /** The service is busy: 503 ServerBusy, nothing done. */
  | 'busy'
  /** The same from a gateway: 429, nothing done. */
  | 'throttled'
  /** An internal error: 500, nothing done. */
  | 'broken'
  /** Accepted, and never answered. */
  | 'silent'
  /** No connection. */
  | 'refused'
  /** Done, and the answer is lost. */
  | 'answer lost';

export interface StorageWire {
  /** The same account, over this wire. */
  readonly connectionString: string;
  /** Requests so far. */
  counts(): StorageCounts;
  /** From now on `choose` decides the fate of each request. `about` is its path and body. */
  trouble(choose: (about: string, isTransaction: boolean) => StorageTrouble): void;
  stop(): Promise<void>;
}

/** `delayMs` is added to the time of each answer. */
export async function openStorageWire(connectionString: string, delayMs = 0): Promise<StorageWire> {
  const endpoint = new URL(/TableEndpoint=([^;]+)/.exec(connectionString)?.[1] ?? '');
  const counted: StorageCounts = { transactions: 0, reads: 0, entities: 0, bytes: 0 };
  const agent = new Agent({ keepAlive: true });
  let choose: Parameters<StorageWire['trouble']>[0] | undefined;

  const pass = (
    incoming: IncomingMessage,
    body: Buffer,
    answer: ServerResponse,
    isLost: boolean,
  ) => {
    const { method, url, headers } = incoming;
    const { hostname, port } = endpoint;
    const onward = request({ agent, hostname, port, method, path: url, headers }, (response) => {
      if (isLost) {
        response.resume().on('end', () => answer.destroy());
        return;
      }
      answer.writeHead(response.statusCode ?? 502, response.headers);
      if (method === 'GET') {
        countEntities(response, (count) => {
          counted.entities += count;
        });
        response.on('data', (chunk: Buffer) => {
          counted.bytes += chunk.length;
        });
      }
      response.on('error', () => answer.destroy());
      response.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    setTimeout(() => onward.end(body), delayMs);
  };

  const server = createServer(async (incoming, answer) => {
    const { url = '' } = incoming;
    const isTransaction = url.includes('$batch');
    const body = await readBody(incoming);
    // The record for /api/health is written once a minute, at any moment.
    if (isTransaction && !body.includes("PartitionKey='.health'")) counted.transactions += 1;
    if (!isTransaction) counted.reads += 1;
    const trouble = choose?.(`${decodeURIComponent(url)}\n${body}`, isTransaction) ?? 'none';
    switch (trouble) {
      case 'none':
      case 'answer lost':
        pass(incoming, body, answer, trouble === 'answer lost');
        return;
      case 'busy':
        refuse(answer, 503, 'ServerBusy');
        return;
      case 'throttled':
        refuse(answer, 429, 'TooManyRequests');
        return;
      case 'broken':
        refuse(answer, 500, 'InternalError');
        return;
      case 'refused':
        answer.destroy();
        return;
      case 'silent':
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

const ETAG_MARK = Buffer.from('"odata.etag"');

/** Each row of an answer has an ETag. A chunk may end within the mark. */
function countEntities(response: IncomingMessage, onCount: (count: number) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  response.on('data', (chunk: Buffer) => {
    const bytes = Buffer.concat([rest, chunk]);
    let count = 0;
    let at = bytes.indexOf(ETAG_MARK);
    for (; at >= 0; at = bytes.indexOf(ETAG_MARK, at + ETAG_MARK.length)) count += 1;
    onCount(count);
    rest = bytes.subarray(Math.max(0, bytes.length - ETAG_MARK.length + 1));
  });
}

/** The error of a request whose connection broke. */
async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming) chunks.push(chunk);
  } catch {
    // The caller is gone.
  }
  return Buffer.concat(chunks);
}

/** Error bodies. Source: learn.microsoft.com/rest/api/storageservices/table-service-error-codes */
function refuse(answer: ServerResponse, status: number, code: string): void {
  const message = { lang: 'en-US', value: 'Refused on purpose.' };
  answer.writeHead(status, { 'content-type': 'application/json;odata=minimalmetadata' });
  answer.end(JSON.stringify({ 'odata.error': { code, message } }));
}
