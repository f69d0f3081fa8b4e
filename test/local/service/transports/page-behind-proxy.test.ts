// The page's own connection behind proxies that do not like WebSockets: the real SignalR client, and the emulator.

import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { openHub } from '../../../../web/connection/hub.ts';
import { connectionInfo, rest } from '../hub-client.ts';
import { stageService } from '../stage.ts';

const stage = stageService();
const USER = 'ada';
const WELCOME = {
  connectionId: 'c',
  userId: USER,
  name: 'Ada',
  room: 'lobby',
  revision: 1,
  seq: 0,
  online: 1,
};

interface ProxyRules {
  /** What happens to a WebSocket. */
  readonly webSocket: 'refused' | 'never answered';
  readonly refusesEventStreams?: boolean;
}

const opened: (() => void)[] = [];
afterEach(() => {
  jest.useRealTimers();
  for (const close of opened.splice(0).reverse()) close();
});

/** A proxy in front of the emulator, and what came through. */
async function startProxy({ webSocket, refusesEventStreams = false }: ProxyRules) {
  const passed: string[] = [];
  const proxy = createServer((incoming, answer) => {
    const { method, url, headers } = incoming;
    const isStream = headers.accept === 'text/event-stream';
    if (isStream && refusesEventStreams) {
      answer.writeHead(403).end('No streams here.');
      return;
    }
    passed.push(isStream ? 'stream' : `${method}`);
    const { port } = stage.service;
    const onward = request({ port, host: '127.0.0.1', method, path: url, headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    answer.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  proxy.on('upgrade', (_, socket) => {
    passed.push('upgrade');
    if (webSocket === 'refused') socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    else opened.push(() => socket.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  opened.push(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  return { passed, proxy, port: (proxy.address() as AddressInfo).port };
}

/** A page behind the proxy: each `open` is one attempt. */
function pageBehind(port: number) {
  const welcomes: number[] = [];
  const address = {
    base: 'http://chat.test/',
    room: 'lobby',
    name: 'Ada',
    token: async () => undefined,
    route: { isSilent: false, pollsUntil: 0 },
  };
  const fetcher: typeof fetch = async (input, init) => {
    if (!String(input).startsWith('http://chat.test/')) return fetch(input, init);
    const { url, token } = await connectionInfo(stage.service, { userId: USER });
    const through = new URL(url);
    through.port = `${port}`;
    return Response.json({ url: through.href, accessToken: token });
  };
  const open = () => {
    const hub = openHub(
      address,
      {
        welcome: ({ seq }) => void welcomes.push(seq),
        events: () => {},
        typing: () => {},
        unread: () => {},
        closed: () => {},
      },
      fetcher,
    );
    opened.push(() => void hub.stop().catch(() => {}));
    return hub;
  };
  return { welcomes, open, route: address.route };
}

const welcome = () =>
  rest(stage.service, 'POST', `/api/hubs/chat/users/${USER}/:send`, {
    body: { target: 'welcome', arguments: [WELCOME] },
  });

test.each<[string, ProxyRules, string]>([
  ['server-sent events', { webSocket: 'refused' }, 'stream'],
  ['long polling', { webSocket: 'refused', refusesEventStreams: true }, 'GET'],
])(
  'P3: where a proxy refuses WebSockets the page sends and receives by %s',
  async (_, rules, way) => {
    const { passed, port } = await startProxy(rules);
    const { welcomes, open } = pageBehind(port);
    stage.upstream.answer = async ({ event, body }) => {
      if (event !== 'send') return {};
      const { invocationId } = JSON.parse(body.toString()) as { invocationId: string };
      const result = { ok: true, seq: 1, sentAt: 1, online: 1 };
      return { body: `${JSON.stringify({ type: 3, invocationId, result })}\x1e` };
    };
    const hub = open();
    await hub.start();
    expect(passed[1]).toBe('upgrade');
    expect(passed).toContain(way);
    expect(await hub.send('hello', 'id 1')).toMatchObject({ ok: true, seq: 1 });
    await welcome();
    await hub.send('again', 'id 2');
    expect(welcomes).toEqual([0]);
    await hub.stop();
  },
);

describe('16.6: where a proxy never answers a WebSocket, the page', () => {
  /** Attempts of one visit. The clock moves only in the tests. */
  async function visit() {
    const { passed, proxy, port } = await startProxy({ webSocket: 'never answered' });
    const { open, route } = pageBehind(port);
    // Tokens are valid for an hour.
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'Date'] });
    return {
      upgrades: () => passed.filter((what) => what === 'upgrade').length,
      silent: async () => {
        const upgraded = once(proxy, 'upgrade');
        const failed = expect(open().start()).rejects.toThrow('no handshake in time');
        await upgraded;
        await jest.advanceTimersByTimeAsync(10_000);
        await failed;
      },
      polled: async () => {
        const hub = open();
        await hub.start();
        expect(passed.at(-1)).toMatch(/^(GET|POST)$/);
        await hub.stop();
      },
      cutOff: () => {
        proxy.closeAllConnections();
        proxy.close();
      },
      failed: () => expect(open().start()).rejects.toThrow(),
      route,
    };
  }

  test('polls at once in every attempt after one that polled', async () => {
    const { silent, polled, upgrades } = await visit();
    await silent();
    for (let attempt = 0; attempt < 3; attempt += 1) await polled();
    expect(upgrades()).toBe(1);
  });

  test('tries a WebSocket again half an hour later', async () => {
    const { silent, polled, upgrades } = await visit();
    await silent();
    await polled();
    await jest.advanceTimersByTimeAsync(30 * 60_000);
    await silent();
    await polled();
    expect(upgrades()).toBe(2);
  });

  test('tries a WebSocket again after polling failed, too', async () => {
    const { silent, failed, upgrades, cutOff, route } = await visit();
    await silent();
    cutOff();
    await failed();
    expect([upgrades(), route]).toEqual([1, { isSilent: false, pollsUntil: 0 }]);
  });
});
