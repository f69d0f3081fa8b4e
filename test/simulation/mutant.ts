// Loads the code under test with a mistake: one text in one source file is replaced. On disk only a bundle below
// node_modules/.cache changes, where it finds its packages.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { type Mutation, mutated } from './mutation.ts';
import type { Subject } from './simulation.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const CACHE = join(ROOT, 'node_modules', '.cache', 'simulation');

export async function loadMutant(mutation: Mutation): Promise<Subject> {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, 'test', 'simulation', 'subject.ts')],
    bundle: true,
    write: false,
    logLevel: 'silent',
    format: 'esm',
    platform: 'node',
    packages: 'external',
    plugins: [mutate(mutation)],
  });
  const [bundle] = outputFiles;
  if (!bundle) throw new Error('unable to load a mutant; the bundle is empty.');
  await mkdir(CACHE, { recursive: true });
  // Named after its contents, so that concurrent runs do not disturb each other.
  const path = join(
    CACHE,
    `${basename(mutation.file, '.ts')}-${bundle.hash.replace(/\W/g, '')}.mjs`,
  );
  await writeFile(path, bundle.contents);
  return import(pathToFileURL(path).href);
}

function mutate(mutation: Mutation): Plugin {
  const path = join(ROOT, mutation.file);
  return {
    name: 'mutate',
    setup: ({ onLoad }) => {
      onLoad({ filter: /\.ts$/ }, async (source) => {
        if (source.path !== path) return undefined;
        return { contents: mutated(mutation, await readFile(path, 'utf8')), loader: 'ts' };
      });
    },
  };
}
