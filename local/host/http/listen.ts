// Opens a port, and closes it without waiting for idle connections.

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Listener {
  readonly port: number;
  /** Accepts no more connections. Requests under way continue. */
  close(): void;
}

/** Listens, at any free port for 0. Rejects with an error whose message names the port and what to do. */
export function listen(server: Server, port: number, address: string): Promise<Listener> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException) => reject(unable(error, port, address));
    server.once('error', refuse);
    server.listen(port, address, () => {
      server.off('error', refuse);
      resolve({
        port: (server.address() as AddressInfo).port,
        close() {
          server.close();
          server.closeIdleConnections();
        },
      });
    });
  });
}

function unable(error: NodeJS.ErrnoException, port: number, address: string): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new Error(
        `unable to start the Functions host; port ${port} is taken. Stop what listens there, or choose another with --port (0 takes any).`,
      );
    case 'EACCES':
      return new Error(
        `unable to start the Functions host; port ${port} is not allowed to you. Choose one from 1024 up with --port.`,
      );
    case 'EADDRNOTAVAIL':
      return new Error(
        `unable to start the Functions host; ${address} is no address of this machine. Choose another with --address.`,
      );
    default:
      return new Error(
        `unable to start the Functions host; ${error.message}. Choose another port or address.`,
      );
  }
}
