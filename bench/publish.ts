// Rate and cost of `serverless-chat publish`: first without watchers and faults, then with 20 watchers while host and
// service are killed.
//
//   npm run bench -- publish [--lines 20000] [--base COMMIT] [--base-lines N] [--turns 1]
//
// The number of transactions is the same as on Azure.
// With a base it publishes to that build and to this one in turns instead, without faults, and with tables on disk as `npm start`
// has them. 20 people watch, and four chat meanwhile. Up to commit 8cb700d storage slowed down with each line, so 100,000 lines
// take minutes there. `--base-lines` gives the base fewer lines, which is in favour of such a base.

import { availableParallelism, loadavg } from 'node:os';
import { build } from '../local/build/build.ts';
import { startStack } from '../local/stack/stack.ts';
import { streamLog } from '../test/support/log-stream.ts';
import { startTestStack } from '../test/support/stack.ts';
import { type BaseBuild, buildBase } from './base-build.ts';
import { readOptions } from './options.ts';
import { toTable } from './publish/side-by-side.ts';
import { PEOPLE, type Published, publishWatched } from './publish/watched-publish.ts';

const values = readOptions({
  lines: { type: 'string', default: '20000' },
  base: { type: 'string' },
  /** 0 for as many as this build gets. */
  'base-lines': { type: 'string', default: '0' },
  turns: { type: 'string', default: '1' },
});
const LINES = Number(values.lines);
const BASE_LINES = Number(values['base-lines']) || LINES;
/** The command sends up to 1,000 lines in a request. */
const LINES_FOR_TENTHS = 20_000;

if (values.base === undefined) {
  await build();
  console.log(`Load of the machine before: ${loadavg()[0]?.toFixed(2)}.\n`);
  await publishWithFaults();
} else {
  await build({ forProduction: true });
  const base = await buildBase(values.base);
  console.log(
    `Load of the machine before: ${loadavg()[0]?.toFixed(2)} on ${availableParallelism()} cores.`,
  );
  try {
    await compare(base);
  } finally {
    base.remove();
  }
}

async function compare(base: BaseBuild): Promise<void> {
  const { startStack: startBase } = await base.load<{ startStack: typeof startStack }>(
    'local/stack/stack.ts',
  );
  console.log(`Lines: ${BASE_LINES} before, ${LINES} now. ${PEOPLE} people watch.`);
  if (BASE_LINES < LINES) {
    console.log(
      'If the build before slows down with each line, its fewer lines are in its favour.',
    );
  }
  if (BASE_LINES < LINES_FOR_TENTHS) {
    console.log('A tenth is less than two requests of the command, so its rate is chance.');
  }
  const [before, now]: [Published[], Published[]] = [[], []];
  for (let turn = 0; turn < Number(values.turns); turn += 1) {
    before.push(await publishWatched(startBase, BASE_LINES));
    now.push(await publishWatched(startStack, LINES));
  }
  console.log(`\n${toTable(before, now)}`);
}

async function publishWithFaults(): Promise<void> {
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
        watchers: isHard ? PEOPLE : 0,
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
}
