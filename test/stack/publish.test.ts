// The command line streams a log into a room while parts of the stack restart.

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { streamLog } from '../support/log-stream.ts';
import { sized } from '../support/sizes.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';

jest.setTimeout(300_000);

/** With more lines Azurite is very slow, because for each insert it looks at every row of the partition. */
const LINES = sized(4_000, 20_000);
const WATCHERS = sized(5, 20);

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

describe('a published log', () => {
  test('reaches all watchers complete and in order, although host and service are killed meanwhile', async () => {
    const before = stack.storageCounts().transactions;
    const streamed = await streamLog(stack, {
      room: 'build',
      lines: LINES,
      watchers: WATCHERS,
      disturb: [
        { at: LINES / 4, by: () => stack.restart('host', 'SIGKILL') },
        { at: LINES / 2, by: () => stack.restart('service', 'SIGKILL') },
      ],
    });
    expect(streamed).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(new RegExp(`^published ${LINES} lines to build in `)),
      watched: Array.from({ length: WATCHERS }, () => ({ count: LINES, wrong: undefined })),
    });
    expect((await stack.readHead('build')).seq).toBe(LINES);
    // 11 for each 1,000 lines, without joins, leaves and repetitions.
    const transactions = stack.storageCounts().transactions - before;
    expect(transactions).toBeLessThan((LINES / 1_000) * 11 * 1.5 + 100);
  });
});
