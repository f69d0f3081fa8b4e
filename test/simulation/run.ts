// npm run simulate -- --help says what it does.
//
// A seed decides everything: the people, their actions, the faults, the duration of each request. So a failure repeats
// step by step with the same code. Runs with the same hash of the trace were identical.
//
// Not simulated: more than one room.

import { isDeepStrictEqual } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { messageOf } from '../../local/command.ts';
import { parseSimulation } from './command-line.ts';
import { fuzz } from './fuzz.ts';
import { hunt } from './hunt.ts';
import { MUTATIONS, SAMPLE } from './mutations.ts';
import { runScale } from './scale/run-scale.ts';
import { runInJobs, runSeeds } from './seeds.ts';
import { type Outcome, simulate } from './simulate.ts';
import * as subject from './subject.ts';

const HELP = `npm run simulate -- [options]

Runs the chat's real code in a simulated world: storage, service, functions, networks, pages and people, in virtual time.

  --seeds N           runs N seeds (default 1000), and ends at the first one that fails
  --from S            begins with seed S (default 1)
  --jobs N            splits the seeds over N processes. One for each core is the fastest. Node 26 needs two thirds of the
                      processor time of Node 20
  --all               goes on after a failure
  --seed S            replays one seed, and prints each step
  --quiet             with --seed: prints its result only
  --twice S,S         runs each of these seeds twice, and prints its result and whether both were identical
  --mutants           applies each mistake of mutations.ts, and prints the seed that notices it
  --sample            with --mutants: only the first mistake of each file
  --only TEXT         with --mutants: only the mistakes whose names have this text
  --fuzz N            fuzzes the room log alone in N short runs: three processes, clocks that differ, lost and late answers,
                      deaths, and every kind of change. With --from and --all as above
  --scale             models deployments of up to 50 instances and a million connections with the documented limits of Azure,
                      and prints the tables of docs/scale.md. It takes half an hour, and the last row 3 GiB of memory
  --help              prints this
`;

const values = readCommandLine();

// A trace of the stack costs more than the rest of an error, and nobody reads it here.
Error.stackTraceLimit = 0;
// Code of a world's rare events would be compiled again for each world that has one.
setFlagsFromString('--no-flush-bytecode');
if (values.help) print(HELP);
else if (values.scale) await runScale(print);
else if (values.mutants) await huntMutants();
else if (values.fuzz !== undefined) await fuzzMany(values.fuzz, values.from);
else if (values.twice !== undefined) await runTwice(values.twice);
else if (values.seed === undefined) await runMany(values.seeds, values.from);
else await replay(values.seed);

function readCommandLine() {
  try {
    return parseSimulation(
      process.argv.slice(2),
      MUTATIONS.map(({ name }) => name),
    );
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exit(1);
  }
}

async function replay(seed: number): Promise<void> {
  const outcome = await simulate(seed, subject, (at, label) => {
    if (!values.quiet) print(`${(at / 1_000).toFixed(4).padStart(9)}  ${label}`);
  });
  print(toLine(outcome));
  if (outcome.broken) process.exitCode = 1;
}

async function runTwice(seeds: readonly number[]): Promise<void> {
  for (const seed of seeds) {
    const first = await simulate(seed, subject);
    const isSame = isDeepStrictEqual(await simulate(seed, subject), first);
    if (!isSame) process.exitCode = 1;
    print(`${isSame ? 'identical' : 'different'}: ${toLine(first)}`);
  }
}

async function huntMutants(): Promise<void> {
  const suspects = values.sample ? SAMPLE : MUTATIONS;
  for (const mutation of suspects.filter(({ name }) => values.mistakes.includes(name))) {
    const noticed = await hunt(mutation);
    if (!noticed) process.exitCode = 1;
    const by = noticed && `seed ${noticed.seed}: ${noticed.broken}`;
    const isStale =
      noticed && mutation.noticedBy !== undefined && mutation.noticedBy !== noticed.seed;
    const note = isStale
      ? ` (no longer by seed ${mutation.noticedBy}: correct noticedBy, for time)`
      : '';
    print(`${mutation.name}: ${by ?? `not noticed within ${mutation.within} seeds`}${note}`);
  }
}

async function fuzzMany(count: number, from: number): Promise<void> {
  const began = performance.now();
  const kinds = new Map<string, number>();
  let commits = 0;
  let deaths = 0;
  let failed = 0;
  for (let seed = from; seed < from + count; seed += 1) {
    const outcome = await fuzz(seed, subject);
    for (const [kind, n] of outcome.kinds) kinds.set(kind, (kinds.get(kind) ?? 0) + n);
    commits += outcome.commits;
    deaths += outcome.deaths;
    if (!outcome.broken) continue;
    failed += 1;
    print(`fuzz ${seed}: ${outcome.broken}`);
    process.exitCode = 1;
    if (!values.all) break;
  }
  const seconds = (performance.now() - began) / 1_000;
  const changes = [...kinds].sort().map(([kind, n]) => `${n} ${kind}`);
  print(
    `${count - failed} runs from ${from} kept every promise, ${failed} did not: ${commits} commits checked, ${deaths} deaths, ${seconds.toFixed(0)} s`,
  );
  print(`changes: ${changes.join(', ')}`);
}

async function runMany(count: number, from: number): Promise<void> {
  const began = performance.now();
  const range = { from, count, all: values.all };
  const { jobs } = values;
  const totals = jobs > 1 ? await runInJobs(jobs, range) : await runSeeds(range);
  // One of several jobs, whose parent adds up and prints.
  if (process.send) {
    process.send(totals);
    return;
  }
  for (const outcome of totals.failures) print(toLine(outcome));
  if (totals.failures.length > 0) process.exitCode = 1;
  const { kept, steps, messages, slowestMs, dearest } = totals;
  const seconds = (performance.now() - began) / 1_000;
  print(
    `${kept} seeds from ${from}: ${steps} steps, ${messages} messages, ${seconds.toFixed(1)} s (${((seconds * 1_000) / count).toFixed(1)} ms a seed); ` +
      `at rest ${(slowestMs / 1_000).toFixed(0)} s after the storm at the latest; ${dearest.toFixed(1)} requests to storage a call at most`,
  );
}

function toLine({ seed, broken, traceHash, steps, ...numbers }: Outcome): string {
  const hash = traceHash.toString(16).padStart(8, '0');
  return `seed ${seed}: ${broken ?? 'every promise kept'} (${steps} steps, trace ${hash}, ${JSON.stringify(numbers)})`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
