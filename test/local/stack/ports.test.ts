import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { findFreePort, isListening, isPortTaken } from '../../../local/stack/ports.ts';

let server: Server;
let port: number;

beforeEach(async () => {
  port = await findFreePort();
  server = createServer();
});
afterEach(() => {
  server.close();
});

describe('a port', () => {
  test('is free where nobody listens', async () => {
    expect(await isPortTaken(port)).toBe(false);
    expect(await isListening(port)).toBe(false);
  });

  // H8: ::1 alone is enough, because `localhost` leads there.
  test.each(['127.0.0.1', '::1', '0.0.0.0', '::'])('is taken where %s has it', async (host) => {
    const isTaken = await listen(host);
    expect(await isPortTaken(port)).toBe(isTaken);
  });

  test('is listening where a program accepts connections', async () => {
    expect(await listen('127.0.0.1')).toBe(true);
    expect(await isListening(port)).toBe(true);
  });
});

/** Answers false on a machine that has no such address, because it has no IPv6. */
function listen(host: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') resolve(false);
      else reject(error);
    });
    server.listen({ port, host, ipv6Only: host === '::1' }, () => resolve(true));
  });
}
