// Runs the benchmarks that back what the documents claim, one after another, and writes bench/RESULTS.md.
//
//   npm run bench -- all [--only cost,work] [--minutes 15]        minutes a benchmark may take
//
// `--only` runs some of them again, and keeps the results of the others. All of them take about 40 minutes, on a quiet machine.
// A benchmark that fails or takes too long keeps its earlier result and does not stop the others. The file is written after each.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../local/command.ts';
import { runPart } from './all/run-part.ts';
import { readOptions } from './options.ts';
import { type Part, readParts, toReport } from './report.ts';

interface Benchmark {
  /** Of its part of the report. */
  readonly name: string;
  /** The benchmark that it runs. Default that of its name. */
  readonly runs?: string;
  readonly title: string;
  readonly options: readonly string[];
}

/** Beside the build before the work on rates, in steps fine enough to tell 1.5 × from 1.8 ×. */
const RATES = ['--first', '250', '--factor', '1.25', '--base', 'db47424'];

/** In the order of the report: what holds on any machine first. */
const BENCHMARKS: readonly Benchmark[] = [
  { name: 'cost', title: 'Cost of each event, and right or wrong counts', options: [] },
  { name: 'features', title: 'What each feature costs beside a message', options: [] },
  { name: 'reactions', title: 'A storm of reactions beside one of messages', options: [] },
  { name: 'edits', title: 'Edits and removals beside messages', options: [] },
  {
    name: 'work',
    title: 'Processor time of a message',
    options: ['--turns', '3', '--seconds', '8'],
  },
  {
    name: 'end-to-end',
    title: 'From send to the last receipt, beside other servers',
    options: ['--clients', '1,20,100,1000', '--messages', '200'],
  },
  { name: 'start', title: 'From npm start to the first answer', options: ['--turns', '2'] },
  { name: 'cold-load', title: 'Load time of the app', options: [] },
  {
    name: 'page',
    title: 'The first visit to the page',
    options: ['--base', 'db47424', '--turns', '3'],
  },
  {
    name: 'storm',
    title: 'A room that comes back at once',
    options: ['--people', '1000', '--storms', '1'],
  },
  { name: 'publish', title: 'History: a long log', options: ['--lines', '20000'] },
  {
    name: 'publish-base',
    runs: 'publish',
    title: 'A long log, beside the last build whose storage slowed down with each line',
    options: ['--base', '8cb700d', '--lines', '100000'],
  },
  {
    name: 'load',
    title: 'The highest steady rate, 300 people',
    options: ['--people', '300', ...RATES],
  },
  {
    name: 'load-1000',
    runs: 'load',
    title: 'The highest steady rate, 1,000 people',
    options: ['--people', '1000', ...RATES],
  },
  {
    name: 'service',
    title: 'Delivery of the emulator beside other servers',
    options: ['--clients', '100,1000'],
  },
];

const FILE = join(import.meta.dirname, 'RESULTS.md');
const values = readOptions({
  only: { type: 'string', default: '' },
  minutes: { type: 'string', default: '15' },
});

const known = BENCHMARKS.map(({ name }) => name);
const asked = values.only === '' ? known : values.only.split(',');
const unknown = asked.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(
    `unable to measure ${unknown.join(', ')}; the report has no such part. Choose from: ${known.join(', ')}.`,
  );
  process.exit(1);
}

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => interrupted.abort());
}
const parts = new Map(existsSync(FILE) ? readParts(readFileSync(FILE, 'utf8')) : []);
const failed: string[] = [];
for (const { name, runs = name, title, options } of BENCHMARKS) {
  if (!asked.includes(name)) continue;
  if (interrupted.signal.aborted) break;
  console.log(`--- ${name} ${options.join(' ')}`);
  try {
    const output = await runPart(join(import.meta.dirname, `${runs}.ts`), options, {
      timeLimitMs: Number(values.minutes) * 60_000,
      signal: interrupted.signal,
      onOutput: (text) => process.stdout.write(text),
    });
    parts.set(name, { name, title, command: toCommand(runs, options), about: here(), output });
    write();
  } catch (error) {
    console.error(messageOf(error));
    failed.push(name);
    // The checkout that a benchmark compares with is gone with its temporary files.
    execFileSync('git', ['worktree', 'prune']);
  }
}
console.log(`written: bench/RESULTS.md, ${parts.size} of ${known.length} parts`);
if (failed.length > 0) {
  console.error(
    `unable to measure ${failed.join(', ')}; see above. Run npm run bench -- all --only ${failed.join(',')} again.`,
  );
  process.exitCode = 1;
}

function write(): void {
  const written = known.flatMap((name): Part[] => {
    const part = parts.get(name);
    return part ? [part] : [];
  });
  writeFileSync(FILE, toReport(written));
}

function toCommand(name: string, options: readonly string[]): string {
  return ['npm run bench --', name, ...options].join(' ');
}

/** The day, the code and the machine. */
function here(): string {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const day = new Date().toISOString().slice(0, 10);
  return `${day}, ${commit}, Node ${process.version}, ${type()} ${release()}, ${cpus().length} × ${cpu?.model.trim()}, ${memory} GiB`;
}
