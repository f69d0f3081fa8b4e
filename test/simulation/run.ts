// npm run simulate -- --seeds N [--from S] [--all]   runs N seeds, from S on (default 1), and ends at the first one that
//                                                     fails. With --all it goes on
// npm run simulate -- --seed S [--quiet]             replays one seed, and prints each step
// npm run simulate -- --mutants                      applies each mistake of mutations.ts, and prints the seed that
//                                                     notices it
//
// A seed decides everything: the people, their actions, the faults, the duration of each request. So a failure repeats
// step by step with the same code. Runs with the same hash of the trace were identical.
//
// Not simulated: more than one room; pages whose messages expire, are removed or erased while they are open.

import { parseArgs } from 'node:util';
import { hunt } from './hunt.ts';
import { MUTATIONS } from './mutations.ts';
import { type Outcome, simulate } from './simulate.ts';
import * as subject from './subject.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    quiet: { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
    mutants: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
  },
});

if (values.mutants) await huntMutants();
else if (values.seed === undefined) await runMany(wholeOf('seeds'), wholeOf('from'));
else await replay(wholeOf('seed'));

function wholeOf(option: 'seeds' | 'from' | 'seed'): number {
  const number = Number(values[option]);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  print(`unable to simulate; --${option} is ${values[option]}. Give it a whole number.`);
  process.exit(1);
}

async function replay(seed: number): Promise<void> {
  const outcome = await simulate(seed, subject, (at, label) => {
    if (!values.quiet) print(`${(at / 1_000).toFixed(4).padStart(9)}  ${label}`);
  });
  print(toLine(outcome));
  if (outcome.broken) process.exitCode = 1;
}

async function huntMutants(): Promise<void> {
  for (const mutation of MUTATIONS.filter(({ name }) => name.includes(values.only))) {
    const noticed = await hunt(mutation);
    if (!noticed) process.exitCode = 1;
    const by = noticed && `seed ${noticed.seed}: ${noticed.broken}`;
    print(`${mutation.name}: ${by ?? `not noticed within ${mutation.within} seeds`}`);
  }
}

async function runMany(count: number, from: number): Promise<void> {
  const began = performance.now();
  let steps = 0;
  let slowest = 0;
  let dearest = 0;
  let messages = 0;
  let failed = 0;
  for (let seed = from; seed < from + count; seed += 1) {
    const outcome = await simulate(seed, subject);
    if (outcome.broken) {
      failed += 1;
      print(toLine(outcome));
      process.exitCode = 1;
      if (!values.all) break;
      continue;
    }
    steps += outcome.steps;
    messages += outcome.messages;
    slowest = Math.max(slowest, outcome.restAfterMs);
    dearest = Math.max(dearest, outcome.tableRequests / outcome.calls);
  }
  const seconds = (performance.now() - began) / 1_000;
  print(
    `${count - failed} seeds from ${from}: ${steps} steps, ${messages} messages, ${seconds.toFixed(1)} s (${((seconds * 1_000) / count).toFixed(1)} ms a seed); ` +
      `at rest ${(slowest / 1_000).toFixed(0)} s after the storm at the latest; ${dearest.toFixed(1)} requests to storage a call at most`,
  );
}

function toLine({ seed, broken, traceHash, steps, ...numbers }: Outcome): string {
  const hash = traceHash.toString(16).padStart(8, '0');
  return `seed ${seed}: ${broken ?? 'every promise kept'} (${steps} steps, trace ${hash}, ${JSON.stringify(numbers)})`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
