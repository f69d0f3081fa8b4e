// Keeping order from the command line, against the whole circuit: what the people in the room see of it.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { ChatMessage } from '../../functions/protocol.ts';
import { joinRoom } from '../support/chat-client.ts';
import { eventually } from '../support/eventually.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';

jest.setTimeout(120_000);

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function chat(args: readonly string[], input = '', key = stack.functionKey): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [join('local', 'client', 'bin.mjs'), ...args],
      { env: { ...process.env, CHAT_URL: stack.url, CHAT_KEY: key } },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

describe('from the command line', () => {
  test('a message is removed for everybody', async () => {
    const ada = await joinRoom(stack.url, 'removal', 'Ada');
    expect(await chat(['publish', '--room', 'removal', '--name', 'ci'], 'good\n\nbad\n')).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^published 2 lines to removal in [\d.]+ s\n$/),
      stderr: '',
    });
    expect(await chat(['delete', '2', '--room', 'removal'])).toMatchObject({ code: 0 });
    await eventually(() => ada.seqs().includes(3), 'the removal');
    expect(ada.events.flatMap(({ messages }) => messages).at(-1)).toMatchObject({ deletes: 2 });
    const { stdout } = await chat(['export', '--room', 'removal']);
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
    const ada = await joinRoom(stack.url, '大厅', 'Ada');
    expect(await chat(['close', '--room', '大厅', '--reason', 'Too late'])).toMatchObject({
      code: 0,
    });
    await eventually(() => ada.ends.length > 0, 'Ada to be sent away');
    expect(ada.ends[0]?.message).toContain('it is closed (Too late)');
    await expect(joinRoom(stack.url, '大厅', 'Bob')).rejects.toThrow(/403/);
    expect(await chat(['publish', '--room', '大厅'], 'hi\n')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^lines 1 to 1 are not in the room.*closed \(Too late\)/),
    });
    expect(await chat(['rooms'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/ 大厅 \(closed: Too late\)\n/),
    });
    expect(await chat(['tail', '--room', '大厅'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('it is closed (Too late)'),
    });
    await chat(['open', '--room', '大厅']);
    const bob = await joinRoom(stack.url, '大厅', 'Bob');
    await bob.stop();
  });

  test('a member is found and kept out', async () => {
    const eve = await joinRoom(stack.url, 'ban', 'Eve');
    const { stdout } = await chat(['members', '--room', 'ban']);
    const [, connectionId = ''] = /^(\S+) {2}Eve \(g-/m.exec(stdout) ?? [];
    const banned = await chat(['ban', connectionId, '--room', 'ban', '--reason', 'Too loud']);
    expect(banned).toMatchObject({ code: 0 });
    await eventually(() => eve.ends.length > 0, 'Eve to be sent away');
    expect(eve.ends[0]?.message).toContain('Too loud');
    expect(await chat(['disconnect', 'nobody', '--room', 'ban'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there is no such connection'),
    });
  });

  test('a room is erased, and off the list', async () => {
    await chat(['publish', '--room', 'gone'], 'a\nb\n');
    expect((await chat(['rooms', '--json'])).stdout).toContain('"room":"gone"');
    expect(await chat(['erase', '--yes', '--room', 'gone'])).toMatchObject({ code: 0 });
    expect((await chat(['rooms', '--json'])).stdout).not.toContain('"room":"gone"');
    expect((await chat(['export', '--room', 'gone'])).stdout).toBe('');
  });

  test.each([
    [['publish', '--room', 'x'], 'hi\n'],
    [['rooms'], ''],
    [['members'], ''],
    [['export'], ''],
    [['delete', '1'], ''],
    [['close'], ''],
    [['open'], ''],
    [['erase', '--yes'], ''],
    [['disconnect', 'c1'], ''],
  ])('%j with a wrong key fails, and says where a key is given', async (args, input) => {
    expect(await chat(args, input, 'wrong')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/401 to this key\. Give a function key .* --key or CHAT_KEY\./),
    });
  });

  test('health is asked for without a key', async () => {
    expect(await chat(['health'], '', '')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('storage: ok\n'),
    });
  });

  test('an address that is no chat’s is named in one line', async () => {
    const [, host, port] = /Endpoint=([^;]+);Port=(\d+)/.exec(stack.connectionString) ?? [];
    const service = `${host}:${port}`;
    expect(await chat(['health', '--url', service])).toEqual({
      code: 1,
      stdout: '',
      stderr: `unable to understand the answer; no chat answers at ${service}. Check --url.\n`,
    });
    const { stderr } = await chat(['rooms', '--url', stack.url.replace('http:', 'https:')]);
    // What OpenSSL dumps has colons, addresses and a line break.
    expect(stderr).toMatch(/^unable to reach the chat at \S+; [a-z ]+\. Check --url, .*\n$/);
  });

  test('what is not understood is said in one line', async () => {
    expect(await chat(['frobnicate'])).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^unable to understand the command line; .*\n$/),
    });
  });
});
