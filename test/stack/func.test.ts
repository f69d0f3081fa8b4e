// `func start`, and hosts that start like it, as a part of the stack: ready when the chat answers, a sentence if it cannot, and
// no process left. The tests need no Core Tools, whose host is a download. `fake-func.mjs` behaves as the real one did.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { toStorageConnectionString } from '../../local/stack/azurite.ts';
import { type Child, startChild } from '../../local/stack/child.ts';
import { toFuncEnvironment } from '../../local/stack/func-environment.ts';
import { findFreePort } from '../../local/stack/ports.ts';
import { copyProject } from '../support/copy-project.ts';
import { allGone, type Command, descendantsOf, runModule } from '../support/processes.ts';

const ANY_PORTS = ['--port', '0', '--service-port', '0', '--table-port', '0', '--ephemeral'];
const FAKE = resolve('test/support/fake-func.mjs');
const BUNDLES = 'Functions/ExtensionBundles/Microsoft.Azure.Functions.ExtensionBundle';
/** A start without delays. Tests add some. */
const QUICK = { coldStartMs: 50 };
/** An address at which no program listens. */
const NO_BLOBS = toStorageConnectionString(9, 9);

let home: string;
let blobs: ReturnType<typeof createServer>;
let storage: string;
let started: Child[];
let commands: Command[];
let shells: ChildProcess[];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'func-'));
  await chmod(FAKE, 0o755);
  await symlink(FAKE, join(home, 'func'));
  blobs = createServer().listen(0, '127.0.0.1');
  await new Promise((settle) => blobs.once('listening', settle));
  storage = toStorageConnectionString(9, Object(blobs.address()).port);
  started = [];
  commands = [];
  shells = [];
});
afterEach(async () => {
  await Promise.all(started.map((child) => child.stop('SIGKILL')));
  for (const command of commands) command.signal('SIGKILL');
  for (const shell of shells) shell.kill('SIGKILL');
  blobs.close();
  await rm(home, { recursive: true });
});

describe('func', () => {
  test('is ready when the chat answers, not when it listens', async () => {
    const { child, origin, lines } = await startFunc({ coldStartMs: 400 });
    const statuses = new Set<number>();
    const watching = watch(`${origin}/api/health`, statuses, child);
    await child.ready;
    await watching;
    expect([...statuses]).toEqual([0, 503, 200]);
    expect(lines).toContain('Functions:');
  });

  test('gets the settings in its environment, and --port at the end of its command', async () => {
    const { child, origin } = await startFunc({}, { CHAT_TABLE: 'mine' });
    await child.ready;
    expect(await (await fetch(origin)).json()).toMatchObject({
      args: ['start', '--port', new URL(origin).port],
      env: { CHAT_TABLE: 'mine' },
    });
  });

  // D8, and the similar variables in the host's source.
  test.each(['CONTAINER_NAME', 'DOTNET_RUNNING_IN_CONTAINER'])(
    'finds its bundle though %s is set',
    async (name) => {
      await mkdir(join(home, '.azure-functions-core-tools', BUNDLES, '4.99.0'), {
        recursive: true,
      });
      const { child, origin } = await startFunc({ hasNetwork: false }, { [name]: 'true' });
      await child.ready;
      const { env } = (await (await fetch(origin)).json()) as { env: object };
      expect(env).not.toHaveProperty(name);
    },
  );
});

describe('func fails in one line, with exit code 1 and no process left,', () => {
  interface Given {
    readonly fake?: object;
    readonly env?: NodeJS.ProcessEnv;
    /** The version of the stored bundle. */
    readonly bundle?: string;
  }

  test.each<[string, Given, RegExp]>([
    [
      'D2: where a setting is wrong, with the sentence of the app',
      { env: { CHAT_TABLE: '1' } },
      /^unable to use the setting CHAT_TABLE; /,
    ],
    [
      'D7: without a blob service',
      { fake: { blobPatienceMs: 50 }, env: { AzureWebJobsStorage: NO_BLOBS } },
      /blob service of AzureWebJobsStorage does not answer/,
    ],
    [
      'without a bundle and a network',
      { fake: { hasNetwork: false } },
      /there is no extension bundle in .*func bundles download/,
    ],
    [
      'without a bundle and a network, on older Core Tools, whose host tries for ever',
      { fake: { hasNetwork: false, isOld: true } },
      /there is no extension bundle in .*func bundles download/,
    ],
    [
      'with too old a bundle and no network',
      { fake: { hasNetwork: false }, bundle: '3.1.0' },
      /the extension bundle 3\.1\.0 in .* is not in the range/,
    ],
    [
      'on a Node that its worker does not take',
      { fake: { takesNode: false } },
      /its Node worker does not run on Node v/,
    ],
  ])('%s', async (_, { fake = {}, env = {}, bundle }, expected) => {
    if (bundle !== undefined) {
      await mkdir(join(home, '.azure-functions-core-tools', BUNDLES, bundle), { recursive: true });
    }
    const { child } = await startFunc(fake, env);
    const below = descendantsOf(child.pid);
    await expect(child.ready).rejects.toThrow(expected);
    expect(await child.exited).toMatch(/^exit code 1$|^SIGKILL$/);
    await allGone([child.pid, ...(await below)]);
  });

  test('when its port is in use', async () => {
    const { port } = Object(blobs.address());
    const { child } = await startFunc({}, {}, Number(port));
    await expect(child.ready).rejects.toThrow(`Port ${port} is unavailable.`);
  });

  test('when it is not a program', async () => {
    const { child } = await startFunc({}, {}, 0, [join(home, 'no-func')]);
    await expect(child.ready).rejects.toThrow(/^unable to start func; .*ENOENT/);
  });
});

describe('func ends', () => {
  test('D4: by SIGINT, although it ignores SIGTERM', async () => {
    const { child, lines } = await startFunc({});
    await child.ready;
    const below = await descendantsOf(child.pid);
    expect(below).toHaveLength(2);
    await child.stop();
    expect(lines).toContain('Application is shutting down...');
    await allGone(below);
  });

  test('by SIGKILL, with its worker, if it ignores all signals', async () => {
    const { child } = await startFunc({ isDeaf: true });
    await child.ready;
    const below = await descendantsOf(child.pid);
    await child.stop();
    await allGone(below);
  });

  test.each(['SIGKILL', 'SIGTERM'] as const)(
    'when the process around it ends by %s',
    async (signal) => {
      const { child } = await startFunc({});
      await child.ready;
      const below = await descendantsOf(child.pid);
      process.kill(child.pid, signal);
      await child.exited;
      await allGone(below);
    },
  );
});

describe('npm start -- --host func', () => {
  test('D4: runs the chat there, and ends all processes on Ctrl+C', async () => {
    const args = ['--host', 'func', '--inspect=0', ...ANY_PORTS];
    const command = run(args, { env: { CONTAINER_NAME: 'dev' } });
    const [, url = ''] = await command.says(/Chat +(http:\S+)/);
    const [, port] = await command.says(/Debugger +127\.0\.0\.1:(\d+)/);
    const { env } = (await (await fetch(url)).json()) as { env: NodeJS.ProcessEnv };
    expect(env).toMatchObject({
      AzureWebJobsStorage: expect.stringMatching(/BlobEndpoint=http:.*TableEndpoint=http:/),
      AzureSignalRConnectionString: expect.stringMatching(/^Endpoint=http:\/\/127\.0\.0\.1;Port=/),
      FUNCTIONS_WORKER_RUNTIME: 'node',
      languageWorkers__node__arguments: `--inspect=127.0.0.1:${port}`,
    });
    // D8
    expect(env).not.toHaveProperty('CONTAINER_NAME');
    expect(command.stdout).toContain('Azure Functions Core Tools');
    const below = await descendantsOf(command.pid);
    command.signal('SIGINT');
    expect(await command.ended).toBe(0);
    await allGone(below);
  });

  test('leaves no process when it is killed', async () => {
    const command = run(['--host', 'func', ...ANY_PORTS]);
    await command.says(/Started in/);
    const below = await descendantsOf(command.pid);
    command.signal('SIGKILL');
    await allGone(below);
  });

  test('D2: ends with exit code 1 and the sentence of the app about a wrong setting', async () => {
    const command = run(['--host', 'func', ...ANY_PORTS], { env: { CHAT_TABLE: '1' } });
    expect(await command.ended).toBe(1);
    expect(command.stderr).toMatch(/^unable to use the setting CHAT_TABLE; [^\n]+\n$/);
    expect(command.stdout).not.toContain('Started');
  });
});

describe('npm run emulators', () => {
  test('prepares a plain func start, and prints when that is ready', async () => {
    const cwd = await copyProject(join(home, 'project'));
    const port = await findFreePort();
    const args = ['--host', 'none', ...ANY_PORTS, '--blob-port', '0', '--port', String(port)];
    const emulators = run(args, { cwd, env: { CONTAINER_NAME: 'dev' } });
    const [, line = ''] = await emulators.says(/^ {2}(env -u CONTAINER_NAME .*func start.*)$/m);
    expect(await readFile(join(cwd, 'local.settings.json'), 'utf8')).toBe(
      await readFile('local.settings.example.json', 'utf8'),
    );

    const func = runShell(line, { cwd, env: { ...funcEnvironment({}), CONTAINER_NAME: 'dev' } });
    await emulators.says(/func is ready\. Open http:\/\/localhost:\d+/);
    const { env } = (await (await fetch(`http://127.0.0.1:${port}`)).json()) as { env: object };
    expect(env).not.toHaveProperty('CONTAINER_NAME');
    // Ended, not only asked to: the clean-up of the test would kill it, and leave its worker.
    const ended = once(func, 'exit');
    func.kill('SIGINT');
    await ended;
    emulators.signal('SIGINT');
    expect(await emulators.ended).toBe(0);
  });
});

async function startFunc(
  fake: object,
  env: NodeJS.ProcessEnv = {},
  port = 0,
  command: readonly string[] = [join(home, 'func'), 'start'],
) {
  const lines: string[] = [];
  const chosen = port || (await findFreePort());
  const child = startChild({
    name: 'host',
    module: resolve('local/stack/func-process.ts'),
    args: ['--app-dir', process.cwd(), '--port', String(chosen), '--', ...command],
    env: toFuncEnvironment({
      ...process.env,
      AzureSignalRConnectionString: 'Endpoint=http://127.0.0.1;Port=8888;AccessKey=k;Version=1.0;',
      AzureWebJobsStorage: storage,
      ...funcEnvironment(fake),
      ...env,
    }),
    hasStartTimeout: false,
    onLine: (line) => lines.push(line.replace(/^\[\S+\] /, '')),
  });
  started.push(child);
  return { child, lines, origin: `http://127.0.0.1:${chosen}` };
}

/** The environment with the fake `func` in its PATH. */
function funcEnvironment(fake: object): NodeJS.ProcessEnv {
  return {
    HOME: home,
    PATH: `${home}${delimiter}${process.env.PATH}`,
    FAKE_FUNC: JSON.stringify({ ...QUICK, ...fake }),
  };
}

function run(
  args: readonly string[],
  { cwd = process.cwd(), env = {} }: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Command {
  const command = runModule('local/start.ts', args, {
    cwd,
    env: { ...funcEnvironment({}), ...env },
  });
  commands.push(command);
  return command;
}

/** Runs the command that a person would paste. */
function runShell(
  line: string,
  { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv },
): ChildProcess {
  const shell = spawn('sh', ['-c', `exec ${line}`], {
    cwd,
    env: { ...process.env, ...env },
    stdio: 'ignore',
  });
  shells.push(shell);
  return shell;
}

/** The statuses of the address until the child is ready. 0 while nothing listens. */
async function watch(url: string, statuses: Set<number>, child: Child): Promise<void> {
  let isOver = false;
  const end = () => (isOver = true);
  void child.ready.then(end, end);
  while (!isOver) {
    statuses.add(
      await fetch(url).then(
        ({ status }) => status,
        () => 0,
      ),
    );
    await new Promise((settle) => setTimeout(settle, 20));
  }
}
