// The emulator as people get it who do not have this repository: its package, installed into an empty folder.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { parseConnectionString } from '../../local/access-token.ts';
import { collectEmulator, packEmulator } from '../../local/build/package-emulator.ts';
import { ROOT } from '../../local/root.ts';
import { collect, rest, startClient, stopClient } from '../local/service/hub-client.ts';
import {
  type RecordingUpstream,
  startRecordingUpstream,
} from '../local/service/recording-upstream.ts';

const run = promisify(execFile);
/** Above an empty Node process. */
const MOST_MIB = 25;

let folder: string;
let installed: string;
let children: ChildProcess[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'emulator-package-'));
  const tarball = await packEmulator(await collectEmulator(), folder);
  installed = join(folder, 'empty');
  await mkdir(installed);
  // Without a network, a registry, and scripts: the package needs none.
  const options = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--no-save'];
  await run('npm', ['install', ...options, tarball], { cwd: installed });
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
});
afterAll(() => rm(folder, { recursive: true }));

/** The process, and its first line on stdout. */
async function start(command: string, ...args: readonly string[]) {
  const child = spawn(command, args, { cwd: installed, stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => String((await lines.next()).value);
  return { child, next, first: await next() };
}

async function write(name: string, text: string): Promise<string> {
  await writeFile(join(installed, name), text);
  return name;
}

/** Two clients: one says something, the app broadcasts it, both hear it. */
async function chat(connectionString: string, upstream: RecordingUpstream): Promise<void> {
  const service = { port: Number(new URL(parseConnectionString(connectionString).endpoint).port) };
  const [ada, bob] = [await startClient(service), await startClient(service)];
  const heard = [collect(ada, 'said'), collect(bob, 'said')];
  await ada.send('say', 'hello');
  const { body } = await upstream.next(({ event }) => event === 'say');
  const { arguments: said } = JSON.parse(body.toString()) as { arguments: string[] };
  await rest(service, 'POST', '/api/hubs/chat/:send', {
    body: { target: 'said', arguments: said },
  });
  for (const { until } of heard) expect(await until(1)).toEqual([['hello']]);
  await Promise.all([ada, bob].map(stopClient));
}

/** A program that starts the emulator, prints its connection string, and, when its input ends, its counts. */
const program = (load: string) => `${load}
(async () => {
  const emulator = await startEmulator({ port: 0, upstream: process.argv[2] });
  console.log(emulator.connectionString);
  process.stdin.on('end', async () => {
    await emulator.stop();
    console.log(JSON.stringify(emulator.counts));
  }).resume();
})();`;

describe('17: installed into an empty folder, the emulator', () => {
  let upstream: RecordingUpstream;
  beforeAll(async () => {
    upstream = await startRecordingUpstream();
  });
  afterAll(() => upstream.stop());

  test('carries a chat as a command', async () => {
    const bin = join(installed, 'node_modules/.bin/signalr-emulator');
    const { child, first } = await start(bin, 'start', '--port', '0', '--upstream', upstream.url);
    await chat(first, upstream);
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });

  test.each([
    ['require', 'program.cjs', "const { startEmulator } = require('signalr-emulator');"],
    ['import', 'program.mjs', "import { startEmulator } from 'signalr-emulator';"],
  ])('carries a chat as a function that a program gets by %s', async (_, name, load) => {
    const path = await write(name, program(load));
    const { child, next, first } = await start(process.execPath, path, upstream.url);
    await chat(first, upstream);
    const ended = once(child, 'exit');
    child.stdin.end();
    // All is closed, so the process ends by itself.
    expect(JSON.parse(await next())).toMatchObject({
      connections: 0,
      outboundMessages: 2,
      upstream: { connected: 2, say: 1, disconnected: 2 },
    });
    expect(await ended).toEqual([0, null]);
  });

  const TEST = `test('starts', async () => {
    const emulator = await startEmulator({ port: 0 });
    const answer = await fetch(emulator.endpoint + '/api/health');
    if (answer.status !== 200 || emulator.counts.connections !== 0) throw new Error('not healthy');
    await emulator.stop();
  });`;
  const LOAD = "const { startEmulator } = require('signalr-emulator');";

  test('serves the tests of node:test and of Jest', async () => {
    const ofNode = await write('node.cjs', `const { test } = require('node:test');${LOAD}${TEST}`);
    await run(process.execPath, ['--test', ofNode], { cwd: installed });
    await write('jest.test.js', LOAD + TEST);
    const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
    const settings = JSON.stringify({ rootDir: installed, transform: {} });
    const { stderr } = await run(process.execPath, [jest, '--config', settings]);
    expect(stderr).toContain('1 passed');
  });

  test('has types for both kinds of modules, and they refuse a wrong option', async () => {
    const text = `import { type Counts, type EmulatorOptions, startEmulator } from 'signalr-emulator';
      const options: EmulatorOptions = { port: 0, upstream: 'http://localhost:7071/' };
      export const counts: Promise<Counts> = startEmulator(options).then(({ counts }) => counts);
      // @ts-expect-error
      void startEmulator({ prot: 0 });`;
    const names = await Promise.all(['use.cts', 'use.mts'].map((name) => write(name, text)));
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022'];
    await run(process.execPath, [tsc, ...options, '--types', '', ...names], { cwd: installed });
  });

  test(`takes at most ${MOST_MIB} MiB more memory than an empty Node process`, async () => {
    const empty = await start(process.execPath, '-e', 'console.log(); setInterval(() => {}, 1e6)');
    const bin = join(installed, 'node_modules/signalr-emulator/command.js');
    const emulator = await start(process.execPath, bin, 'start', '--port', '0');
    const [own = 0, base = 0] = await Promise.all(
      [emulator, empty].map(async ({ child }) => {
        const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(child.pid)]);
        return Number(stdout) / 1_024;
      }),
    );
    expect(own - base).toBeLessThan(MOST_MIB);
  });

  test('loads nothing at its start that it may never need', async () => {
    const path = join(installed, 'node_modules/signalr-emulator');
    const script = `require(${JSON.stringify(path)}); console.log(JSON.stringify(process.moduleLoadList))`;
    const { stdout } = await run(process.execPath, ['-e', script]);
    const loaded: readonly string[] = JSON.parse(stdout);
    expect(loaded).toContain('NativeModule http');
    for (const name of ['https', 'tls', 'zlib', 'readline/promises']) {
      expect(loaded).not.toContain(`NativeModule ${name}`);
    }
  });

  test('names its licences, its version, and no other package', async () => {
    const read = (name: string) =>
      readFile(join(installed, 'node_modules/signalr-emulator', name), 'utf8');
    const own = JSON.parse(await read('package.json'));
    const project = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    expect(own).toMatchObject({ version: project.version, license: project.license });
    expect(own).not.toHaveProperty('dependencies');
    expect(await read('LICENSE')).toBe(await readFile(join(ROOT, 'LICENSE'), 'utf8'));
    const licences = await read('THIRD-PARTY-LICENSES.txt');
    for (const name of ['ws', '@msgpack/msgpack']) {
      const licence = await readFile(join(ROOT, 'node_modules', name, 'LICENSE'), 'utf8');
      expect(licences).toContain(licence);
    }
    expect(await read('README.md')).toContain('startEmulator');
  });
});
