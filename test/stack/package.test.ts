// The package as Azure loads it: only the zip's files, in a plain Node process, with the core module that the Functions worker
// provides.

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { unzipSync } from 'fflate';
import { collect, zip } from '../../local/build/package.ts';

/** Replaces the worker: records registrations and reports them. */
const WORKER = `
const Module = require('node:module');
const functions = [];
class Disposable { dispose() {} }
const core = {
  version: '3.11.1', hostVersion: '4.0.0', Disposable,
  registerFunction: (metadata, handler) => {
    functions.push({ ...metadata, handler });
    return new Disposable();
  },
  registerHook: () => new Disposable(),
  setProgrammingModel: () => {}, getProgrammingModel: () => undefined, log: () => {},
};
const load = Module._load;
Module._load = (request, ...rest) => request === '@azure/functions-core' ? core : load(request, ...rest);
const { main } = require('./package.json');
require('./' + main);
const answer = process.argv[2] === 'forge' ? forge() : functions;
Promise.resolve(answer).then((value) => {
  process.stdout.write(JSON.stringify(value));
  process.exit(0);
});

/** Calls every SignalR-triggered function without a signature, and reports the results. */
function forge() {
  const isTriggeredByHub = ({ bindings }) =>
    Object.values(bindings).some(({ type }) => type === 'signalRTrigger');
  const headers = [null, {}, { 'X-ASRS-Signature': 'sha256=' + '0'.repeat(64) }, { Authorization: 'Bearer a.b.c' }];
  return Promise.all(functions.filter(isTriggeredByHub).map(async ({ name, handler }) => {
    const outcomes = [];
    for (const Headers of headers) {
      const said = [];
      const context = { error: () => {}, warn: () => {}, log: () => {}, extraOutputs: { set: (_, actions) => said.push(actions) } };
      const invocation = { ConnectionId: 'c', Arguments: ['hi', 'id'], Headers, Query: {} };
      try {
        outcomes.push({ result: await handler(invocation, context), said });
      } catch (error) {
        outcomes.push({ error: error.message, said });
      }
    }
    return { name, outcomes };
  }));
}
`;

const SETTINGS = {
  AzureSignalRConnectionString: 'Endpoint=https://x.service.signalr.net;AccessKey=a;Version=1.0;',
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
};

const WITHOUT_KEYS = {
  AzureSignalRConnectionString__serviceUri: 'https://x.service.signalr.net',
  AzureWebJobsStorage__accountName: 'hosts',
  CHAT_STORAGE__accountName: 'data',
  CHAT_UPSTREAM_TENANT: '11111111-1111-1111-1111-111111111111',
  CHAT_UPSTREAM_AUDIENCE: 'https://signalr.azure.com',
  CHAT_UPSTREAM_OBJECT_ID: '22222222-2222-2222-2222-222222222222',
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'package-'));
  for (const [path, bytes] of Object.entries(unzipSync(zip(await collect())))) {
    await mkdir(dirname(join(folder, 'app', path)), { recursive: true });
    await writeFile(join(folder, 'app', path), bytes);
  }
  await writeFile(join(folder, 'app', 'worker.cjs'), WORKER);
});
afterAll(() => rm(folder, { recursive: true }));

const load = (settings: Record<string, string>, mode = 'list') =>
  promisify(execFile)(process.execPath, ['worker.cjs', mode], {
    cwd: join(folder, 'app'),
    env: { PATH: process.env.PATH, ...settings },
  });

interface Registered {
  readonly name: string;
  readonly bindings: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

describe('the package', () => {
  test('registers every function with the core module alone', async () => {
    const { stdout, stderr } = await load(SETTINGS);
    expect(stderr).toBe('');
    const functions: Registered[] = JSON.parse(stdout);
    expect(functions.map(({ name }) => name).sort()).toEqual([
      'archive',
      'ban',
      'cleanup',
      'close',
      'connected',
      'connections',
      'delete',
      'disconnect',
      'disconnected',
      'edit',
      'erase',
      'erasereading',
      'export',
      'exportreading',
      'forget',
      'health',
      'history',
      'import',
      'markreading',
      'members',
      'message',
      'negotiate',
      'open',
      'publish',
      'react',
      'reactions',
      'reading',
      'remove',
      'reopen',
      'rooms',
      'search',
      'shut',
      'typing',
      'watch',
      'web',
    ]);
  });

  test('has the page’s function last in the order of names, which is the order of routes', async () => {
    const functions: Registered[] = JSON.parse((await load(SETTINGS)).stdout);
    const names = functions
      .filter(({ bindings }) => Object.values(bindings).some(({ type }) => type === 'httpTrigger'))
      .map(({ name }) => name.toLowerCase());
    expect(names.sort().at(-1)).toBe('web');
  });

  test.each([
    ['a key', SETTINGS],
    ['an identity', WITHOUT_KEYS],
  ])('refuses in every hub function who is not the service, with %s', async (_, settings) => {
    const { stdout } = await load(settings, 'forge');
    const functions: { name: string; outcomes: unknown[] }[] = JSON.parse(stdout);
    expect(functions.map(({ name }) => name).sort()).toEqual([
      'ban',
      'connected',
      'disconnected',
      'edit',
      'message',
      'react',
      'remove',
      'shut',
      'typing',
      'watch',
    ]);
    for (const { name, outcomes } of functions) {
      const refusal = { result: expect.objectContaining({ ok: false, code: 'bad_signature' }) };
      for (const outcome of outcomes) {
        // Nobody waits for the result of the others.
        const isAnswered = !['connected', 'disconnected', 'typing'].includes(name);
        expect(outcome).toEqual({ ...(isAnswered ? refusal : {}), said: [] });
      }
    }
  });

  test('does not start with a wrong setting, and names it', async () => {
    const wrong = load({ ...SETTINGS, CHAT_BATCH_MS: 'soon' });
    await expect(wrong).rejects.toThrow(/unable to use the setting CHAT_BATCH_MS/);
  });
});
