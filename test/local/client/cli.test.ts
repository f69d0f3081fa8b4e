// The command as a process: effects that a test inside one process cannot see.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ROOT } from '../../../local/root.ts';

test('C4: a publish that fails ends, also if the program before it in the pipe continues', async () => {
  const command = join(ROOT, 'local/client/index.js');
  const line = [command, 'publish', '--url', 'http://127.0.0.1:2', '--retry-for', '0'];
  const child = spawn(process.execPath, line, { stdio: ['pipe', 'ignore', 'pipe'] });
  try {
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.stdin.write('one\n');
    const [code] = await once(child, 'close');
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('serverless-chat: unable to publish;'),
    ]);
  } finally {
    child.kill('SIGKILL');
  }
});
