// One service under many addresses: what the app signs for, where it sends, and where its clients connect.

import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { WebSocket } from 'ws';
import {
  EMULATOR_KEY,
  parseConnectionString,
  signAccessToken,
} from '../../../../local/access-token.ts';
import { collect, stopClient } from '../hub-client.ts';
import { stageService } from '../stage.ts';

const stage = stageService();

/** Names of this machine, as apps, clients and proxies write them. */
const NAMES = [
  'localhost',
  'localhost:8888',
  '127.0.0.1',
  '127.0.0.1:22200',
  '[::1]:8888',
  'phone.test:22200',
  '192.168.1.7:8888',
  'signalr',
  'chat.example',
];
const PAIRS = NAMES.flatMap((signedFor) => NAMES.map((sentTo) => [signedFor, sentTo] as const));

/** The status of a request that goes to the service under another name. */
function request(
  name: string,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body = '',
): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port: stage.service.port,
      method,
      path,
      headers: { ...headers, Host: name },
    };
    http
      .request(options, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      })
      .on('error', reject)
      .end(body);
  });
}

test('M1: a token for any name of the service is accepted under any other, by REST and for clients', async () => {
  const refused: string[] = [];
  for (const scheme of ['http', 'https']) {
    for (const [signedFor, sentTo] of PAIRS) {
      const sign = (path: string) =>
        signAccessToken(EMULATOR_KEY, `${scheme}://${signedFor}${path}`, {}, Date.now());
      const send = '/api/hubs/chat/:send';
      const rest = await request(
        sentTo,
        'POST',
        send,
        { Authorization: `Bearer ${await sign(send)}`, 'Content-Type': 'application/json' },
        '{"target":"a"}',
      );
      const negotiate = await request(sentTo, 'POST', '/client/negotiate?hub=chat', {
        Authorization: `Bearer ${await sign('/client/?hub=chat')}`,
      });
      if (rest !== 202 || negotiate !== 200) refused.push(`${signedFor} at ${sentTo}`);
    }
  }
  expect(refused).toEqual([]);
});

test.each(NAMES)('M1: another hub or path is refused under %s, too', async (name) => {
  const sign = (path: string) =>
    signAccessToken(EMULATOR_KEY, `http://${name}${path}`, {}, Date.now());
  const negotiate = await request(name, 'POST', '/client/negotiate?hub=chat', {
    Authorization: `Bearer ${await sign('/client/?hub=other')}`,
  });
  const rest = await request(name, 'DELETE', '/api/hubs/chat/connections/a', {
    Authorization: `Bearer ${await sign('/api/hubs/chat/connections/b')}`,
  });
  expect([negotiate, rest]).toEqual([401, 401]);
});

describe('M1: a connection string', () => {
  // The SDK signs for Endpoint, without its port, for any address of the request.
  async function chatThrough(connectionString: string): Promise<void> {
    const { endpoint, clientEndpoint, serverEndpoint, accessKey } =
      parseConnectionString(connectionString);
    const { protocol, hostname } = new URL(endpoint);
    const sign = (path: string) =>
      signAccessToken(accessKey, `${protocol}//${hostname}${path}`, {}, Date.now());
    const token = await sign('/client/?hub=chat');
    const client = new HubConnectionBuilder()
      .withUrl(`${clientEndpoint}/client/?hub=chat`, { accessTokenFactory: () => token })
      .configureLogging(LogLevel.None)
      .build();
    await client.start();
    try {
      const news = collect(client, 'news');
      const path = '/api/hubs/chat/:send';
      const response = await fetch(`${serverEndpoint}${path}?api-version=2022-06-01`, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${await sign(path)}`,
          'Content-Type': 'application/json',
        },
        body: '{"target":"news","arguments":[1]}',
      });
      expect(response.status).toBe(202);
      expect(await news.until(1)).toEqual([[1]]);
    } finally {
      await stopClient(client);
    }
  }

  test.each([
    ['with the port in Port', (at: string, port: number) => `Endpoint=http://${at};Port=${port}`],
    ['with the port in Endpoint', (at: string, port: number) => `Endpoint=http://${at}:${port}`],
    [
      'with another ClientEndpoint and ServerEndpoint',
      (at: string, port: number) =>
        `Endpoint=http://signalr.test;Port=${port};ClientEndpoint=http://${at}:${port};ServerEndpoint=http://${at}:${port}`,
    ],
    [
      'with https for an Endpoint behind a proxy',
      (at: string, port: number) =>
        `Endpoint=https://signalr.test;ClientEndpoint=http://${at}:${port};ServerEndpoint=http://${at}:${port}`,
    ],
  ])('%s', async (_, make) => {
    for (const at of ['localhost', '127.0.0.1']) {
      await chatThrough(`${make(at, stage.service.port)};AccessKey=${EMULATOR_KEY};Version=1.0;`);
    }
  });

  test('with a proxy that changes the Host', async () => {
    const proxy = await startProxy(stage.service.port);
    try {
      const address = `http://127.0.0.1:${proxy.port}`;
      await chatThrough(
        `Endpoint=http://localhost;Port=${stage.service.port};ClientEndpoint=${address};ServerEndpoint=${address};AccessKey=${EMULATOR_KEY};`,
      );
    } finally {
      await proxy.stop();
    }
  });
});

/** A reverse proxy, which sends its own Host, for requests and WebSockets. */
async function startProxy(
  toPort: number,
): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const inner = (incoming: http.IncomingMessage) => ({
    host: '127.0.0.1',
    port: toPort,
    method: incoming.method,
    path: incoming.url,
    headers: { ...incoming.headers, host: 'inner.test' },
  });
  const server = http.createServer((incoming, outgoing) => {
    incoming.pipe(
      http.request(inner(incoming), (answer) => {
        outgoing.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(outgoing);
      }),
    );
  });
  server.on('upgrade', (incoming, socket) => {
    const request = http.request(inner(incoming));
    request.on('upgrade', (answer, upstream) => {
      const lines = answer.rawHeaders.flatMap((name, index, all) =>
        index % 2 === 0 ? [`${name}: ${all[index + 1]}\r\n`] : [],
      );
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('')}\r\n`);
      upstream.pipe(socket).pipe(upstream);
      for (const end of [socket, upstream]) end.on('error', () => {});
    });
    request.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

describe('M1: --token-host', () => {
  const strict = stageService({ tokenHosts: ['chat.example'] });

  test.each([
    ['chat.example', 101],
    ['localhost', 401],
  ])('a client whose token is for %s gets %d', async (host, expected) => {
    const token = await signAccessToken(
      EMULATOR_KEY,
      `http://${host}/client/?hub=chat`,
      {},
      Date.now(),
    );
    const socket = new WebSocket(`ws://127.0.0.1:${strict.service.port}/client/?hub=chat`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    const status = await new Promise((resolve) => {
      socket.on('open', () => resolve(101));
      socket.on('unexpected-response', (_, response) => resolve(response.statusCode));
      socket.on('error', () => {});
    });
    expect(status).toBe(expected);
    socket.terminate();
  });
});
