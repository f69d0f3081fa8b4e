// Moderator requests from the command line, with the whole stack: their effects on people in the room.

import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { ChatMessage } from '../../functions/protocol.ts';
import { openNetwork } from '../../local/client/api/network.ts';
import { runCommandLine } from '../../local/client/main.ts';
import { systemClock } from '../../local/client/system-clock.ts';
import { openOutput } from '../../local/client/terminal/output.ts';
import { NO_STATUS } from '../../local/client/terminal/progress.ts';
import { exportOf } from '../support/archive.ts';
import { joinRoom } from '../support/chat-client.ts';
import { inputOf } from '../support/command-line.ts';
import { eventually } from '../support/eventually.ts';
import { newRoom, type SharedStack, sharedStack } from '../support/shared-stack.ts';

jest.setTimeout(120_000);

let stack: SharedStack;
beforeAll(async () => {
  stack = await sharedStack();
});

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command in this process, with a real network and clock. */
async function chat(args: readonly string[], input = '', key = stack.functionKey): Promise<Ended> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const write = async (bytes: Uint8Array) => void stdout.push(Buffer.from(bytes).toString());
  const never = new AbortController().signal;
  const code = await runCommandLine(
    args,
    { environment: { CHAT_URL: stack.url, CHAT_KEY: key }, version: async () => '' },
    {
      input: inputOf(input),
      inputBytes: undefined,
      isTyped: false,
      status: NO_STATUS,
      output: openOutput({ write }, false),
      report: (sentence) => void stderr.push(`${sentence}\n`),
      network: () => openNetwork(process.env),
      clock: systemClock,
      random: Math.random,
      newRunId: randomUUID,
      interrupts: { first: never, second: never },
    },
  );
  return { code, stdout: stdout.join(''), stderr: stderr.join('') };
}

/** Runs the command in its own process, like a user. */
function chatProcess(args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join('local', 'client', 'index.js'), ...args],
      { env: { ...process.env, CHAT_URL: stack.url } },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

describe('from the command line', () => {
  test('a message is removed for everybody', async () => {
    const room = newRoom('removal');
    const ada = await joinRoom(stack.url, room, 'Ada');
    expect(await chat(['publish', '--room', room, '--name', 'ci'], 'good\n\nbad\n')).toEqual({
      code: 0,
      stdout: expect.stringMatching(
        /^published 2 lines to removal-\w+ in [\d.]+ s \(1 blank line left out\)\n$/,
      ),
      stderr: '',
    });
    expect(await chat(['delete', '2', '--room', room])).toMatchObject({ code: 0 });
    await eventually(() => ada.seqs().includes(3), 'the removal');
    expect(ada.events.flatMap(({ messages }) => messages).at(-1)).toMatchObject({ deletes: 2 });
    const { stdout } = await chat(['export', '--room', room]);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line): ChatMessage => JSON.parse(line));
    expect(lines.map(({ name, text, deleted }) => [name, text, deleted])).toEqual([
      ['ci', 'good', undefined],
      ['ci', '', true],
      ['Moderator', '', undefined],
    ]);
    await ada.stop();
  });

  test('a room is closed, with the reason for those inside, and opened again', async () => {
    const room = newRoom('大厅');
    const ada = await joinRoom(stack.url, room, 'Ada');
    expect(await chat(['close', '--room', room, '--reason', 'Too late'])).toMatchObject({
      code: 0,
    });
    await eventually(() => ada.ends.length > 0, 'Ada to be disconnected');
    expect(ada.ends[0]?.message).toContain('it is closed (Too late)');
    await expect(joinRoom(stack.url, room, 'Bob')).rejects.toThrow(/403/);
    expect(await chat(['publish', '--room', room], 'hi\n')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /it is closed \(Too late\)\..*\nNothing of the input is in the room\.\n$/,
      ),
    });
    expect(await chat(['rooms'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(` ${room} (closed: Too late)\n`),
    });
    expect(await chat(['tail', '--room', room])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('it is closed (Too late)'),
    });
    await chat(['open', '--room', room]);
    const bob = await joinRoom(stack.url, room, 'Bob');
    await bob.stop();
  });

  test('a member is found and banned', async () => {
    const room = newRoom('ban');
    const eve = await joinRoom(stack.url, room, 'Eve');
    const { stdout } = await chat(['members', '--room', room]);
    const [, connectionId = ''] = /^(\S+) {2}Eve \(g-/m.exec(stdout) ?? [];
    const banned = await chat(['ban', connectionId, '--room', room, '--reason', 'Too loud']);
    expect(banned).toMatchObject({ code: 0 });
    await eventually(() => eve.ends.length > 0, 'Eve to be disconnected');
    expect(eve.ends[0]?.message).toContain('Too loud');
    expect(await chat(['disconnect', 'nobody', '--room', room])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('there is no such connection'),
    });
  });

  test('a room is erased, and off the list', async () => {
    const room = newRoom('gone');
    await chat(['publish', '--room', room], 'a\nb\n');
    expect((await chat(['rooms', '--json'])).stdout).toContain(`"room":"${room}"`);
    expect(await chat(['erase', '--yes', '--room', room])).toMatchObject({ code: 0 });
    expect((await chat(['rooms', '--json'])).stdout).not.toContain(`"room":"${room}"`);
    expect((await chat(['export', '--room', room])).stdout).toBe('');
  });

  test.each([
    [['publish', '--room', 'x'], 'hi\n'],
    [['rooms'], ''],
    [['members'], ''],
    [['export'], ''],
    [['export', '--all'], ''],
    [['import'], exportOf([{ name: 'x', messages: 1 }])],
    [['delete', '1'], ''],
    [['close'], ''],
    [['open'], ''],
    [['erase', '--yes'], ''],
    [['disconnect', 'c1'], ''],
  ])('%j with a wrong key fails, and says where a key is given', async (args, input) => {
    expect(await chat(args, input, 'wrong')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/ this key\. Give a function key .* --key or CHAT_KEY\./),
    });
  });

  test('health needs no key', async () => {
    expect(await chatProcess(['health'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('storage: ok\n'),
    });
  });

  test('the address of another server is reported in one line', async () => {
    const [, host, port] = /Endpoint=([^;]+);Port=(\d+)/.exec(stack.connectionString) ?? [];
    const service = `${host}:${port}`;
    expect(await chat(['health', '--url', service])).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(
        `^unable to ask for the health of the chat; what ${service} answers, .* Check --url\\.\n$`,
      ),
    });
    const { stderr } = await chat(['rooms', '--url', stack.url.replace('http:', 'https:')]);
    // OpenSSL's message has colons, addresses and a line break.
    expect(stderr).toMatch(
      /^unable to list the rooms; the chat at \S+ cannot be reached: [a-z ]+\. Check the address: what answers there uses no TLS\.\n$/,
    );
  });

  test('an invalid command line is refused in one line', async () => {
    expect(await chatProcess(['frobnicate'])).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(
        /^serverless-chat: unable to understand the command line; .*\n$/,
      ),
    });
  });
});

test('the doctor finds nothing broken in the whole stack, and prints a row for each hop', async () => {
  const { code, stdout, stderr } = await chat(['doctor']);
  const rows = stdout.trim().split('\n');
  // The timer may not have run yet.
  const wrong = rows.filter((row) => !/^\w+ +(?:ok|skipped)/.test(row));
  expect({ code, wrong }).toEqual({ code: 0, wrong: [] });
  expect(rows.find((row) => row.startsWith('hear'))).toMatch(/ok +\d+ ms {2}its broadcast: /);
  expect(stderr).toMatch(/^(?:all is well|nothing is broken; not checked: timer)\n$/);
});
