// Which ports are free on this machine.

import { createServer } from 'node:net';

export const LOOPBACK = '127.0.0.1';

/** Free at this moment: whoever asks must be ready to lose the race for it. */
export async function findFreePort(): Promise<number> {
  const port = await listenAndClose(0);
  if (port === undefined) {
    throw new Error('unable to find a free port; the system gave none. Close some programs.');
  }
  return port;
}

export async function isPortTaken(port: number): Promise<boolean> {
  return (await listenAndClose(port)) === undefined;
}

/** The port it listened on, or nothing if that one was not to be had. */
function listenAndClose(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => {
      const address = server.address();
      const got = typeof address === 'object' && address ? address.port : undefined;
      server.close(() => resolve(got));
    });
  });
}
