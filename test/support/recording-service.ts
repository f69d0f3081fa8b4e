// Replaces SignalR Service: records every REST call, and gives configured answers.

import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { EMULATOR_KEY, toConnectionString } from '../../local/access-token.ts';

interface RecordedCall {
  readonly method: string;
  readonly path: string;
  readonly authorization: string;
  readonly contentType: string | undefined;
  readonly body: unknown;
}

export interface RecordingService {
  readonly connectionString: string;
  readonly calls: RecordedCall[];
  /** Number of opened TCP connections so far. */
  connections(): number;
  /** Closes all connections, like a service that restarts. */
  dropConnections(): void;
  answer: { status: number; headers?: Record<string, string>; body?: string };
  close(): Promise<void>;
}

export async function startRecordingService(port = 0): Promise<RecordingService> {
  const calls: RecordedCall[] = [];
  const sockets = new Set<Socket>();
  let opened = 0;
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    calls.push({
      method: request.method ?? '',
      path: request.url ?? '',
      authorization: request.headers.authorization ?? '',
      contentType: request.headers['content-type'],
      body: text === '' ? undefined : JSON.parse(text),
    });
    response.writeHead(service.answer.status, service.answer.headers);
    response.end(service.answer.body);
  });
  server.on('connection', (socket) => {
    opened += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: taken } = server.address() as AddressInfo;
  const service: RecordingService = {
    connectionString: toConnectionString('http://127.0.0.1', taken, EMULATOR_KEY),
    calls,
    connections: () => opened,
    dropConnections() {
      for (const socket of sockets) socket.destroy();
    },
    answer: { status: 202 },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return service;
}
