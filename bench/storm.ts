// Everybody in one room is cut off at once and comes back, while some who stayed talk. Runs the build before and this one in
// turns, and prints what each needs: rows and requests of storage, the time until all are back, and the time of a message.
//
//   npm run bench -- storm [--people 300] [--turns 1] [--storms 2] [--base COMMIT] [--no-base]
//
// The counts hold on a busy machine, the times only on a quiet one.

import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from '../local/build/build.ts';
import { toStorageConnectionString } from '../local/stack/azurite.ts';
import { startStack } from '../local/stack/stack.ts';
import { choosePorts } from '../test/support/ports.ts';
import { openStorageWire } from '../test/support/storage-wire.ts';
import { type BaseBuild, buildBase } from './base-build.ts';
import type { StormResult } from './load/generator.ts';
import { send, startGenerator, startTalkers } from './load/order.ts';
import { readOptions } from './options.ts';
import { usageOf } from './service/usage.ts';

const values = readOptions({
  people: { type: 'string', default: '300' },
  turns: { type: 'string', default: '1' },
  storms: { type: 'string', default: '2' },
  base: { type: 'string', default: 'db47424' },
  /** Leaves out the build before. */
  'no-base': { type: 'boolean', default: false },
});
const PEOPLE = Number(values.people);
const STAYING = 10;
const QUIET_MS = 8_000;
/** As many as an answer of the history has. */
const MESSAGES = 200;
/** The first room of the generator. */
const ROOM = 'load-1-0';

/** Sums and samples of all storms of a build. */
interface Measured {
  storms: number;
  entities: number;
  reads: number;
  transactions: number;
  backMs: number[];
  rosterMs: number[];
  quietMs: number[];
  ackedMs: number[];
  /** Processor time during the storms, by process. */
  readonly cpuMs: Map<string, number>;
}

type Start = typeof startStack;

await build({ forProduction: true });
const base = values['no-base'] ? undefined : await buildBase(values.base);
const builds = new Map<string, Start>([
  ...(base ? ([['before', await startOf(base)]] as const) : []),
  ['now', startStack],
]);
const results = new Map<string, Measured>();
console.log(
  `Load of the machine before: ${loadavg()[0]?.toFixed(2)} on ${availableParallelism()} cores. ${PEOPLE} people in one room, ${STAYING} of whom stay.\n`,
);
try {
  for (let turn = 0; turn < Number(values.turns); turn += 1) {
    for (const [name, start] of builds) {
      const measured = results.get(name) ?? newMeasured();
      results.set(name, measured);
      await measure(start, measured);
    }
  }
} finally {
  base?.remove();
}
print();

function newMeasured(): Measured {
  return {
    ...{ storms: 0, entities: 0, reads: 0, transactions: 0 },
    ...{ backMs: [], rosterMs: [], quietMs: [], ackedMs: [] },
    cpuMs: new Map(),
  };
}

async function startOf(base: BaseBuild): Promise<Start> {
  return (await base.load<{ startStack: Start }>('local/stack/stack.ts')).startStack;
}

async function measure(start: Start, measured: Measured): Promise<void> {
  const [port = 0, servicePort = 0, tablePort = 0] = await choosePorts(3);
  const wire = await openStorageWire(toStorageConnectionString(tablePort));
  const settings = { AzureWebJobsStorage: wire.connectionString };
  const stack = await start({ port, servicePort, tablePort, settings });
  const generator = startGenerator();
  const talkers = startTalkers();
  try {
    const { url } = stack;
    await publish(url);
    await send(generator, { kind: 'fill', url, people: PEOPLE - STAYING, rooms: 1 });
    await talkers.enter(url, ROOM, STAYING);
    // Warm-up: V8 compiles the hot paths.
    await talkers.talkDuring(() => sleep(2_000));
    const [, quietMs] = await talkers.talkDuring(() => sleep(QUIET_MS));
    measured.quietMs.push(...quietMs);
    for (let storm = 0; storm < Number(values.storms); storm += 1) {
      const before = wire.counts();
      const cpuBefore = stack.children.map(({ pid }) => usageOf(pid).cpuMs);
      const [result, ackedMs] = await talkers.talkDuring(() =>
        send<StormResult>(generator, { kind: 'storm', others: STAYING }),
      );
      const after = wire.counts();
      for (const [index, { name, pid }] of stack.children.entries()) {
        const used = usageOf(pid).cpuMs - (cpuBefore[index] ?? 0);
        measured.cpuMs.set(name, (measured.cpuMs.get(name) ?? 0) + used);
      }
      measured.storms += 1;
      measured.entities += after.entities - before.entities;
      measured.reads += after.reads - before.reads;
      measured.transactions += after.transactions - before.transactions;
      measured.backMs.push(Math.max(result.welcomedMs, result.caughtUpMs, result.countedMs));
      measured.rosterMs.push(result.rosterMs);
      measured.ackedMs.push(...ackedMs);
    }
    await talkers.leave();
    await send(generator, { kind: 'leave' });
  } finally {
    generator.kill('SIGKILL');
    talkers.kill();
    await stack.stop();
    await wire.stop();
  }
}

/** The room's history, as many messages as an answer holds. */
async function publish(url: string): Promise<void> {
  const lines = Array.from({ length: MESSAGES }, (_, n) => `Message ${n} of an ordinary length.`);
  const answer = await fetch(`${url}/api/rooms/${ROOM}/messages`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: lines.join('\n'),
  });
  if (answer.status !== 202) throw new Error(`unable to publish; it answered ${answer.status}.`);
}

function print(): void {
  const rows: readonly (readonly [string, (measured: Measured) => number, string?])[] = [
    ['rows read, a storm', ({ entities, storms }) => entities / storms],
    ['read requests, a storm', ({ reads, storms }) => reads / storms],
    ['transactions, a storm', ({ transactions, storms }) => transactions / storms],
    ['all welcomed, caught up and counted, ms', ({ backMs }) => share(backMs, 0.5)],
    ['all have the members, ms', ({ rosterMs }) => share(rosterMs, 0.5)],
    ['processor of the host, ms', ({ cpuMs, storms }) => (cpuMs.get('host') ?? 0) / storms],
    ['processor of the service, ms', ({ cpuMs, storms }) => (cpuMs.get('service') ?? 0) / storms],
    ['processor of storage, ms', ({ cpuMs, storms }) => (cpuMs.get('azurite') ?? 0) / storms],
    ['message acknowledged when quiet, p95 ms', ({ quietMs }) => share(quietMs, 0.95)],
    ['message acknowledged in the storm, p50 ms', ({ ackedMs }) => share(ackedMs, 0.5)],
    ['message acknowledged in the storm, p95 ms', ({ ackedMs }) => share(ackedMs, 0.95)],
    ['storm / quiet at p95', ({ ackedMs, quietMs }) => share(ackedMs, 0.95) / share(quietMs, 0.95)],
  ];
  const names = [...results.keys()];
  console.log(`| | ${names.join(' | ')} | ratio |`);
  console.log(`|---|${names.map(() => '---:|').join('')}---:|`);
  for (const [title, value] of rows) {
    const numbers = [...results.values()].map(value);
    const [before = 0, now = before] = numbers;
    const ratio = numbers.length > 1 ? (now / before).toFixed(3) : '';
    const cells = numbers.map((number) => (number < 100 ? number.toFixed(1) : number.toFixed(0)));
    console.log(`| ${title} | ${cells.join(' | ')} | ${ratio} |`);
  }
}

function share(samples: readonly number[], part: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
