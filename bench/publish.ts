// Rate and cost of `serverless-chat publish`: first without watchers and faults, then with 20 watchers while host and
// service are killed.
//
//   npm run bench -- publish [--lines 20000]
//
// The number of transactions is the same as on Azure.

import { loadavg } from 'node:os';
import { build } from '../local/build/build.ts';
import { streamLog } from '../test/support/log-stream.ts';
import { startTestStack } from '../test/support/stack.ts';
import { readOptions } from './options.ts';

const values = readOptions({ lines: { type: 'string', default: '20000' } });
const LINES = Number(values.lines);
const WATCHERS = 20;

await build();
console.log(`Load of the machine before: ${loadavg()[0]?.toFixed(2)}.\n`);
console.log(
  '| watchers | restarts | lines | lost or doubled | lines/s | transactions per 1,000 lines |',
);
console.log('|---|---|---|---|---|---|');
for (const isHard of [false, true]) {
  const stack = await startTestStack();
  try {
    const restart = (part: 'host' | 'service') => () => stack.restart(part, 'SIGKILL');
    const { exitCode, stderr, tookMs, watched } = await streamLog(stack, {
      room: 'build',
      lines: LINES,
      watchers: isHard ? WATCHERS : 0,
      disturb: isHard
        ? [
            { at: LINES * 0.25, by: restart('host') },
            { at: LINES * 0.5, by: restart('service') },
          ]
        : [],
    });
    if (exitCode !== 0) throw new Error(stderr);
    const { seq } = await stack.readHead('build');
    const wrong = watched.filter(({ count, wrong }) => count !== LINES || wrong !== undefined);
    const lost =
      seq === LINES && wrong.length === 0 ? 'none' : `seq ${seq}, ${wrong.length} watchers`;
    const perThousand = (stack.storageCounts().transactions / LINES) * 1_000;
    console.log(
      `| ${watched.length} | ${isHard ? 2 : 0} | ${LINES} | ${lost} | ${Math.round((LINES / tookMs) * 1_000)} | ${perThousand.toFixed(1)} |`,
    );
  } finally {
    await stack.stop();
  }
}
