// `--json` of the commands that change a room: one object for a program, instead of a sentence.

import { expect, test } from '@jest/globals';
import { toTime } from '../../../../local/client/terminal/time.ts';
import {
  always,
  answer,
  inputOf,
  OF_THE_CHAT,
  runInProcess,
} from '../../../support/command-line.ts';

test.each([
  ['close', { room: 'lobby', closed: true }],
  ['open', { room: 'lobby', closed: false }],
  ['delete 7', { room: 'lobby', removed: 7 }],
  ['disconnect c1', { room: 'lobby', disconnected: 'c1' }],
  ['ban c1 --minutes 5', { room: 'lobby', disconnected: 'c1', banMinutes: 5 }],
  ['erase --yes', { room: 'lobby', erased: true }],
])('%s', async (line, facts) => {
  const fetch = always(() => answer(204, '', { headers: OF_THE_CHAT }));
  const { code, stdout } = await runInProcess(`${line} --json`, fetch);
  expect([code, JSON.parse(stdout)]).toEqual([0, facts]);
});

test('publish reports what became of the input', async () => {
  const fetch = always(() => answer(202, '{"seq":4}', { headers: OF_THE_CHAT }));
  const input = inputOf(`a\n\n50 %\r100 %\n${'x'.repeat(5_000)}\n`);
  const { code, stdout } = await runInProcess('publish --json', fetch, { input });
  expect([code, JSON.parse(stdout)]).toEqual([
    0,
    {
      room: 'lobby',
      lines: 3,
      messages: 4,
      blank: 1,
      overwritten: 1,
      split: 1,
      ms: expect.any(Number),
    },
  ]);
});

test('row 7: health says when the service and the timer last called', async () => {
  const at = 1_795_474_256_779;
  const body = (upstream: object, cleanup: object) =>
    JSON.stringify({ status: 'ok', storage: 'ok', signalR: 'ok', now: at, upstream, cleanup });
  const run = (line: string, text: string) =>
    runInProcess(
      line,
      always(() => answer(200, text)),
    );
  const called = body({ lastAt: at, refused: [] }, { lastAt: at + 1_000 });
  expect(JSON.parse((await run('health --json', called)).stdout)).toEqual({
    status: 'ok',
    storage: 'ok',
    signalR: 'ok',
    lastEvent: at,
    lastCleanup: at + 1_000,
  });
  expect((await run('health', called)).stdout).toBe(
    `status: ok\nstorage: ok\nsignalR: ok\nlastEvent: ${toTime(at)}\nlastCleanup: ${toTime(at + 1_000)}\n`,
  );
  const never = await run('health', body({ refused: [] }, {}));
  expect(never.stdout).toBe('status: ok\nstorage: ok\nsignalR: ok\n');
});
