// Loads the code under test with a mistake: one text in one source file is replaced. On disk only a bundle below
// node_modules/.cache changes, where it finds its packages.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import type { Subject } from './simulation.ts';

export interface Mutation {
  /** The mistake, as a sentence. */
  readonly name: string;
  /** Path from the repository's root. */
  readonly file: string;
  /** Must appear in the file exactly once. Otherwise the mutation is out of date. */
  readonly from: string;
  readonly to: string;
}

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

function mutate({ name, file, from, to }: Mutation): Plugin {
  const path = join(ROOT, file);
  return {
    name: 'mutate',
    setup: ({ onLoad }) => {
      onLoad({ filter: /\.ts$/ }, async (source) => {
        if (source.path !== path) return undefined;
        const text = await readFile(path, 'utf8');
        const pieces = text.split(from);
        if (pieces.length !== 2) {
          throw new Error(
            `unable to make the mutant "${name}"; ${file} has its text ${pieces.length - 1} times. Bring test/simulation/mutations.ts up to date.`,
          );
        }
        return { contents: pieces.join(to), loader: 'ts' };
      });
    },
  };
}
