// Requests through a proxy that the environment names.

import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { WebSocketServer } from 'ws';
import { openNetwork } from '../../../../local/client/api/network.ts';
import { UsageError } from '../../../../local/client/command-line/usage-error.ts';
import { runInProcess } from '../../../support/command-line.ts';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    server.close();
    if ('closeAllConnections' in server) server.closeAllConnections();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Answers plain requests itself. Connects tunnels to `target`, or refuses them. */
async function openProxy(target?: string) {
  const asked: string[] = [];
  const proxy = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.end('from the proxy');
  });
  proxy.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim());
    stops.push(() => void socket.destroy());
    if (target === undefined) return void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const [host = '', port = ''] = target.split(':');
    const through = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      through.pipe(socket).pipe(through);
    });
    for (const end of [through, socket]) end.on('error', () => {});
    stops.push(() => through.destroy());
  });
  return { asked, address: await listen(proxy) };
}

async function get(url: string, environment: Record<string, string>): Promise<string> {
  const network = await openNetwork(environment);
  const signal = AbortSignal.timeout(10_000);
  const answer = await network.fetch(new URL(url), {
    method: 'GET',
    headers: {},
    redirect: 'manual',
    signal,
  });
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.body ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test('C8: without TLS the proxy gets the request', async () => {
  const { asked, address } = await openProxy();
  expect(await get('http://chat.example/api/health', { HTTP_PROXY: `http://${address}` })).toBe(
    'from the proxy',
  );
  expect(asked).toEqual(['GET http://chat.example/api/health']);
});

test('C8: with TLS the proxy makes a tunnel for the TLS connection', async () => {
  let first: number | undefined;
  const target = createTcpServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (bytes) => {
      first = bytes[0];
      socket.destroy();
    });
  });
  const { asked, address } = await openProxy(await listen(target));
  const environment = { https_proxy: `http://user:p%40ss@${address}` };
  await expect(get('https://chat.example/', environment)).rejects.toThrow('fetch failed');
  const credentials = Buffer.from('user:p@ss').toString('base64');
  expect(asked).toEqual([`CONNECT chat.example:443 Basic ${credentials}`]);
  // The first byte of a TLS handshake.
  expect(first).toBe(22);
});

test('C8: a refused tunnel is a failure with the reason', async () => {
  const { address } = await openProxy();
  const { fetch } = await openNetwork({ HTTPS_PROXY: address });
  const { code, stderr } = await runInProcess('rooms --url https://chat.example', fetch);
  expect([code, stderr[0]]).toEqual([1, expect.stringContaining('Proxy response (403)')]);
});

test('C8: a WebSocket goes through a tunnel', async () => {
  const hub = createServer();
  const sockets = new WebSocketServer({ server: hub });
  sockets.on('connection', (socket, request) => socket.send(String(request.headers['x-test'])));
  const { asked, address } = await openProxy(await listen(hub));
  const { WebSocket: Through } = await openNetwork({ HTTP_PROXY: address });
  if (!Through) throw new Error('there is no WebSocket for a proxy');
  const socket = new Through('ws://service.example/client', undefined, {
    headers: { 'x-test': 'through' },
  }) as WebSocket;
  const said = await new Promise((resolve, reject) => {
    socket.onmessage = ({ data }) => resolve(data);
    socket.onerror = reject;
  });
  socket.close();
  expect([said, asked]).toEqual(['through', ['CONNECT service.example:80']]);
});

test.each([
  ['of the other scheme', 'HTTPS_PROXY', {}],
  ['that NO_PROXY excludes the chat from', 'HTTP_PROXY', { NO_PROXY: 'localhost,example' }],
])('C8: none is used %s', async (_, name, more) => {
  const { asked, address } = await openProxy();
  // No host has this name.
  await expect(get('http://chat.example/', { [name]: address, ...more })).rejects.toThrow(
    'fetch failed',
  );
  expect(asked).toEqual([]);
});

test('C8: a request to this machine never goes to a proxy', async () => {
  const { asked, address } = await openProxy();
  const chat = await listen(createServer((_, response) => void response.end('from the chat')));
  const environment = { HTTP_PROXY: address, HTTPS_PROXY: address };
  expect(await get(`http://${chat}/`, environment)).toBe('from the chat');
  expect(await get(`http://localhost:${chat.split(':')[1]}/`, environment)).toBe('from the chat');
  expect(asked).toEqual([]);
});

test.each(['socks5://127.0.0.1:1', 'http://', 'not an address'])(
  'C8: %j is no proxy',
  async (proxy) => {
    await expect(openNetwork({ HTTPS_PROXY: proxy })).rejects.toThrow(UsageError);
  },
);

test('without a proxy its library is not loaded', async () => {
  expect((await openNetwork({ NO_PROXY: '*' })).WebSocket).toBeUndefined();
});
