// Finds free ports on this machine.

import { connect, createServer } from 'node:net';

export const LOOPBACK = '127.0.0.1';
/** `localhost` is both addresses, and a client may try this one first. */
const LOOPBACK_6 = '::1';

/** A port that is free at this moment. Another program may take it before the caller. */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const port = await listenAndClose(0, LOOPBACK);
    if (typeof port === 'number' && !(await isTakenAt(port, LOOPBACK_6))) return port;
  }
  throw new Error('unable to find a free port; the system gave none. Close some programs.');
}

/** Also true if another program has the port on the IPv6 loopback only, because `localhost` may lead there. */
export async function isPortTaken(port: number, address = LOOPBACK): Promise<boolean> {
  if (address !== LOOPBACK) return isTakenAt(port, address);
  return (await isTakenAt(port, LOOPBACK)) || (await isTakenAt(port, LOOPBACK_6));
}

/** Whether this machine can listen at the address. */
export async function isOwnAddress(address: string): Promise<boolean> {
  return typeof (await listenAndClose(0, address)) === 'number';
}

/** Whether a program accepts connections there. Sends nothing. */
export function isListening(port: number, host = LOOPBACK): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function isTakenAt(port: number, host: string): Promise<boolean> {
  const got = await listenAndClose(port, host);
  // A machine without IPv6 has no such address, so no program listens there.
  return typeof got !== 'number' && !(host === LOOPBACK_6 && NO_IPV6.has(got));
}

const NO_IPV6: ReadonlySet<string> = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL']);

/** The port, or the code of the error. */
function listenAndClose(port: number, host: string): Promise<number | string> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      const got = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(got));
    });
  });
}
