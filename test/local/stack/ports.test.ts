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
  test('is free if no program listens', async () => {
    expect(await isPortTaken(port)).toBe(false);
    expect(await isListening(port)).toBe(false);
  });

  // H8: also for ::1 alone, because `localhost` may lead there.
  test.each(['127.0.0.1', '::1', '0.0.0.0', '::'])('is in use if %s has it', async (host) => {
    const isTaken = await listen(host);
    expect(await isPortTaken(port)).toBe(isTaken);
  });

  test('is listening if a program accepts connections', async () => {
    expect(await listen('127.0.0.1')).toBe(true);
    expect(await isListening(port)).toBe(true);
  });
});

/** Resolves to false on a machine without IPv6, which has no such address. */
function listen(host: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') resolve(false);
      else reject(error);
    });
    server.listen({ port, host, ipv6Only: host === '::1' }, () => resolve(true));
  });
}
