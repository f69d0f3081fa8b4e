import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { EMULATOR_KEY } from '../../../local/access-token.ts';
import { sendBytes } from '../../support/raw-http.ts';
import { fixture, makeApp, runHost, runToEnd, stopHosts } from './run-host.ts';

afterEach(stopHosts);

const env = {
  AzureSignalRConnectionString: `Endpoint=http://127.0.0.1:9;AccessKey=${EMULATOR_KEY};Version=1.0;`,
};
const HELLO = `const { app } = require('@azure/functions');
app.http('hello', { handler: () => ({ body: 'hello' }) });`;
const hub = (name: string, event: string) => `const { app, trigger } = require('@azure/functions');
const on = (name, event) => app.generic(name, { handler() {}, trigger: trigger.generic({
  type: 'signalRTrigger', name: 'call', hubName: 'chat', category: 'messages', event }) });
on('first', 'send'); on(${JSON.stringify(name)}, ${JSON.stringify(event)});`;

const REFUSED: readonly [string, Record<string, string>, RegExp][] = [
  [
    'host.json of another version',
    { 'host.json': '{"version":"1.0"}', 'app.cjs': HELLO },
    /^unable to use host\.json; its version is not "2\.0"\. Write/,
  ],
  [
    'host.json that is no JSON',
    { 'host.json': '{', 'app.cjs': HELLO },
    /^unable to use host\.json; it is not a JSON object/,
  ],
  [
    'no entry file',
    {},
    /^unable to load the function app; no file matches "main" of package\.json, app\.cjs\. Build/,
  ],
  [
    'no main',
    { 'package.json': '{}' },
    /^unable to load the function app; package\.json has no "main"/,
  ],
  [
    'no functions',
    { 'app.cjs': '' },
    /^unable to start the Functions host; app\.cjs registers no functions\. Call app\.http/,
  ],
  [
    'an entry file that throws',
    { 'app.cjs': 'throw new Error("CHAT_TABLE is wrong")' },
    /^CHAT_TABLE is wrong\nWhile loading the entry point app\.cjs\.$/,
  ],
  [
    'a start hook that throws',
    { 'app.cjs': `${HELLO} app.hook.appStart(() => { throw new Error('no start'); });` },
    /^no start$/,
  ],
  [
    'HTTP streams',
    { 'app.cjs': `${HELLO} app.setup({ enableHttpStream: true });` },
    /^unable to start the Functions host; the app turns enableHttpStream on/,
  ],
  [
    'the same SignalR event twice',
    { 'app.cjs': hub('second', 'SEND') },
    /^unable to start the Functions host; functions first and second have the same SignalR trigger/,
  ],
  [
    'a bad function name',
    { 'app.cjs': hub('2nd', 'other') },
    /^unable to load function 2nd; a name is a letter/,
  ],
  [
    'a setting that is not there',
    { 'app.cjs': hub('second', '%NOT_SET%') },
    /^unable to resolve "%NOT_SET%"; there is no setting NOT_SET\. Set it .+ It is the event of function second\./,
  ],
  [
    'a bad schedule',
    {
      'app.cjs': `require('@azure/functions').app.timer('tick', { schedule: 'daily', handler() {} })`,
    },
    /^unable to use schedule "daily"; it has 1 fields\. Write/,
  ],
  [
    'a trigger that is not emulated',
    {
      'app.cjs': `require('@azure/functions').app.storageQueue('q', { queueName: 'q', handler() {} })`,
    },
    /^unable to load function q; the embedded host has no queueTrigger\. Run this app with/,
  ],
  [
    'settings that count as encrypted',
    { 'local.settings.json': '{"Values":{}}', 'app.cjs': HELLO },
    /^unable to read local\.settings\.json; its values count as encrypted\. Write/,
  ],
];

describe('a start fails, and says how to fix it', () => {
  /** What each start says. They share a process, which is most of the time of a start. */
  let reasons: string[];
  beforeAll(async () => {
    const apps = await Promise.all(REFUSED.map(([, files]) => makeApp(files)));
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        'local/launch.mjs',
        'test/local/host/fixtures/refused-starts.ts',
        ...apps.map(({ dir }) => dir),
      ],
      { env: { ...process.env, ...env } },
    );
    await Promise.all(apps.map((app) => app.remove()));
    reasons = JSON.parse(stdout);
    expect(reasons).toHaveLength(REFUSED.length);
  });

  test.each(REFUSED.map(([what, , complaint], at) => [what, at, complaint] as const))(
    '%s',
    (_what, at, complaint) => {
      expect(reasons[at]).toMatch(complaint);
    },
  );
});

describe('a start fails, says how to fix it, and exits with 1', () => {
  test.each(REFUSED.slice(0, 1))('%s', async (_what, files, complaint) => {
    const app = await makeApp(files);
    const result = await runToEnd(app.dir, { env });
    await app.remove();
    expect(result).toEqual({ code: 1, complaint: expect.stringMatching(complaint) });
  });

  test('a missing connection string', async () => {
    const { code, complaint } = await runToEnd(fixture('classic'));
    expect(code).toBe(1);
    expect(complaint).toMatch(
      /^unable to reach a SignalR Service; the setting AzureSignalRConnectionString is missing\. Set it/,
    );
  });

  test('a missing folder', async () => {
    const { code, complaint } = await runToEnd(fixture('nowhere'));
    expect(code).toBe(1);
    expect(complaint).toMatch(/there is no folder .*nowhere\. Name the function app's/);
  });

  test('a port in use', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const result = await runToEnd(fixture('modern'), { args: ['--port', String(port)] });
    server.close();
    expect(result).toEqual({
      code: 1,
      complaint: `unable to start the Functions host; port ${port} is taken. Stop what listens there, or choose another with --port (0 takes any).\n`,
    });
  });

  test('after an entry file that throws no later file is loaded', async () => {
    const app = await makeApp({
      'package.json': '{"main":"{a,b}.cjs"}',
      'a.cjs': 'throw new Error("first")',
      'b.cjs': 'process.stderr.write("second")',
    });
    const { complaint } = await runToEnd(app.dir);
    await app.remove();
    expect(complaint).toBe('first\nWhile loading the entry point a.cjs.\n');
  });
});

describe('an app of ES modules in several files', () => {
  test('runs, and its catch-all route replaces the home page', async () => {
    const host = await runHost(fixture('modern'));
    const read = async (path: string, init?: RequestInit) =>
      (await fetch(host.url + path, init)).text();
    expect(await read('/')).toBe('page {} ');
    expect(await read('/a/b%20c')).toBe('page {"path":"a/b c"} ');
    expect(await read('/api/x')).toBe('x');
    const head = await fetch(host.url, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  test('gets chunked bodies if host.json asks for them', async () => {
    const host = await runHost(fixture('modern'));
    const body = new Blob(['piece by piece']).stream();
    const response = await fetch(host.url, { method: 'PUT', body, duplex: 'half' } as RequestInit);
    expect(await response.text()).toBe('page {} piece by piece');
    const head = 'PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n';
    const broken = await sendBytes(host.url, Buffer.from(`${head}2\r\nhi\r\nzz\r\n`));
    expect([broken.status, broken.headers.connection]).toEqual([500, 'close']);
  });
});

describe('a host that is held', () => {
  const app = () =>
    makeApp({
      'app.cjs': `const { app } = require('@azure/functions');
app.timer('tick', { schedule: '0 0 0 1 1 *', runOnStartup: true, handler: () => console.log('tick') });
app.http('hello', { handler: () => ({ body: 'hello' }) });`,
    });

  test('runs no timer and lets calls wait until all parts are ready', async () => {
    const { dir, remove } = await app();
    const host = await runHost(dir, { args: ['--hold'] });
    const order: string[] = [];
    const called = fetch(`${host.url}/api/hello`).then(async (answer) => {
      order.push(await answer.text());
    });
    // Longer than a timer that runs at the start waits, and than a call takes.
    await new Promise((resolve) => setTimeout(resolve, 100));
    order.push('begin');
    const before = host.output();
    host.begin();
    await Promise.all([called, host.sees("Executed 'Functions.tick' (Succeeded")]);
    await remove();
    expect(order).toEqual(['begin', 'hello']);
    expect(before).not.toContain('Executing');
  });

  test('refuses the calls that wait when it stops', async () => {
    const { dir, remove } = await app();
    const host = await runHost(dir, { args: ['--hold'] });
    const answer = fetch(`${host.url}/api/hello`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await host.stop()).toBe(0);
    expect((await answer).status).toBe(503);
    await remove();
    expect(host.output()).not.toContain('Executing');
  });
});

describe('settings', () => {
  test('of the environment replace those of local.settings.json', async () => {
    const host = await runHost(fixture('classic'), { env: { ...env, HUB: 'other' } });
    expect(await (await fetch(`${host.url}/api/place`)).json()).toMatchObject({ hub: 'other' });
  });
});

test('a process can have one host at a time', async () => {
  const script = join(import.meta.dirname, 'fixtures', 'two-hosts.ts');
  const app = await makeApp({ 'app.cjs': HELLO });
  const { stdout } = await promisify(execFile)(process.execPath, [
    join('local', 'launch.mjs'),
    script,
    app.dir,
  ]);
  await app.remove();
  expect(stdout.split('\n')).toEqual([
    'first: hello',
    'second: unable to start a Functions host; another one runs in this process. Stop it first, or start this one in a process of its own.',
    'third: hello',
    'environment: undefined',
    '',
  ]);
});

describe('keys', () => {
  const status = async (url: string, headers: Record<string, string> = {}) => {
    const response = await fetch(url, { method: 'POST', headers, body: '{}' });
    expect(await response.text()).toBe('');
    return response.status;
  };

  test('are not required by default', async () => {
    const host = await runHost(fixture('classic'), { env });
    expect(await status(`${host.url}/api/forAdmins`)).toBe(200);
  });

  test('H12: protect against other sites by default: their pages get 403 for a request that needs a key on Azure', async () => {
    const host = await runHost(fixture('classic'), { env });
    const foreign = { 'sec-fetch-site': 'cross-site', 'content-type': 'text/plain' };
    expect(await status(`${host.url}/api/forFunctions`, foreign)).toBe(403);
    expect(await status(`${host.url}/admin/functions/tick`, foreign)).toBe(403);
    expect(await status(`${host.url}/api/empty`, foreign)).toBe(200);
    const listed = { ...foreign, origin: 'https://page.example' };
    expect(await status(`${host.url}/api/forFunctions`, listed)).toBe(200);
    await host.sees('sent a request that needs a key on Azure');
    expect(host.output().split('sent a request that needs a key on Azure')).toHaveLength(2);
  });

  test('are valid for their own purpose only, with enableAuth', async () => {
    const keys = ['--function-key', 'fun', '--master-key', 'master', '--extension-key', 'ext'];
    const host = await runHost(fixture('classic'), { env, args: ['--enableAuth', ...keys] });
    const table: [path: string, key: string, status: number][] = [
      ['/api/empty', '', 200],
      ['/api/forFunctions', '', 401],
      ['/api/forFunctions', 'wrong', 401],
      ['/api/forFunctions', 'ext', 401],
      ['/api/forFunctions', 'fun', 200],
      ['/api/forFunctions', 'master', 200],
      ['/api/forAdmins', 'fun', 401],
      ['/api/forAdmins', 'master', 200],
      ['/admin/functions/tick', '', 401],
      ['/admin/functions/tick', 'fun', 403],
      ['/admin/functions/tick', 'master', 202],
      ['/runtime/webhooks/signalr', 'fun', 403],
      ['/runtime/webhooks/signalr', 'ext', 415],
    ];
    for (const [path, key, expected] of table) {
      expect([path, key, await status(`${host.url}${path}?code=${key}`)]).toEqual([
        path,
        key,
        expected,
      ]);
    }
    // The header comes before the query.
    const header = { 'x-functions-key': 'wrong' };
    expect(await status(`${host.url}/api/forFunctions?code=fun`, header)).toBe(401);
  });
});

describe('the host ends', () => {
  test('on SIGTERM: calls finish, terminate hooks run, exit 0', async () => {
    const app = await makeApp({
      'app.cjs': `const { app } = require('@azure/functions');
        const gate = new Promise((open) => { app.hook.appTerminate(() => process.stdout.write('terminated\\n'));
          process.once('SIGTERM', () => setTimeout(open, 100)); });
        app.http('slow', { handler: async (_request, context) => {
          context.log('waiting'); await gate; return { body: 'finished' }; } });`,
    });
    const host = await runHost(app.dir);
    const answer = fetch(`${host.url}/api/slow`).then((response) => response.text());
    await host.sees('waiting');
    expect(await host.stop()).toBe(0);
    expect(await answer).toBe('finished');
    expect(host.output()).toContain('terminated');
    await app.remove();
  });

  test('when the parent disconnects', async () => {
    const host = await runHost(fixture('modern'));
    host.disconnect();
    expect(await host.exited).toBe(0);
  });

  test('with exit code 1 after an uncaught exception in the app', async () => {
    const host = await runHost(fixture('classic'), { env });
    await fetch(`${host.url}/api/crash`).catch(() => undefined);
    expect(await host.exited).toBe(1);
    expect(host.output()).toContain('Worker uncaught exception: Error: nobody catches this');
  });
});
