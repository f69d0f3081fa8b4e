// What the doctor says about this machine, for a chat that runs here.

import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import {
  CHAT_SETTINGS,
  checkPort,
  checkSettings,
  judgeNode,
} from '../../../../local/client/doctor/machine.ts';
import { systemClock } from '../../../../local/client/system-clock.ts';

const done: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of done.splice(0)) await end();
});

test.each([
  ['v20.19.0', 'ok'],
  ['v24.1.0', 'ok'],
  ['v20.18.3', 'broken'],
  ['v18.20.0', 'broken'],
])('Node %s is %s', (version, state) => {
  expect(judgeNode(version)).toMatchObject({ state });
});

test('every setting of docs/settings.md that begins with CHAT_ is known, and no other', () => {
  const listed = [...readFileSync('docs/settings.md', 'utf8').matchAll(/^\| `(CHAT_\w+)` \|/gm)];
  expect([...CHAT_SETTINGS].sort()).toEqual(listed.map(([, name]) => name).sort());
});

describe('local.settings.json', () => {
  const check = async (text: string | undefined) => {
    const folder = await mkdtemp(join(tmpdir(), 'doctor-'));
    done.push(() => rm(folder, { recursive: true }));
    if (text !== undefined) await writeFile(join(folder, 'local.settings.json'), text);
    return checkSettings(folder);
  };
  const withValues = (values: object) => JSON.stringify({ IsEncrypted: false, Values: values });

  test.each([
    ['no file', undefined],
    ['known settings', withValues({ CHAT_AUTH: 'guest', CHAT_STORAGE__accountName: 'a' })],
    ['settings of others', withValues({ FUNCTIONS_WORKER_RUNTIME: 'node' })],
    [
      'a service with an identity',
      withValues({ AzureSignalRConnectionString: 'Endpoint=https://x;AuthType=azure.msi' }),
    ],
  ])('with %s is fine', async (_, text) => {
    expect(await check(text)).toMatchObject({ state: 'ok' });
  });

  test.each([
    ['{"IsEncrypted": false,\n "Values": {"a" "b"}}', 'line 2', 'Correct it there'],
    ['{"Values": {}}', 'encrypted', '"IsEncrypted": false'],
    [withValues({ CHAT_AUHT: 'entra' }), 'CHAT_AUHT', 'Did you mean CHAT_AUTH?'],
    [withValues({ CHAT_RETENTION: '3' }), 'CHAT_RETENTION', 'docs/settings.md'],
    [
      withValues({ AzureSignalRConnectionString: 'Endpoint=http://x' }),
      'AzureSignalRConnectionString of local.settings.json',
      'it has no AccessKey',
    ],
  ])('%j is broken, with the name and what to do', async (text, found, cure) => {
    const verdict = await check(text);
    expect(verdict.state).toBe('broken');
    expect(JSON.stringify(verdict)).toContain(JSON.stringify(found).slice(1, -1));
    expect(JSON.stringify(verdict)).toContain(JSON.stringify(cure).slice(1, -1));
  });
});

describe('the port of the page', () => {
  const chat: RequestListener = (_, answer) => {
    answer.end('{"status":"ok","storage":"ok","signalR":"ok"}');
  };
  const another: RequestListener = (_, answer) => {
    answer.end('<h1>Another program</h1>');
  };
  /** The port, or 0 on a machine without IPv6, which has no such address. */
  const listen = async (listener: RequestListener, address: string, port = 0): Promise<number> => {
    const server: Server = createServer(listener);
    const isThere = await new Promise<boolean>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') resolve(false);
        else reject(error);
      });
      server.listen(port, address, () => resolve(true));
    });
    if (!isThere) return 0;
    done.push(
      () =>
        new Promise((resolve) => {
          server.close(resolve);
          server.closeAllConnections();
        }),
    );
    return (server.address() as AddressInfo).port;
  };
  const check = (port: number) =>
    checkPort(`http://localhost:${port}`, {
      fetch: (url, init) => fetch(url, init),
      clock: systemClock,
      signal: new AbortController().signal,
    });

  test('is the chat’s', async () => {
    const port = await listen(chat, '127.0.0.1');
    expect(await check(port)).toEqual({
      state: 'ok',
      found: `the chat has port ${port} at 127.0.0.1`,
    });
  });

  test('is another program’s on the IPv6 address, where localhost may lead', async () => {
    const port = await listen(chat, '127.0.0.1');
    const hasIpv6 = (await listen(another, '::1', port)) !== 0;
    expect(await check(port)).toMatchObject(
      hasIpv6
        ? {
            state: 'broken',
            found: `another program has port ${port} at ::1`,
            cure: expect.stringContaining('--port N'),
          }
        : { state: 'ok' },
    );
  });

  test('is no chat’s that answers, which the other hops explain', async () => {
    const port = await listen(another, '127.0.0.1');
    expect(await check(port)).toMatchObject({
      state: 'skipped',
      found: expect.stringContaining('not by a chat'),
    });
  });
});
