// The output of a command is complete, or the command fails.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  OutputClosed,
  OutputFailed,
  openOutput,
  toFile,
} from '../../../../local/client/terminal/output.ts';
import { ROOT } from '../../../../local/root.ts';
import {
  always,
  answer,
  inputOf,
  OF_THE_CHAT,
  runInProcess,
} from '../../../support/command-line.ts';

const message = { seq: 1, id: 'i', userId: 'u', name: 'Ada', text: 'hi', sentAt: 0 };
const history = JSON.stringify({ revision: 1, first: 1, seq: 1, messages: [message] });
const health = '{"status":"ok","storage":"ok","signalR":"ok"}';
const rooms = '{"rooms":[{"room":"r","online":0,"seq":1,"first":1,"activeAt":0}]}';
const members = JSON.stringify({
  online: 1,
  members: [{ connectionId: 'c', userId: 'u', name: 'Ada', connectedAt: 0 }],
  truncated: false,
});
const ndjson = { 'content-type': 'application/x-ndjson; charset=utf-8' };
const done = () => answer(204, '', { headers: OF_THE_CHAT });

function failing(code: string): () => never {
  return () => {
    throw Object.assign(new Error(`${code}: no space left on device, write`), { code });
  };
}

/** Every command with output, and the chat's answer to it. */
const WRITERS: [string, () => ReturnType<typeof answer>][] = [
  ['help', done],
  ['publish --help', done],
  ['--version', done],
  ['publish', () => answer(202, '{"seq":1}')],
  ['tail', () => answer(200, history)],
  ['tail --json', () => answer(200, history)],
  ['rooms', () => answer(200, rooms)],
  ['rooms --json', () => answer(200, rooms)],
  ['members', () => answer(200, members)],
  ['members --json', () => answer(200, members)],
  ['disconnect c1', done],
  ['ban c1', done],
  ['delete 7', done],
  ['close', done],
  ['open', done],
  ['export', () => answer(200, `${JSON.stringify(message)}\n`, { headers: ndjson })],
  ['erase --yes', done],
  ['health', () => answer(200, health)],
  ['health --json', () => answer(200, health)],
];

describe.each(WRITERS)('%s', (line, what) => {
  test('C2: fails with a sentence if its output cannot be written', async () => {
    const options = { input: inputOf('one\n'), write: failing('ENOSPC') };
    const { code, stderr } = await runInProcess(line, always(what), options);
    expect([code, stderr.at(-1)]).toEqual([
      1,
      'unable to write the output; no space left on device. What has been written is not whole: write it again, elsewhere.',
    ]);
  });

  test('C2: ends without an error if nobody reads its output any more', async () => {
    const options = { input: inputOf('one\n'), write: failing('EPIPE') };
    expect(await runInProcess(line, always(what), options)).toEqual({
      code: 0,
      stdout: '',
      stderr: [],
    });
  });
});

test('C2: a publish whose report cannot be written prints it on stderr: the lines are in the room', async () => {
  const fetch = always(() => answer(202, '{"seq":1}'));
  const options = { input: inputOf('one\n'), write: failing('ENOSPC') };
  const { stderr } = await runInProcess('publish', fetch, options);
  expect(stderr[0]).toMatch(/^published 1 line to lobby in /);
});

test('C2: health fails by its exit code, also if nobody reads the reason', async () => {
  const ill = '{"status":"unavailable","storage":"no answer","signalR":"ok"}';
  const fetch = always(() => answer(503, ill));
  const { code } = await runInProcess('health', fetch, { write: failing('EPIPE') });
  expect(code).toBe(1);
});

describe('a file', () => {
  test('C2: gets the rest after a partial write', async () => {
    const written: number[] = [];
    const sink = toFile(1, false, async (_, bytes) => {
      const count = Math.min(3, bytes.length);
      written.push(...bytes.subarray(0, count));
      return count;
    });
    await openOutput(sink, false).line('all of it');
    expect(Buffer.from(written).toString()).toBe('all of it\n');
  });

  test('C2: that is full after a partial write is a failure', async () => {
    let space = 4;
    const sink = toFile(1, false, async (_, bytes) => {
      if (space === 0) failing('ENOSPC')();
      const count = Math.min(space, bytes.length);
      space -= count;
      return count;
    });
    await expect(openOutput(sink, false).line('all of it')).rejects.toThrow(OutputFailed);
  });

  test('C2: that reports missing space only at its end is a failure', async () => {
    const output = openOutput(
      { write: async () => {}, finish: async () => failing('EDQUOT')() },
      false,
    );
    await expect(output.finish()).rejects.toThrow(OutputFailed);
  });

  test('a closed pipe is not a failed output', async () => {
    const output = openOutput({ write: async () => failing('EPIPE')() }, false);
    await expect(output.line('x')).rejects.toThrow(OutputClosed);
  });
});

describe('standard output', () => {
  const serverlessChat = (args: string, to: string) =>
    spawnSync(
      'sh',
      ['-c', `"$0" "$1" ${args} ${to}`, process.execPath, join(ROOT, 'local/client/index.js')],
      {
        encoding: 'utf8',
      },
    );

  // Only Linux has /dev/full.
  const onLinux = existsSync('/dev/full') ? test : test.skip;
  onLinux('C2: of a real process on a full device, on a full disk, and with no reader', () => {
    const full = serverlessChat('--help', '> /dev/full');
    expect([full.status, full.stderr]).toEqual([
      1,
      expect.stringMatching(/^serverless-chat: unable to write .*\n$/),
    ]);
    // There is space for the first bytes only. Node's own stream would count that as written.
    const cut = serverlessChat(
      '--help; ulimit -f 1; exec "$0" "$1" publish --help',
      '> "$(mktemp)"',
    );
    expect([cut.status, cut.stderr]).toEqual([
      1,
      expect.stringMatching(/^serverless-chat: unable to write .*\n$/),
    ]);
    const closed = serverlessChat('--help', '| true');
    expect([closed.status, closed.stderr]).toEqual([0, '']);
  });
});
