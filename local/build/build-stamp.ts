// The stamp of a build: of which files it was made, and what it made. A start with the same files needs no build.
//
// A file counts as the same while its size and its time of change (ctime) are the same. No program can set that time, so a
// checkout, an installation or a copy changes it. What was built is compared by its contents.

import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ROOT } from '../root.ts';

/** The input of a build. Tests use another folder than the checkout. */
export interface BuildInput {
  readonly root?: string;
  /** Minified. The app's source map is an output all the same, but the app does not refer to it. */
  readonly forProduction?: boolean;
  /** The page includes its source map, for a browser's debugger. */
  readonly withPageMap?: boolean;
  /** Without the second pass over the page's scripts: it takes longer than their bytes take on the way to this machine. */
  readonly isForThisMachine?: boolean;
}

interface Stamp {
  /** The options of the build. */
  readonly options: string;
  /** The files that it read, or looked for, with the version of each. */
  readonly sources: readonly (readonly [path: string, version: string])[];
  /** The digest of dist/, see `digestOf`. */
  readonly output: string;
}

/** The clock of a file system is behind by one tick of the system's timer. */
const TICK_MS = 20;

/** Whether dist/ is what a build would make now. Any doubt is a no. */
export async function isBuilt(input: BuildInput = {}): Promise<boolean> {
  const { root = ROOT } = input;
  const stamp = await readStamp(root);
  const wanted = [optionsOf(input)];
  // What is made for all machines serves this one, too.
  if (input.isForThisMachine) wanted.push(optionsOf({ ...input, isForThisMachine: false }));
  if (stamp === undefined || !wanted.includes(stamp.options)) return false;
  const versions = versionsOf(root, await listSources(root, []));
  if (stamp.output !== digestOf(await readOutput(root))) return false;
  const known = new Map(stamp.sources);
  for (const [path, version] of versions) if (known.get(path) !== version) return false;
  const found = new Set(versions.map(([path]) => path));
  const others = stamp.sources.filter(([path]) => !found.has(path));
  const now = new Map(
    versionsOf(
      root,
      others.map(([path]) => path),
    ),
  );
  return others.every(([path, version]) => now.get(path) === version);
}

/** Before a build changes dist/. A build that fails, or is killed, leaves no stamp. */
export function removeStamp({ root = ROOT }: BuildInput): Promise<void> {
  return rm(toPath(root), { force: true });
}

/**
 * After a build. Writes nothing if a source has changed since the build began, because nobody knows which version it read.
 * @param read the files that the bundler read, as paths from the root
 * @param startedAt Unix milliseconds
 */
export async function writeStamp(
  input: BuildInput,
  read: Iterable<string>,
  output: ReadonlyMap<string, Uint8Array>,
  startedAt: number,
): Promise<void> {
  const { root = ROOT } = input;
  const sources = versionsOf(root, await listSources(root, read));
  if (sources.some(([, version]) => changedAt(version) > startedAt - TICK_MS)) return;
  const stamp: Stamp = { options: optionsOf(input), sources, output: digestOf(output) };
  const draft = `${toPath(root)}.${process.pid}.draft`;
  await mkdir(dirname(draft), { recursive: true });
  await writeFile(draft, JSON.stringify(stamp));
  await rename(draft, toPath(root));
}

function toPath(root: string): string {
  return join(root, '.cache', 'build.json');
}

async function readStamp(root: string): Promise<Stamp | undefined> {
  try {
    return JSON.parse(await readFile(toPath(root), 'utf8'));
  } catch {
    return undefined;
  }
}

function optionsOf(input: BuildInput): string {
  const { forProduction = false, withPageMap = false, isForThisMachine = false } = input;
  return JSON.stringify({ forProduction, withPageMap, isForThisMachine, node: process.version });
}

/**
 * All files below functions/ and web/, because a new one may take the place of another. The files that decide what an import
 * leads to, also those that do not exist. The build itself. And each package of which something was read.
 */
async function listSources(root: string, read: Iterable<string>): Promise<string[]> {
  const [ours, builder] = await Promise.all([
    Promise.all(['functions', 'web'].map((folder) => listFiles(root, folder))),
    listFiles(ROOT, 'local/build'),
  ]);
  const paths = new Set([
    ...ours.flat(),
    ...CONFIGURATION,
    ...[...builder, ...BUNDLERS.map((name) => `node_modules/${name}/package.json`)].map((path) =>
      join(ROOT, path),
    ),
  ]);
  for (const path of read) {
    paths.add(path);
    const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0];
    if (folder !== undefined) paths.add(`${folder}/package.json`);
  }
  return [...paths];
}

const BUNDLERS: readonly string[] = ['esbuild', '@swc/core'];

const CONFIGURATION: readonly string[] = [
  'package.json',
  'tsconfig.json',
  // npm writes it at each installation.
  'node_modules/.package-lock.json',
];

async function listFiles(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(
    () => [],
  );
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .replaceAll('\\', '/'),
    );
}

/** Synchronous, because a promise for each of some hundred files costs ten times as much. */
function versionsOf(
  root: string,
  paths: readonly string[],
): (readonly [path: string, version: string])[] {
  return paths.map((path) => {
    const found = statSync(resolve(root, path), { throwIfNoEntry: false });
    return [path, found ? `${found.ctimeMs} ${found.size}` : NONE] as const;
  });
}

/** The version of a file that does not exist, or of a module that the bundler made up. */
const NONE = 'none';

function changedAt(version: string): number {
  return version === NONE ? 0 : Number(version.split(' ')[0]);
}

async function readOutput(root: string): Promise<Map<string, Uint8Array>> {
  const folders = ['functions', 'maps', 'web'].map((folder) => listFiles(root, `dist/${folder}`));
  const paths = (await Promise.all(folders)).flat();
  const files = await Promise.all(
    paths.map(async (path) => [path, await readFile(join(root, path))] as const),
  );
  return new Map(files);
}

function digestOf(output: ReadonlyMap<string, Uint8Array>): string {
  const digest = createHash('sha256');
  for (const path of [...output.keys()].sort()) {
    const contents = output.get(path) ?? new Uint8Array();
    digest.update(`${path} ${contents.byteLength}\n`).update(contents);
  }
  return digest.digest('hex');
}
