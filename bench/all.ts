// Runs the benchmarks that back what the documents claim, one after another, and writes bench/RESULTS.md.
//
//   npm run bench -- all [--only cost,work]
//
// `--only` runs some of them again, and keeps the results of the others. All of them take about half an hour, on a quiet machine.

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../local/command.ts';
import { readOptions } from './options.ts';
import { type Part, readParts, toReport } from './report.ts';

interface Benchmark {
  readonly name: string;
  readonly title: string;
  readonly options: readonly string[];
}

/** In the order of the report: what holds on any machine first. */
const BENCHMARKS: readonly Benchmark[] = [
  { name: 'cost', title: 'Cost of each event, and right or wrong counts', options: [] },
  { name: 'reactions', title: 'A storm of reactions beside one of messages', options: [] },
  { name: 'edits', title: 'Edits and removals beside messages', options: [] },
  {
    name: 'work',
    title: 'Processor time of a message',
    options: ['--turns', '3', '--seconds', '8'],
  },
  { name: 'start', title: 'From npm start to the first answer', options: ['--turns', '2'] },
  { name: 'cold-load', title: 'Load time of the app', options: [] },
  {
    name: 'page',
    title: 'The first visit to the page',
    options: ['--base', '1cdbf24', '--turns', '3'],
  },
  { name: 'storm', title: 'A room that comes back at once', options: ['--people', '300'] },
  { name: 'publish', title: 'History: a long log', options: ['--lines', '20000'] },
  { name: 'load', title: 'The highest steady rate', options: ['--people', '300'] },
  {
    name: 'service',
    title: 'Delivery of the emulator beside other servers',
    options: ['--clients', '100,1000'],
  },
];

const FILE = join(import.meta.dirname, 'RESULTS.md');
const values = readOptions({ only: { type: 'string', default: '' } });

const known = BENCHMARKS.map(({ name }) => name);
const asked = values.only === '' ? known : values.only.split(',');
const unknown = asked.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(
    `unable to measure ${unknown.join(', ')}; the report has no such part. Choose from: ${known.join(', ')}.`,
  );
  process.exit(1);
}

const parts = new Map(existsSync(FILE) ? readParts(readFileSync(FILE, 'utf8')) : []);
for (const { name, title, options } of BENCHMARKS) {
  if (!asked.includes(name)) continue;
  console.log(`--- ${name} ${options.join(' ')}`);
  try {
    const output = await run(name, options);
    parts.set(name, { name, title, command: toCommand(name, options), about: here(), output });
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  }
}
const written = known.flatMap((name): Part[] => {
  const part = parts.get(name);
  return part ? [part] : [];
});
writeFileSync(FILE, toReport(written));
console.log(`written: bench/RESULTS.md, ${written.length} of ${known.length} parts`);

function toCommand(name: string, options: readonly string[]): string {
  return ['npm run bench --', name, ...options].join(' ');
}

/** What the benchmark prints on standard output. Its progress and errors go to the terminal. */
function run(name: string, options: readonly string[]): Promise<string> {
  const file = join(import.meta.dirname, `${name}.ts`);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', file, ...options], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (data) => {
      output += data;
      process.stdout.write(data);
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(output.trim());
      else reject(new Error(`unable to measure ${name}; it ended with code ${code}. See above.`));
    });
  });
}

/** The day, the code and the machine. */
function here(): string {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const day = new Date().toISOString().slice(0, 10);
  return `${day}, ${commit}, Node ${process.version}, ${type()} ${release()}, ${cpus().length} × ${cpu?.model.trim()}, ${memory} GiB`;
}
