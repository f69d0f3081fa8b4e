// How the app interprets the answers of SignalR Service.

import { describe, expect, test } from '@jest/globals';
import { SignalRRest } from '../../../functions/service/signalr-rest.ts';

const settings = {
  serverEndpoint: 'http://s',
  clientEndpoint: 'http://s',
  access: { kind: 'key', accessKey: 'k' },
} as const;

/** A service that answers each path with a status. */
function openRest(toStatus: (path: string) => number): SignalRRest {
  const send: typeof fetch = async (url) => {
    return new Response(null, { status: toStatus(new URL(String(url)).pathname) });
  };
  return new SignalRRest(settings, Date.now, send);
}

describe('health', () => {
  const check = (health: number, connection: number) => {
    const rest = openRest((path) => (path === '/api/health' ? health : connection));
    return rest.checkHealth(AbortSignal.timeout(1_000));
  };

  test('is good if the service is healthy and answers that it does not know the connection', async () => {
    await expect(check(200, 404)).resolves.toBeUndefined();
  });

  test.each([404, 204, 500, 503])('is bad if the service answers %i', async (status) => {
    await expect(check(status, 404)).rejects.toMatchObject({
      code: 'unavailable',
      message: `unable to reach SignalR Service; it answered ${status} to HEAD /api/health. Try again, and check AzureSignalRConnectionString if it stays so.`,
    });
  });

  test.each([401, 403])(
    'names the role where the service answers %i to this app',
    async (status) => {
      await expect(check(200, status)).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining('the role SignalR Service Owner'),
      });
    },
  );
});

test('a connection that the service does not know is no failure', async () => {
  expect(await openRest(() => 404).hasConnection('c1')).toBe(false);
  expect(await openRest(() => 404).closeConnection('c1', 'bye')).toBe(false);
});
