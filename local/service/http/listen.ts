// The HTTP servers of one port. Loopback has two addresses, and `localhost` may mean either of them.

import http, { type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

export interface Listeners {
  readonly request: RequestListener;
  /** Called for a WebSocket upgrade. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

export interface Listening {
  readonly port: number;
  /** Stops accepting connections. */
  close(): void;
  closeConnections(): void;
}

/** Idle time after which a connection is closed. It is longer than in the connection pools of callers. */
const KEEP_ALIVE_MS = 120_000;
/** Length of the listen queue, for storms of reconnects. The kernel's limit may be lower. */
const BACKLOG = 4_096;
/** Errors for `::1` on a machine without IPv6. */
const NO_IPV6: ReadonlySet<string> = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL']);

/**
 * @param port 0 for any free port
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
      // A random port was free at the first address only, and nobody relies on the second one.
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
 * HTTP lets a server ignore an unknown upgrade, such as the h2c that some clients offer with each request. Node does
 * not ignore it once there is a listener for upgrades. So this parses the request again without the upgrade.
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
  // A pipelined request would arrive on a socket that is still in use. Its sender retries it, as HTTP requires for
  // requests that a closing connection leaves unanswered.
  if (head.length > bodyBytes) lines.push('Connection: close');
  const start = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  socket.unshift(Buffer.concat([start, head.subarray(0, bodyBytes)]));
  server.emit('connection', socket);
}

/** Infinity if the length is not in the headers. */
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
