// What the tail command shows a chat that asks people to sign in. The rest is in test/stack.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { tail } from '../../../local/client/tail.ts';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

const error = (code: string, message: string) => JSON.stringify({ error: { code, message } });

/** Lets whoever brings the token read, and nobody in. */
async function openServer(token: string) {
  const asked: [string, string | undefined][] = [];
  const server = createServer((request, response) => {
    const { url = '', headers } = request;
    asked.push([new URL(url, 'http://x').pathname, headers.authorization]);
    const isSignedIn = headers.authorization === `Bearer ${token}`;
    if (!isSignedIn) {
      const body = error('not_signed_in', 'unable to let you in; there is no token. Sign in.');
      response.writeHead(401).end(body);
    } else if (url.startsWith('/api/negotiate')) {
      response.writeHead(403).end(error('room_closed', 'unable to enter; it is closed. Wait.'));
    } else {
      response.writeHead(200).end(JSON.stringify({ first: 1, seq: 0, messages: [] }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const run = (url: string, token: string | undefined) =>
  tail(
    {
      kind: 'tail',
      chat: { url, key: undefined },
      room: 'lobby',
      name: 'tail',
      lines: 0,
      json: false,
      token,
    },
    { show: () => {}, tell: () => {}, signal: new AbortController().signal },
  );

test('the token of an account goes with the history and with negotiate', async () => {
  const { asked, url } = await openServer('a.b.c');
  await expect(run(url, 'a.b.c')).rejects.toThrow('it is closed');
  expect(asked).toEqual([
    ['/api/rooms/lobby/messages', 'Bearer a.b.c'],
    ['/api/negotiate', 'Bearer a.b.c'],
  ]);
});

test('without a token it says where one is given', async () => {
  const { asked, url } = await openServer('a.b.c');
  await expect(run(url, undefined)).rejects.toThrow(
    'there is no token. Sign in. A token is given by --token or CHAT_TOKEN.',
  );
  expect(asked).toEqual([['/api/rooms/lobby/messages', undefined]]);
});
