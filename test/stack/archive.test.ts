// Export of all rooms, import into empty storage, and export again, by the command line against real hosts.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, openSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { type RunningHost, runHost, stopHosts } from '../local/host/run-host.ts';
import { newRoom, sharedStack } from '../support/shared-stack.ts';
import { sized } from '../support/sizes.ts';

jest.setTimeout(300_000);

const ROOT = join(import.meta.dirname, '../..');
const MESSAGES = sized(500, 10_000);
const ROOMS = ['build', 'lobby', '大厅', 'x'];

let folder: string;
let hosts: readonly RunningHost[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'archive-'));
  const { connectionString, tableConnectionString } = await sharedStack();
  // Two tables in one storage account are two chats.
  hosts = await Promise.all(
    ['from', 'to'].map((name) =>
      runHost(ROOT, {
        env: {
          AzureSignalRConnectionString: connectionString,
          AzureWebJobsStorage: tableConnectionString,
          CHAT_TABLE: newRoom(name).replace('-', ''),
        },
      }),
    ),
  );
});
afterAll(async () => {
  await stopHosts();
  await rm(folder, { recursive: true });
});

/** Runs a command with files in place of its streams, as a person does. */
async function run(
  args: string,
  url: string,
  { input, output }: { input?: string; output?: string },
) {
  const command = join(ROOT, 'local', 'client', 'index.js');
  const out = output === undefined ? 'pipe' : openSync(join(folder, output), 'w');
  const child = spawn(process.execPath, [command, ...args.split(' '), '--url', url], {
    stdio: ['pipe', out, 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  if (input === undefined) child.stdin?.end();
  else if (child.stdin) createReadStream(join(folder, input)).pipe(child.stdin);
  const [code] = await once(child, 'close');
  return { code, said };
}

test(`${MESSAGES} messages in several rooms are the same after export, import and export`, async () => {
  const [from = '', to = ''] = hosts.map(({ url }) => url);
  const count = MESSAGES / ROOMS.length;
  const ask = async (method: string, path: string, body?: string) => {
    const headers = { 'content-type': 'text/plain' };
    const answer = await fetch(`${from}/api/rooms/${path}`, {
      method,
      headers,
      ...(body && { body }),
    });
    expect(answer.ok).toBe(true);
  };
  for (const room of ROOMS) {
    for (let sent = 0; sent < count; sent += 500) {
      const lines = Array.from(
        { length: Math.min(500, count - sent) },
        (_, n) => `${room} ${sent + n} 好`,
      );
      await ask('POST', `${encodeURIComponent(room)}/messages`, lines.join('\n'));
    }
  }
  await ask('DELETE', 'lobby/messages/7');
  await ask('PUT', 'x/closed?reason=night');
  expect(await run('export --all', from, { output: 'one' })).toEqual({ code: 0, said: '' });
  expect(await run('import', to, { input: 'one' })).toEqual({
    code: 0,
    said: expect.stringMatching(new RegExp(`^imported ${MESSAGES + 1} messages in 4 rooms in `)),
  });
  expect(await run('export --all', to, { output: 'two' })).toEqual({ code: 0, said: '' });
  const [one, two] = await Promise.all(
    ['one', 'two'].map((file) => readFile(join(folder, file), 'utf8')),
  );
  expect(two).toBe(one);
  expect(await run('import --json', to, { input: 'one' })).toMatchObject({
    code: 0,
    said: expect.stringContaining(`"messages":0,"unchanged":${MESSAGES + 1},"gone":0`),
  });
  const answer = await fetch(`${to}/api/rooms/lobby/messages?limit=1`);
  expect(await answer.json()).toMatchObject({ seq: count + 1, messages: [{ deletes: 7 }] });
});
