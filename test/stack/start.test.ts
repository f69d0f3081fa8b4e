// `npm start` for a user: it prints its address, ends without remains, and fails with one line.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { HttpTransportType, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { startStack } from '../../local/stack/stack.ts';
import { copyProject } from '../support/copy-project.ts';
import { read } from '../support/documents.ts';
import { eventually } from '../support/eventually.ts';
import { attach } from '../support/inspector.ts';
import { allGone, type Command, descendantsOf, runModule } from '../support/processes.ts';

// Each test starts up to ten processes, and other tests run beside it.
jest.setTimeout(120_000);

const ANY_PORTS = ['--port', '0', '--service-port', '0', '--table-port', '0'];
const ADDRESS = /Chat +(http:\S+)/;

let folder: string;
let commands: Command[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'start-'));
  commands = [];
});
afterEach(async () => {
  for (const command of commands) command.signal('SIGKILL');
  await rm(folder, { recursive: true });
});

describe('npm start', () => {
  test('serves the page, ends on Ctrl+C with exit code 0, leaves no process and loses nothing when it is killed, and finds the history again each time', async () => {
    const args = [...ANY_PORTS, '--data', join(folder, 'data')];
    const first = start(args);
    const url = await addressOf(first);
    // C8: a terminal that this process does not use closes, as under nohup.
    first.signal('SIGHUP');
    const page = await fetch(url);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
    const ada = await joinLobby(url);
    const others = await Promise.all([
      joinLobby(url, HttpTransportType.ServerSentEvents),
      joinLobby(url, HttpTransportType.LongPolling),
    ]);
    await ada.invoke('send', '你好 👩‍🚀', 'one');

    const children = await descendantsOf(first.pid);
    first.signal('SIGINT');
    expect(await first.ended).toBe(0);
    expect(first.stderr).toBe('');
    // README.md shows all that it prints but the last line, however many pages are open.
    expect(first.stdout).toMatch(printed('stopping\n', join(folder, 'data')));
    await allGone(children);
    await Promise.all([ada, ...others].map((client) => client.stop()));

    const second = start(args);
    const response = await fetch(`${await addressOf(second)}/api/rooms/lobby/messages`);
    expect(await response.json()).toMatchObject({
      seq: 1,
      online: 0,
      messages: [{ seq: 1, id: 'one', text: '你好 👩‍🚀' }],
    });
    const bob = await joinLobby(await addressOf(second));
    await bob.invoke('send', 'still here', 'two');
    const parts = await descendantsOf(second.pid);
    expect(parts.length).toBeGreaterThanOrEqual(3);
    second.signal('SIGKILL');
    expect(await second.ended).toBe('SIGKILL');
    await allGone(parts);
    await bob.stop();

    const third = start(args);
    const after = await fetch(`${await addressOf(third)}/api/rooms/lobby/messages`);
    expect(await after.json()).toMatchObject({ messages: [{ seq: 1 }, { text: 'still here' }] });
    third.signal('SIGTERM');
    expect(await third.ended).toBe(0);
  });

  test('ends on Ctrl+C during its start', async () => {
    const command = start([...ANY_PORTS, '--ephemeral', '--verbose']);
    await command.says(/./);
    const children = await descendantsOf(command.pid);
    command.signal('SIGINT');
    expect(await command.ended).toBe(0);
    expect(command.stderr).toBe('');
    await allGone(children);
  });

  test('is killed by a second Ctrl+C when a part hangs', async () => {
    const command = start([...ANY_PORTS, '--ephemeral', '--verbose']);
    await addressOf(command);
    const children = await descendantsOf(command.pid);
    process.kill(pidOf('azurite', command), 'SIGSTOP');
    command.signal('SIGINT');
    await command.says(/stopping/);
    // A signal within 300 ms is from the same keypress.
    await new Promise((resolve) => setTimeout(resolve, 400));
    command.signal('SIGINT');
    expect(await command.ended).toBe(1);
    await allGone(children);
  });

  test('ends with a line that names the part when one dies', async () => {
    const command = start([...ANY_PORTS, '--ephemeral', '--verbose']);
    await addressOf(command);
    const children = await descendantsOf(command.pid);
    process.kill(pidOf('azurite', command), 'SIGKILL');
    expect(await command.ended).toBe(1);
    expect(command.stderr).toMatch(
      /^unable to go on; azurite ended unexpectedly \(SIGKILL\)\. .+\n$/,
    );
    await allGone(children);
  });

  test('lets a debugger stop in the TypeScript of `message`, and continue', async () => {
    const command = start([...ANY_PORTS, '--ephemeral', '--inspect=0']);
    const ada = await joinLobby(await addressOf(command));
    const [, port] = await command.says(/Debugger +127\.0\.0\.1:(\d+)/);
    const inspector = await attach(Number(port));
    await inspector.breakAt(/\/functions\/(?:.+\/)?message\.ts$/, 'message');

    const answer = ada.invoke('send', 'hello', 'one');
    const { source, text } = await inspector.paused();
    expect(source).toMatch(/\/message\.ts$/);
    expect(await readFile(join('dist/maps', source), 'utf8')).toContain(text);
    await inspector.resume();
    expect(await answer).toMatchObject({ ok: true, seq: 1 });

    // With the debugger still attached.
    await ada.stop();
    command.signal('SIGINT');
    expect(await command.ended).toBe(0);
    expect(command.stdout).not.toContain('Waiting for the debugger');
    inspector.close();
  });
});

describe('npm start refuses in one line, with exit code 1,', () => {
  test.each(['port', 'service-port', 'table-port'])('a --%s in use', async (option) => {
    const other = createServer();
    const port = await new Promise<number>((resolve) => {
      other.listen(0, '127.0.0.1', () => resolve(Number(Object(other.address()).port)));
    });
    try {
      const args = [...ANY_PORTS, '--ephemeral', `--${option}`, String(port)];
      expect(await refusalOf(start(args))).toMatch(
        new RegExp(
          `^unable to start the stack; port ${port} is taken\\. .*--${option} N.* A second stack beside it: npm start -- --port 0 `,
        ),
      );
    } finally {
      other.close();
    }
  });

  test.each<[string, string[], NodeJS.ProcessEnv, string]>([
    ['an unknown option', ['--prot', '0'], {}, 'there is no option --prot; did you mean --port?'],
    ['func without Core Tools', ['--host', 'func'], { PATH: '/nowhere' }, 'not on the PATH'],
    ['one port for two', ['--port', '7999', '--table-port', '7999'], {}, '7999 is wanted twice'],
    ['a wrong setting', [...ANY_PORTS, '--ephemeral'], { CHAT_TABLE: '1' }, 'setting CHAT_TABLE'],
    ['an impossible folder', [...ANY_PORTS, '--data', '/dev/null/x'], {}, '/dev/null/x'],
    ['a folder in /proc', [...ANY_PORTS, '--data', '/proc/chat'], {}, 'keep tables in /proc/chat'],
  ])('%s', async (_, args, env, expected) => {
    expect(await refusalOf(start(args, { env }))).toContain(expected);
  });

  test('a broken local.settings.json', async () => {
    const cwd = await copyProject(join(folder, 'project'));
    await writeFile(join(cwd, 'local.settings.json'), '{\n  "IsEncrypted" false\n}');
    const refusal = await refusalOf(start(ANY_PORTS, { cwd }));
    expect(refusal).toMatch(/^unable to read local\.settings\.json; line 2, column 17: /);
  });

  test('a source that does not compile', async () => {
    const cwd = await copyProject(join(folder, 'project'));
    await writeFile(join(cwd, 'functions/app.ts'), 'const = 1;');
    expect(await refusalOf(start(ANY_PORTS, { cwd }))).toMatch(
      /^unable to build; functions\/app\.ts:1:7: /,
    );
  });

  test('issue 15: a page that does not compile, after the functions have started', async () => {
    const cwd = await copyProject(join(folder, 'project'));
    await writeFile(join(cwd, 'web/main.tsx'), 'const = 1;');
    const command = start([...ANY_PORTS, '--ephemeral'], { cwd });
    let children: readonly number[] = [];
    const hasStorageAndService = async () => {
      children = await descendantsOf(command.pid);
      return children.length >= 2;
    };
    await eventually(hasStorageAndService, 'processes of the stack');
    expect(await refusalOf(command)).toMatch(/^unable to build; web\/main\.tsx:1:7: /);
    await allGone(children);
  });
});

describe('npm run dev', () => {
  test('restarts the functions after a change, and continues after a mistake', async () => {
    const cwd = await copyProject(join(folder, 'project'));
    const command = start([...ANY_PORTS, '--ephemeral', '--watch'], { cwd });
    const url = await addressOf(command);
    const health = join(cwd, 'functions/app.ts');
    const good = await readFile(health, 'utf8');

    await writeFile(health, 'const = 1;');
    await eventually(
      () => /functions\/app\.ts:1:7/.test(command.stderr),
      'the mistake to be reported',
    );
    expect(command.stderr).toMatch(
      /^unable to build; .+ The page goes on with the last good build\.\n$/,
    );
    expect((await fetch(url)).status).toBe(200);
    await writeFile(health, `${good}\nconsole.log('changed');\n`);
    await command.says(/^built dist\/functions\/app\.cjs, restarted the functions, in \d+ ms$/m);
    expect((await fetch(`${url}/api/health`)).status).toBe(200);

    // H1: a change of only the page.
    const words = join(cwd, 'web/words/en.ts');
    const before = await readFile(words, 'utf8');
    await writeFile(words, before.replace("'Loading…'", "'Hold on…'"));
    await command.says(/^built dist\/web\/.*, restarted the functions, in \d+ ms$/m);
    const page = await (await fetch(url)).text();
    const code = [...page.matchAll(/chunk-[\w-]+\.js/g)].map(async ([file]) => {
      return (await fetch(`${url}/${file}`)).text();
    });
    expect((await Promise.all(code)).join('')).toContain('Hold on…');

    command.signal('SIGINT');
    expect(await command.ended).toBe(0);
  });
});

describe('startStack', () => {
  test('restarts a part that was killed, on the same port', async () => {
    const stack = await startStack();
    try {
      const before = stack.children.find(({ name }) => name === 'host');
      await stack.restart('host', 'SIGKILL');
      const after = stack.children.find(({ name }) => name === 'host');
      expect(after?.pid).not.toBe(before?.pid);
      expect((await fetch(`${stack.url}/api/health`)).status).toBe(200);
    } finally {
      await stack.stop();
    }
    expect(stack.children).toEqual([]);
  });

  test('requires a given function key, which the service has', async () => {
    const stack = await startStack({ functionKey: 'a key & more' });
    try {
      const publish = (headers: Record<string, string>) =>
        fetch(`${stack.url}/api/rooms/lobby/messages`, { method: 'POST', body: 'hi', headers });
      const plain = { 'content-type': 'text/plain' };
      expect((await publish(plain)).status).toBe(401);
      expect((await publish({ ...plain, 'x-functions-key': 'a key & more' })).status).toBe(202);
      const ada = await joinLobby(stack.url);
      expect(await ada.invoke('send', 'hello', 'one')).toMatchObject({ ok: true, online: 1 });
      await ada.stop();
    } finally {
      await stack.stop();
    }
  });
});

function start(args: readonly string[], options?: Parameters<typeof runModule>[2]): Command {
  const command = runModule('local/start.ts', args, options);
  commands.push(command);
  return command;
}

async function addressOf(command: Command): Promise<string> {
  const [, url = ''] = await command.says(ADDRESS);
  return url;
}

/** The sample of README.md, with the ports and the folder of this start, and what follows it. */
function printed(more: string, data: string): RegExp {
  const [, sample = ''] = /```text\n(.*?)```/s.exec(read('README.md')) ?? [];
  const pattern = sample
    .replace('.data', data)
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replace(/(?<=localhost:|Port=)\d+/g, '\\d+')
    .replaceAll('…', '\\S+');
  return new RegExp(`^\\n${pattern}${more}$`);
}

/** The pid from the log of --verbose. */
function pidOf(part: string, { stdout }: Command): number {
  const [, pid] = new RegExp(`^${part}.*pid (\\d+)$`, 'm').exec(stdout) ?? [];
  return Number(pid);
}

async function refusalOf(command: Command): Promise<string> {
  expect(await command.ended).toBe(1);
  expect(command.stdout).toBe('');
  expect(command.stderr).toMatch(/^unable to [^\n]+\.\n$/);
  return command.stderr;
}

/** Joins the lobby. Resolves when the others see it. */
async function joinLobby(url: string, transport = HttpTransportType.WebSockets) {
  const connection = new HubConnectionBuilder()
    .withUrl(`${url}/api?room=lobby&name=Ada`, { transport })
    .configureLogging(LogLevel.None)
    .build();
  const welcomed = new Promise((resolve) => connection.on('welcome', resolve));
  connection.on('events', () => undefined);
  await connection.start();
  await welcomed;
  return connection;
}
