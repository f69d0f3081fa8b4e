// The network of one browser: an HTTP proxy for all of its traffic, which a test can cut.

import { createServer, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface Network {
  /** The browser's proxy, also for loopback addresses. */
  readonly proxy: { readonly server: string; readonly bypass: string };
  /** Destroys all connections, and accepts no new ones until it is restored. */
  cut(): void;
  restore(): void;
  stop(): Promise<void>;
}

export interface NetworkOptions {
  /** Answers CONNECT with 403, as some proxies of companies do for WebSockets. */
  readonly refusesWebSockets?: boolean;
  /** A name of this machine that the browser does not know as local, so a page under it is no secure context. */
  readonly name?: string;
}

export async function openNetwork({
  refusesWebSockets,
  name,
}: NetworkOptions = {}): Promise<Network> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const note = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };

  const server = createServer((incoming, answer) => {
    const { method, headers, url = '' } = incoming;
    const target = new URL(url);
    if (target.hostname === name) target.hostname = '127.0.0.1';
    const onward = request(target, { method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    answer.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  server.on('connection', (socket) => {
    note(socket);
    if (isCut) socket.destroy();
  });
  // WebSockets use CONNECT.
  server.on('connect', ({ url = '' }, client: Socket) => {
    if (refusesWebSockets) {
      client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    const { hostname, port } = new URL(`http://${url}`);
    const target = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(target).pipe(client);
    });
    note(target);
    target.on('close', () => client.destroy());
    client.on('close', () => target.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    proxy: { server: `http://127.0.0.1:${port}`, bypass: '<-loopback>' },
    cut: () => {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
    restore: () => {
      isCut = false;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
