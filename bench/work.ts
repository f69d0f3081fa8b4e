// Processor time of the app's process for each message, with the embedded host, and of the app alone without host and HTTP.
// Runs the build before and this one in turns.
//
//   npm run bench -- work [--people 300] [--rooms 20] [--seconds 4] [--turns 3] [--alone] [--base COMMIT]
//
// The time of the other processes is beside it, so that nothing is moved there unseen. `--alone` measures only the app alone.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from '../local/build/build.ts';
import { ROOT } from '../local/root.ts';
import { startStack } from '../local/stack/stack.ts';
import { buildBase } from './base-build.ts';
import type { TalkResult } from './load/generator.ts';
import { send, startGenerator } from './load/order.ts';
import { median } from './median.ts';
import { readOptions } from './options.ts';
import { usageOf } from './service/usage.ts';

const values = readOptions({
  people: { type: 'string', default: '300' },
  rooms: { type: 'string', default: '20' },
  seconds: { type: 'string', default: '4' },
  turns: { type: 'string', default: '3' },
  alone: { type: 'boolean', default: false },
  base: { type: 'string', default: 'db47424' },
});
const MS = Number(values.seconds) * 1_000;
/** Messages a second in all rooms together. */
const RATES = [120, 600];
const PARTS = ['host', 'service', 'azurite'];
const APP_ALONE = fileURLToPath(new URL('./load/app-alone.ts', import.meta.url));

type Start = typeof startStack;
interface Running {
  readonly stack: Awaited<ReturnType<Start>>;
  readonly generator: ReturnType<typeof startGenerator>;
}
/** Milliseconds of processor time a message, by rate and part, one for each turn. */
type Measured = Map<string, number[]>;

await build({ forProduction: true });
const base = await buildBase(values.base);
const { startStack: startBase } = await base.load<{ startStack: Start }>('local/stack/stack.ts');
const before: Measured = new Map();
const now: Measured = new Map();
console.log(
  `Load of the machine before: ${loadavg()[0]?.toFixed(2)} on ${availableParallelism()} cores. ${values.people} people in ${values.rooms} rooms.\n`,
);
const open: Running[] = [];
try {
  for (let turn = 0; turn < Number(values.turns); turn += 1) {
    await measureAlone(base.root, before);
    await measureAlone(ROOT, now);
  }
  if (!values.alone) {
    for (const start of [startBase, startStack]) open.push(await run(start));
    for (let turn = 0; turn < Number(values.turns); turn += 1) {
      for (const rate of RATES) {
        for (const [at, measured] of [before, now].entries()) {
          const running = open[at];
          if (running) await measure(running, rate, measured);
        }
      }
    }
  }
} finally {
  for (const { generator, stack } of open) {
    generator.kill('SIGKILL');
    await stack.stop();
  }
  base.remove();
}
console.log('| processor time a message, ms | before | now | ratio |\n|---|---:|---:|---:|');
for (const [title, samples] of before) {
  const [old, fresh] = [median(samples), median(now.get(title) ?? [])];
  const ratio = (fresh / old).toFixed(2);
  console.log(`| ${title} | ${old.toFixed(2)} | ${fresh.toFixed(2)} | ${ratio} |`);
}

async function measureAlone(root: string, measured: Measured): Promise<void> {
  // Not with tsx, which would compile the app again.
  const child = fork(join(ROOT, 'local/launch.mjs'), [APP_ALONE, root], { execArgv: [] });
  const [used] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`unable to measure; the app alone ended with ${code}. Run it by itself.`);
    }),
  ]);
  add(measured, 'the app alone', used);
}

/** Both builds run at once and talk in turns, so that a busy machine is as busy for one as for the other. */
async function run(start: Start): Promise<Running> {
  const stack = await start();
  const generator = startGenerator();
  const [people, rooms] = [Number(values.people), Number(values.rooms)];
  await send(generator, { kind: 'fill', url: stack.url, people, rooms });
  // Warm-up: V8 compiles the hot paths.
  for (const rate of RATES) await send(generator, { kind: 'talk', rate, ms: 3_000 });
  return { stack, generator };
}

async function measure(
  { stack, generator }: Running,
  rate: number,
  measured: Measured,
): Promise<void> {
  const usedBy = (part: string) =>
    usageOf(stack.children.find(({ name }) => name === part)?.pid ?? 0).cpuMs;
  const usedBefore = PARTS.map(usedBy);
  const { sent } = await send<TalkResult>(generator, { kind: 'talk', rate, ms: MS });
  for (const [index, part] of PARTS.entries()) {
    const used = (usedBy(part) - (usedBefore[index] ?? 0)) / sent;
    add(measured, `${part}, ${rate} a second`, used);
  }
}

function add(measured: Measured, title: string, used: number): void {
  measured.set(title, [...(measured.get(title) ?? []), used]);
}
