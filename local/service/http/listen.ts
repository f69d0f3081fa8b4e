// The HTTP servers behind one port: loopback has two addresses, and `localhost` may mean either.

import http, { type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

export interface Listeners {
  readonly request: RequestListener;
  /** A WebSocket that wants to open. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

export interface Listening {
  readonly port: number;
  /** Takes no new connections. */
  close(): void;
  closeConnections(): void;
}

/** A connection without a request for this long is closed; longer than the pools of callers keep theirs. */
const KEEP_ALIVE_MS = 120_000;
/** For storms of reconnects; the kernel's own limit may be lower. */
const BACKLOG = 4_096;
/** What a machine without IPv6 says to `::1`. */
const NO_IPV6: ReadonlySet<string> = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL']);

/**
 * @param port 0 for any free one
 * @param ip loopback, by either of its addresses, if undefined
 */
export async function listen(
  listeners: Listeners,
  port: number,
  ip: string | undefined,
): Promise<Listening> {
  const first = newServer(listeners);
  const servers = [first];
  await listenAt(first, port, ip ?? '127.0.0.1');
  const address = first.address() as AddressInfo;
  if (ip === undefined) {
    const second = newServer(listeners);
    try {
      await listenAt(second, address.port, '::1');
      servers.push(second);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? '';
      // Any free port was free at the first address; nobody counts on it at the second one.
      if (!NO_IPV6.has(code) && port !== 0) {
        first.close();
        throw error;
      }
    }
  }
  return {
    port: address.port,
    close: () => {
      for (const server of servers) server.close();
    },
    closeConnections: () => {
      for (const server of servers) server.closeAllConnections();
    },
  };
}

function newServer({ request, upgrade }: Listeners): http.Server {
  const server = http.createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, request);
  server.on('upgrade', (incoming, socket, head) => {
    if (incoming.headers.upgrade?.toLowerCase() === 'websocket') upgrade(incoming, socket, head);
    else serveWithoutUpgrade(server, incoming, socket, head);
  });
  return server;
}

/**
 * HTTP lets a server ignore an upgrade that it does not know, such as the h2c that some clients offer with
 * each request; Node does not, once anybody listens for upgrades. So the request comes in once more, without it.
 */
function serveWithoutUpgrade(
  server: http.Server,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`];
  const { rawHeaders } = request;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (/^(upgrade|connection|http2-settings)$/i.test(name)) continue;
    lines.push(`${name}: ${rawHeaders[index + 1]}`);
  }
  const bodyBytes = bodyBytesOf(request);
  // A further request, sent before this one is answered, would meet a socket that is still in use. Its sender
  // sends it again, as HTTP has it for requests that a closing connection leaves unanswered.
  if (head.length > bodyBytes) lines.push('Connection: close');
  const start = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  socket.unshift(Buffer.concat([start, head.subarray(0, bodyBytes)]));
  server.emit('connection', socket);
}

/** Infinity where only the body itself tells. */
function bodyBytesOf({ headers }: IncomingMessage): number {
  if (headers['transfer-encoding'] !== undefined) return Number.POSITIVE_INFINITY;
  return Number(headers['content-length'] ?? 0);
}

function listenAt(server: http.Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog: BACKLOG }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
