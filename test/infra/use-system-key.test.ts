// The script for a host that asks for its key, run with a fake az.

import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { at, readSnapshot, resourceOf } from './snapshot.ts';

const SERVICE =
  '/subscriptions/s/resourceGroups/g/providers/Microsoft.SignalRService/signalR/chat-x';
const WEBHOOK = 'https://chat-x.azurewebsites.net/runtime/webhooks/signalr';
const KEY = 'a_-9b==';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'system-key-'));
});
afterEach(() => rm(folder, { recursive: true }));

interface Azure {
  readonly key?: string;
  readonly url?: string;
  readonly app?: string;
}

/** Runs the script with given answers of az. Returns its output and its requests. */
async function run(
  args: readonly string[],
  { key = KEY, url = WEBHOOK, app = 'chat-x' }: Azure = {},
) {
  const az = join(folder, 'az');
  await writeFile(
    az,
    `#!/bin/sh
echo "$*" >> '${folder}/calls'
case "$*" in
  'functionapp list'*) echo '${app}' ;;
  'resource list'*) echo '${SERVICE}' ;;
  'functionapp keys list'*) echo '${key}' ;;
  *'templates[0].hubPattern'*) echo chat ;;
  *'templates[0].urlTemplate'*) echo '${url}' ;;
  *'templates[0].auth.managedIdentity.resource'*) echo 00000000-0000-0000-0000-000000000004 ;;
  'rest --method patch'*) for last; do case "$last" in @*) cat "\${last#@}" > '${folder}/body' ;; esac; done ;;
  *) exit 9 ;;
esac
`,
  );
  await chmod(az, 0o755);
  const env = { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH ?? ''}` };
  const result = await promisify(execFile)('bash', ['infra/use-system-key.sh', ...args], {
    env,
  }).catch((error: { stdout: string; stderr: string }) => error);
  const read = (name: string) => readFile(join(folder, name), 'utf8').catch(() => '');
  return { ...result, calls: await read('calls'), body: await read('body') };
}

test('appends the key to the URL, and changes nothing else of the upstream', async () => {
  const { body, calls, stdout } = await run(['g']);
  const deployed = at(
    resourceOf(readSnapshot('free'), 'Microsoft.SignalRService/signalR').json,
    'properties.upstream.templates.0',
  );
  expect(JSON.parse(body)).toEqual({
    properties: {
      upstream: { templates: [{ ...Object(deployed), urlTemplate: `${WEBHOOK}?code=${KEY}` }] },
    },
  });
  expect(calls).toContain(`rest --method patch --uri ${SERVICE}?api-version=`);
  expect(stdout).toMatch(/run this after each deployment/);
});

test('replaces the old key by the new one when it runs again', async () => {
  const { body } = await run(['g'], { url: `${WEBHOOK}?code=old` });
  expect(body).toContain(`"urlTemplate":"${WEBHOOK}?code=${KEY}"`);
});

test('shows the key neither in an argument nor on the screen', async () => {
  const { calls, stdout, stderr } = await run(['g']);
  expect([calls, stdout, stderr].join()).not.toContain(KEY);
});

test.each<[string, string[], Azure, RegExp]>([
  ['no resource group is named', [], {}, /no resource group is named\. Run/],
  ['there is no app', ['g'], { app: '' }, /g has no function app of the chat\. Deploy/],
  [
    'there is no key yet',
    ['g'],
    { key: '' },
    /no key named signalr_extension yet\. Deploy the code/,
  ],
  ['the upstream is another', ['g'], { url: '' }, /another upstream .*\. Deploy/],
])('says what to do, and changes nothing, if %s', async (_, args, azure, message) => {
  const { stderr, body } = await run(args, azure);
  expect(stderr).toMatch(/^unable to use the system key; /);
  expect(stderr).toMatch(message);
  expect(body).toBe('');
});
