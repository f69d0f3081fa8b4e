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
  const check = (health: number, send: number) => {
    const rest = openRest((path) => (path === '/api/health' ? health : send));
    return rest.checkHealth(AbortSignal.timeout(1_000));
  };

  test('is good if the service is healthy and takes a message to nobody', async () => {
    await expect(check(200, 202)).resolves.toBeUndefined();
  });

  test.each([404, 204, 500, 503])('is bad if the service answers %i', async (status) => {
    await expect(check(status, 202)).rejects.toMatchObject({
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

describe('S3: a quota that is used up', () => {
  const NOON = Date.UTC(2026, 10, 28, 12);
  const checkWith = (refused: string, text: string) => {
    const send: typeof fetch = async (url) => {
      const isRefused = new URL(String(url)).pathname === refused;
      return isRefused ? new Response(text, { status: 429 }) : new Response(null, { status: 202 });
    };
    const withHealth: typeof fetch = async (url, init) => {
      const { status } = await send(url, init);
      return String(url).includes('/api/health') && status === 202
        ? new Response(null, { status: 200 })
        : send(url, init);
    };
    return new SignalRRest(settings, () => NOON, withHealth).checkHealth(
      AbortSignal.timeout(1_000),
    );
  };

  test('of messages ends at midnight UTC', async () => {
    const text = 'Message count reaches limit; the free unit has 20000 messages a day.';
    await expect(checkWith('/api/hubs/chat/users/nobody/:send', text)).rejects.toMatchObject({
      code: 'quota_used_up',
      message: expect.stringContaining('used up until 2026-11-29T00:00:00.000Z'),
      until: Date.UTC(2026, 10, 29),
    });
  });

  test('of connections ends when somebody goes', async () => {
    const text = 'Connection count reaches limit; more than 20 connections need more units.';
    await expect(checkWith('/client/negotiate', text)).rejects.toMatchObject({
      code: 'quota_used_up',
      message: expect.stringContaining('all of its connections are in use'),
      until: undefined,
    });
  });

  test('is not meant by another 429, or by an endpoint of clients that this app cannot reach', async () => {
    await expect(checkWith('/client/negotiate', 'slow down')).resolves.toBeUndefined();
    await expect(checkWith('/api/health', 'slow down')).rejects.toMatchObject({
      code: 'unavailable',
    });
  });
});

describe('a 404', () => {
  /** A service or another server that answers calls about connections and groups with 404, with a code or without. */
  function openUnknowing(health: number, code?: string) {
    const asked: string[] = [];
    const send: typeof fetch = async (url, init) => {
      const { pathname } = new URL(String(url));
      asked.push(`${init?.method} ${pathname}`);
      const isHealth = pathname === '/api/health';
      const headers = code === undefined || isHealth ? {} : { 'x-ms-error-code': code };
      return new Response(null, { status: isHealth ? health : 404, headers });
    };
    return { rest: new SignalRRest(settings, Date.now, send), asked };
  }

  test.each(['Warning.Connection.NotExisted', 'Error.Connection.NotExisted'])(
    'with the code %s says that a connection is gone, and costs no second request',
    async (code) => {
      const { rest, asked } = openUnknowing(503, code);
      expect(await rest.hasConnection('c1')).toBe(false);
      expect(await rest.closeConnection('c1', 'bye')).toBe(false);
      await expect(rest.addToGroup('lobby', 'c1')).resolves.toBeUndefined();
      expect(asked).toEqual([
        'HEAD /api/hubs/chat/connections/c1',
        'DELETE /api/hubs/chat/connections/c1',
        'PUT /api/hubs/chat/groups/lobby/connections/c1',
      ]);
    },
  );

  test('without a code says so if the service is at that address, as the official emulator is', async () => {
    const { rest } = openUnknowing(200);
    expect(await rest.hasConnection('c1')).toBe(false);
    expect(await rest.closeConnection('c1', 'bye')).toBe(false);
  });

  test.each([
    ['HEAD', 'connections/c1', (rest: SignalRRest) => rest.hasConnection('c1')],
    ['DELETE', 'connections/c1', (rest: SignalRRest) => rest.closeConnection('c1', 'bye')],
    ['PUT', 'groups/lobby/connections/c1', (rest: SignalRRest) => rest.addToGroup('lobby', 'c1')],
    ['POST', 'groups/lobby/:send', (rest: SignalRRest) => rest.sendToGroup('lobby', 'events', {})],
    ['POST', 'groups/lobby/:closeConnections', (rest: SignalRRest) => rest.closeRoom('lobby', '')],
  ])('of a wrong address is a failure: %s %s', async (method, path, call) => {
    const { rest } = openUnknowing(404, 'NotFound');
    await expect(call(rest)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(`it answered 404 to ${method} /api/hubs/chat/${path}.`),
    });
  });
});
