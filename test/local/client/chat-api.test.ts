// What is at the address may be no chat: each command says so in one line, and none takes it for success.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { parseCommandLine } from '../../../local/client/command-line.ts';
import { moderate } from '../../../local/client/moderate.ts';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** Answers everything alike; undefined breaks off in the middle. */
async function openServer(status: number, body: string | undefined) {
  const server = createServer((_, response) => {
    if (body !== undefined) return void response.writeHead(status).end(body);
    response.writeHead(status, { 'content-length': '100' });
    response.write('{', () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

async function run(line: string, url: string): Promise<string[]> {
  const printed: string[] = [];
  const command = parseCommandLine([...line.split(' '), '--url', url], {});
  if (!command || command.kind === 'publish' || command.kind === 'tail') throw new Error(line);
  await moderate(command, async (text) => void printed.push(text));
  return printed;
}

describe.each(['rooms', 'members', 'export', 'erase --yes', 'health'])('%s', (line) => {
  test.each(['<html>\nWelcome</html>', '{}', 'null', '[1]'])(
    'does not take %j for the answer of a chat',
    async (body) => {
      const url = `http://127.0.0.1:${await openServer(200, body)}`;
      await expect(run(line, url)).rejects.toThrow(
        `unable to understand the answer; no chat answers at ${url}. Check --url.`,
      );
    },
  );

  test('says that an answer broke off', async () => {
    const url = `http://127.0.0.1:${await openServer(200, undefined)}`;
    await expect(run(line, url)).rejects.toThrow(/^unable to reach the chat at .* Check --url/);
  });
});

test('health does not take an empty answer for that of a chat', async () => {
  const url = `http://127.0.0.1:${await openServer(200, '')}`;
  await expect(run('health', url)).rejects.toThrow(`no chat answers at ${url}. Check --url.`);
});

test('what a server says in many lines is one line', async () => {
  const body = JSON.stringify({ error: { code: 'x', message: 'unable to\n  do it; no.\n' } });
  const url = `http://127.0.0.1:${await openServer(400, body)}`;
  await expect(run('rooms', url)).rejects.toThrow(/^unable to do it; no\.$/);
});
