// C8: a process without a terminal continues when a terminal closes, as under `nohup`.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { isHangUpMeant, type Terminals } from '../../local/hang-up.ts';
import { ROOT } from '../../local/root.ts';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

describe('a hang-up', () => {
  test('does not end a process without a terminal', () => {
    expect(isHangUpMeant([])).toBe(false);
  });

  test.each<[Terminals]>([[['stdin', 'stdout', 'stderr']], [['stdin']], [['stdout', 'stderr']]])(
    'ends a process whose %j is one',
    (terminals) => {
      expect(isHangUpMeant(terminals)).toBe(true);
    },
  );
});

describe('without a terminal a hang-up', () => {
  test.each<[string, string[]]>([
    ['the emulator', ['local/service/index.js', 'start', '--port', '0']],
    [
      'the embedded host',
      [
        ...['local/launch.mjs', 'local/host/cli.ts'],
        ...['--port', '0', '--app-dir', 'test/local/host/fixtures/modern'],
      ],
    ],
  ])('is outlived by %s', async (_, args) => {
    const child = run(args);
    await once(child, 'message');
    child.kill('SIGHUP');
    child.kill('SIGINT');
    // After a SIGHUP it would have no exit code.
    expect(await once(child, 'close')).toEqual([0, null]);
  });

  test('does not end `serverless-chat publish`', async () => {
    const texts: string[] = [];
    const server = createServer(async (request, answer) => {
      for await (const chunk of request) texts.push(String(chunk));
      answer.writeHead(202, { 'content-type': 'application/json' });
      answer.end(JSON.stringify({ seq: texts.length }));
      if (texts.length === 1) {
        child.kill('SIGHUP');
        child.stdin?.end('two\n');
      }
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${Object(server.address()).port}`;
    const child = run(['local/client/index.js', 'publish', '--url', url]);
    child.stdin?.write('one\n');
    expect(await once(child, 'close')).toEqual([0, null]);
    server.close();
    expect(texts).toEqual([expect.stringContaining('one'), expect.stringContaining('two')]);
  });
});

/** A command of this checkout, with an IPC channel. */
function run([module = '', ...args]: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [join(ROOT, module), ...args], {
    cwd: ROOT,
    stdio: ['pipe', 'ignore', 'pipe', 'ipc'],
  });
  child.stderr?.resume();
  children.push(child);
  return child;
}
