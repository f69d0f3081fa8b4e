// `npm run bench` lists the benchmarks. `npm run bench -- NAME… [OPTION…]` runs some of them. Each prints a table.

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Files of this folder that are no benchmarks. */
const OTHERS = ['run.ts', 'base-build.ts', 'options.ts', 'report.ts'];
const benchmarks = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !OTHERS.includes(file))
  .map((file) => file.slice(0, -'.ts'.length));

const args = process.argv.slice(2);
const firstOption = args.findIndex((arg) => arg.startsWith('-'));
const asked = firstOption < 0 ? args : args.slice(0, firstOption);
const options = args.slice(asked.length);
const unknown = asked.filter((name) => !benchmarks.includes(name));
if (asked.length === 0 || unknown.length > 0) {
  const known = `Choose from: ${benchmarks.join(', ')}.`;
  console.error(
    unknown.length > 0
      ? `unable to measure ${unknown.join(', ')}; there is no such benchmark. ${known}`
      : `Measure with npm run bench -- NAME. ${known}`,
  );
  process.exit(unknown.length > 0 ? 1 : 0);
}
for (const name of asked) {
  const file = join(import.meta.dirname, `${name}.ts`);
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', file, ...options], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}
