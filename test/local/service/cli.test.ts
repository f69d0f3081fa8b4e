// The emulator as a process: what it prints, how it ends.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { EMULATOR_KEY } from '../../../local/access-token.ts';
import { writeFirstSettings } from '../../../local/service/settings-file.ts';
import { eventually } from '../../support/eventually.ts';

const BIN = fileURLToPath(new URL('../../../local/service/index.js', import.meta.url));
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

interface Started {
  readonly child: ChildProcess;
  readonly output: { out: string; error: string };
  readonly ended: Promise<number | null>;
}

function start(...args: string[]): Started {
  return run('start', ...args);
}

function run(...args: string[]): Started {
  const child = fork(BIN, args, { stdio: ['pipe', 'pipe', 'pipe', 'ipc'] });
  children.push(child);
  const output = { out: '', error: '' };
  child.stdout?.on('data', (text) => {
    output.out += text;
  });
  child.stderr?.on('data', (text) => {
    output.error += text;
  });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, output, ended };
}

async function startReady(...args: string[]) {
  const started = start('--port', '0', ...args);
  const [message] = await once(started.child, 'message');
  return {
    ...started,
    message: message as { ready: true; port: number; connectionString: string },
  };
}

test('it prints the connection string first, and says the same to its parent', async () => {
  const { message, output, child, ended } = await startReady();
  expect(message).toEqual({
    ready: true,
    port: expect.any(Number),
    connectionString: `Endpoint=http://localhost;Port=${message.port};AccessKey=${EMULATOR_KEY};Version=1.0;`,
  });
  const response = await fetch(`http://127.0.0.1:${message.port}/emulator/counts`);
  expect(await response.json()).toMatchObject({ connections: 0 });
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(output.out.split('\n')[0]).toBe(message.connectionString);
});

test('it hides the query of its upstream, where a key may be', async () => {
  const { output, child, ended } = await startReady(
    '--upstream',
    'http://127.0.0.1:1/x?code=topsecret',
  );
  child.kill('SIGINT');
  expect(await ended).toBe(0);
  expect(output.out).toContain('http://127.0.0.1:1/x?…');
  expect(output.out).not.toContain('topsecret');
});

test('it ends when its parent does', async () => {
  const { child } = await startReady();
  // Without its channel a child never reports `close`.
  const exited = once(child, 'exit');
  child.disconnect();
  expect(await exited).toEqual([0, null]);
});

describe('upstream settings', () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'emulator-'));
    file = join(folder, 'settings.json');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const write = (url: string) =>
    writeFile(file, JSON.stringify({ UpstreamSettings: { Templates: [{ UrlTemplate: url }] } }));

  test('are written by init, and shown by list', async () => {
    expect(await run('upstream', 'init', '--output', folder).ended).toBe(0);
    const { ended, output } = run('upstream', 'list', '--config', folder);
    expect(await ended).toBe(0);
    expect(output.out).toBe(
      'upstream http://localhost:7071/runtime/webhooks/signalr for hub *, category *, event *\n',
    );
  });

  test('row start: are written into a folder that is made for them, or the reason is said', async () => {
    await writeFirstSettings(join(folder, 'far', 'away', 'settings.json'));
    expect(await readFile(join(folder, 'far', 'away', 'settings.json'), 'utf8')).toContain('7071');
    await write('http://in.the.way/');
    const refused = join(file, 'settings.json');
    await expect(writeFirstSettings(refused)).rejects.toThrow(
      `unable to write ${refused}; a file is in its way. Choose a folder that can be written to with --output DIR.`,
    );
  });

  test.each([
    ['y\n', 0, 'localhost:7071'],
    ['\n', 1, 'keep.me'],
    ['', 1, 'keep.me'],
  ])('that exist are replaced after the answer %j with exit code %d', async (text, code, url) => {
    await write('http://keep.me/');
    const { child, ended } = run('upstream', 'init', '--output', folder);
    child.stdin?.end(text);
    expect(await ended).toBe(code);
    expect(await readFile(file, 'utf8')).toContain(url);
  });

  test('are used at once after a change, unless they are broken', async () => {
    await write('http://one.test/');
    const { output, child, ended } = await startReady('--config', file);
    expect(output.out).toContain('upstream http://one.test/ for hub *');
    await writeFile(file, '{ "UpstreamSettings": ');
    await eventually(() => output.out.includes('stay as they were: unable to use'), 'a warning');
    // As editors do: a new file replaces the old one.
    await rm(file);
    await write('http://two.test/');
    await eventually(() => output.out.includes('upstream http://two.test/ for hub *'), 'the new');
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });
});

test('--log-level none prints the connection string and nothing else', async () => {
  const { child, output, ended, message } = await startReady('--log-level', 'none');
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(output.out).toBe(`${message.connectionString}\n`);
});

test('--inspect says where to look', async () => {
  const { child, output, ended, message } = await startReady('--inspect');
  expect(output.out).toContain(`http://localhost:${message.port}/emulator/`);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});

describe('one line and exit code 1', () => {
  test('for a port that is taken', async () => {
    const { message } = await startReady();
    const second = start('--port', String(message.port));
    expect(await second.ended).toBe(1);
    expect(second.output.error).toMatch(/^unable to listen; the port is taken\. [^\n]+\n$/);
  });

  test('for missing settings', async () => {
    const { ended, output } = start('--config', '/nowhere/settings.json');
    expect(await ended).toBe(1);
    expect(output.error).toMatch(/^unable to read \/nowhere\/settings.json; [^\n]+\n$/);
  });

  test('for a wrong option', async () => {
    const { ended, output } = start('--port', 'x');
    expect(await ended).toBe(1);
    expect(output.error).toMatch(/^unable to listen at port "x"; [^\n]+\n$/);
  });
});
