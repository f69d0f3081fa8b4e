// Processor time of the app's process for each message, with the embedded host, and of the app alone without host and HTTP.
// Runs the build before and this one in turns.
//
//   npm run bench -- work [--people 300] [--rooms 20] [--seconds 8] [--turns 1] [--alone] [--base COMMIT]
//
// The time of the other processes is beside it, so that nothing is moved there unseen. `--alone` measures only the app alone.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { build } from '../local/build/build.ts';
import { ROOT } from '../local/root.ts';
import { startStack } from '../local/stack/stack.ts';
import { buildBase } from './base-build.ts';
import type { TalkResult } from './load/generator.ts';
import { send, startGenerator } from './load/order.ts';
import { readOptions } from './options.ts';
import { usageOf } from './service/usage.ts';

const values = readOptions({
  people: { type: 'string', default: '300' },
  rooms: { type: 'string', default: '20' },
  seconds: { type: 'string', default: '8' },
  turns: { type: 'string', default: '1' },
  alone: { type: 'boolean', default: false },
  base: { type: 'string', default: 'db47424' },
});
const MS = Number(values.seconds) * 1_000;
/** Messages a second in all rooms together. */
const RATES = [120, 600];
const PARTS = ['host', 'service', 'azurite'];
const APP_ALONE = fileURLToPath(new URL('./load/app-alone.ts', import.meta.url));

type Start = typeof startStack;
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
try {
  for (let turn = 0; turn < Number(values.turns); turn += 1) {
    await measureAlone(base.root, before);
    await measureAlone(ROOT, now);
    if (values.alone) continue;
    await measure(startBase, before);
    await measure(startStack, now);
  }
} finally {
  base.remove();
}
console.log('| processor time a message, ms | before | now | ratio |\n|---|---:|---:|---:|');
for (const [title, samples] of before) {
  const [old, fresh] = [median(samples), median(now.get(title) ?? [])];
  const ratio = (fresh / old).toFixed(2);
  console.log(`| ${title} | ${old.toFixed(2)} | ${fresh.toFixed(2)} | ${ratio} |`);
}

async function measureAlone(root: string, measured: Measured): Promise<void> {
  const child = fork(APP_ALONE, [root], { execArgv: ['--import', 'tsx'] });
  const [used] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`unable to measure; the app alone ended with ${code}. Run it by itself.`);
    }),
  ]);
  add(measured, 'the app alone', used);
}

async function measure(start: Start, measured: Measured): Promise<void> {
  const stack = await start();
  const generator = startGenerator();
  try {
    const [people, rooms] = [Number(values.people), Number(values.rooms)];
    await send(generator, { kind: 'fill', url: stack.url, people, rooms });
    // Warm-up: V8 compiles the hot paths.
    await send(generator, { kind: 'talk', rate: RATES[0] ?? 0, ms: 3_000 });
    const usedBy = (part: string) =>
      usageOf(stack.children.find(({ name }) => name === part)?.pid ?? 0).cpuMs;
    for (const rate of RATES) {
      const usedBefore = PARTS.map(usedBy);
      const { sent } = await send<TalkResult>(generator, { kind: 'talk', rate, ms: MS });
      for (const [index, part] of PARTS.entries()) {
        const title = `${part}, ${rate} a second`;
        const used = (usedBy(part) - (usedBefore[index] ?? 0)) / sent;
        add(measured, title, used);
      }
    }
    await send(generator, { kind: 'leave' });
  } finally {
    generator.kill('SIGKILL');
    await stack.stop();
  }
}

function add(measured: Measured, title: string, used: number): void {
  measured.set(title, [...(measured.get(title) ?? []), used]);
}

function median(samples: readonly number[]): number {
  return samples.toSorted((a, b) => a - b)[Math.floor(samples.length / 2)] ?? Number.NaN;
}
