// Load time of the function app in a fresh process, as one bundle and as separate modules, and the size of both.
// The rest of a cold start belongs to the host and is not measured here.
//
//   npm run bench -- cold-load

import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { collect } from '../local/build/package.ts';
import { median } from './median.ts';
import { readOptions } from './options.ts';

readOptions({});

const RUNS = 15;
const SETTINGS = {
  AzureSignalRConnectionString: 'Endpoint=https://x.service.signalr.net;AccessKey=a;Version=1.0;',
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
};

/** Loads one file with the core module that the worker provides. Prints milliseconds and the number of modules. */
const TIMER = `
const Module = require('node:module');
class Disposable { dispose() {} }
const core = { version: '3.11.1', hostVersion: '4', Disposable, registerFunction: () => new Disposable(),
  registerHook: () => new Disposable(), setProgrammingModel() {}, getProgrammingModel() {}, log() {} };
const load = Module._load;
Module._load = (request, ...rest) => request === '@azure/functions-core' ? core : load(request, ...rest);
const start = performance.now();
require(process.argv[2]);
const ms = performance.now() - start;
process.stdout.write(JSON.stringify({ ms, modules: Object.keys(require.cache).length }));
process.exit(0);
`;

const folder = mkdtempSync(join(tmpdir(), 'cold-load-'));
try {
  await prepare();
  const timer = join(folder, 'timer.cjs');
  writeFileSync(timer, TIMER);
  const candidates = [
    ['one bundle, minified (what is deployed)', 'bundle/app.cjs'],
    ['own code bundled, packages from node_modules', 'packages/app.cjs'],
    ['all loaded at once, from node_modules', 'eager/app.cjs'],
  ] as const;
  const times = new Map<string, number[]>(candidates.map(([name]) => [name, []]));
  let modules = new Map<string, number>();
  // The variants take turns, so a busy moment of the machine affects all of them.
  for (let run = 0; run < RUNS; run += 1) {
    for (const [name, file] of candidates) {
      const output = execFileSync(process.execPath, [timer, join(folder, file)], {
        env: { PATH: process.env.PATH, ...SETTINGS },
        encoding: 'utf8',
      });
      const { ms, modules: count } = JSON.parse(output) as { ms: number; modules: number };
      times.get(name)?.push(ms);
      modules = modules.set(name, count);
    }
  }
  const fastest = median(times.get(candidates[0][0]) ?? []);
  console.log('Cold load of the function app, median of', RUNS, 'fresh processes');
  console.table(
    candidates.map(([name, file]) => {
      const ms = median(times.get(name) ?? []);
      return {
        app: name,
        'load ms': Math.round(ms),
        'x of the bundle': Number((ms / fastest).toFixed(2)),
        modules: modules.get(name),
        'KiB of own file': Math.round(statSync(join(folder, file)).size / 1_024),
      };
    }),
  );
} finally {
  rmSync(folder, { recursive: true });
}

async function prepare(): Promise<void> {
  const files = await collect();
  const bundle = files.get('dist/functions/app.cjs');
  if (!bundle)
    throw new Error('unable to measure; the package has no dist/functions/app.cjs. Build it.');
  for (const name of ['bundle', 'packages', 'eager']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'bundle/app.cjs'), bundle);
  // The app reads the page from the folder beside it.
  mkdirSync(join(folder, 'web'));
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  const common = {
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    packages: 'external',
    define: { 'import.meta.dirname': '__dirname' },
    logLevel: 'silent',
  } as const;
  await build({
    ...common,
    entryPoints: ['functions/app.ts'],
    outfile: join(folder, 'packages/app.cjs'),
  });
  await build({
    ...common,
    stdin: {
      contents: `import '@azure/data-tables'; import '@azure/identity'; import './functions/app.ts';`,
      resolveDir: resolve('.'),
    },
    outfile: join(folder, 'eager/app.cjs'),
  });
  if (!existsSync(join(folder, 'web')) || readdirSync(folder).length < 5) {
    throw new Error('unable to measure; a variant was not built. Look at the errors above.');
  }
}
