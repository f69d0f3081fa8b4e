// `node local/launch.mjs local/start.ts [arguments]` runs a TypeScript command of this checkout in this process.
// esbuild bundles the command into .cache/launch/, and again only after one of its sources has changed. So a start reads
// a few files, and compiles nothing: 0.1 s of processor time where compiling each module takes 0.5 s.
// JavaScript, and nothing newer than Node 14: the command itself says which Node it needs.

import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const SELF = fileURLToPath(import.meta.url);
const ROOT = join(dirname(SELF), '..');
const CACHE = join(ROOT, '.cache', 'launch');
/** What a command starts in other processes. All are bundled at once: esbuild needs more time to start than to bundle one. */
const STARTED_BY = {
  'local/start.ts': ['local/stack/azurite-process.ts', 'local/service/cli.ts', 'local/host/cli.ts'],
};
/** A process that has started from an older bundle may still import a part of it. */
const KEPT_MS = 600_000;

/** Imports the module. For its code `import.meta` is that of its source, as if nothing had been bundled. */
export async function launch(module) {
  const entry = resolve(module);
  // Errors point into the sources.
  process.setSourceMapsEnabled(true);
  return import(pathToFileURL(await bundled(entry)).href);
}

/** The path of the bundle's entry. */
async function bundled(entry) {
  const own = relative(ROOT, entry).split(sep).join('/');
  const { path, sources } = await readFile(toRecord(own), 'utf8').then(JSON.parse, () => ({}));
  if (path && isSame(sources) && versionOf(join(CACHE, path))) {
    return join(CACHE, path);
  }
  try {
    const entries = [own, ...(STARTED_BY[own] || [])];
    const built = await bundle(entries);
    for (const other of entries) {
      const found = { path: join(built.folder, `${toName(other)}.mjs`), sources: built.sources };
      await replace(toRecord(other), JSON.stringify(found));
    }
    return join(CACHE, built.folder, `${toName(own)}.mjs`);
  } catch (error) {
    return refuseReadOnly(error);
  }
}

/** @param entry its path from the root, with `/` */
function toName(entry) {
  return entry.replace(/\.ts$/, '').split('/').join('-');
}

function toRecord(entry) {
  return join(CACHE, `${toName(entry)}.json`);
}

/** A mistake in a source is no system error. */
function refuseReadOnly(error) {
  if (error.syscall === undefined) throw error;
  console.error(
    `unable to write to ${CACHE}; ${error.message}. Make the checkout writable, or copy it to a folder that is: commands are compiled into .cache/ after a change.`,
  );
  process.exit(1);
}

async function bundle(entries) {
  // As local/build/esbuild-process.ts, which is not compiled yet.
  const { build, stop } = createRequire(import.meta.url)('esbuild');
  const sources = new Map([[SELF, versionOf(SELF)]]);
  const building = withoutCollection(() =>
    build({
      absWorkingDir: ROOT,
      entryPoints: entries.map((entry) => ({ in: entry, out: toName(entry) })),
      outdir: CACHE,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      // So what the command imports later is not read before.
      splitting: true,
      packages: 'external',
      format: 'esm',
      platform: 'node',
      target: 'node20',
      sourcemap: 'linked',
      sourcesContent: false,
      write: false,
      logLevel: 'silent',
      plugins: [{ name: 'sources', setup: (plugin) => readSources(plugin, sources) }],
    }),
  );
  const { outputFiles } = await building;
  // Its process would stay as long as this one.
  await stop();
  const digest = createHash('sha256');
  for (const { path, contents } of outputFiles) digest.update(path).update(contents);
  const version = `${toName(entries[0])}-${digest.digest('hex').slice(0, 16)}`;
  const folder = join(CACHE, version);
  await mkdir(folder, { recursive: true });
  await Promise.all(
    outputFiles.map(({ path, contents }) => replace(join(folder, basename(path)), contents)),
  );
  for (const entry of entries) await removeOld(toName(entry), version);
  return {
    folder: version,
    sources: [...sources].map(([path, found]) => [relative(ROOT, path), found]),
  };
}

/** Only esbuild's process inherits the settings. */
function withoutCollection(start) {
  const added = Object.entries({ GOGC: 'off', GOMEMLIMIT: '512MiB' }).filter(
    ([name]) => process.env[name] === undefined,
  );
  for (const [name, value] of added) process.env[name] = value;
  try {
    return start();
  } finally {
    for (const [name] of added) delete process.env[name];
  }
}

/** Notes each source's version before it is read, and keeps the meaning of its `import.meta`. */
function readSources({ onLoad }, sources) {
  onLoad({ filter: /\.ts$/ }, ({ path }) => {
    sources.set(path, versionOf(path));
    const source = readFileSync(path, 'utf8');
    const own = { url: pathToFileURL(path).href, dirname: dirname(path) };
    // Not where a string names it.
    const contents = source.replace(/(?<!['"`])import\.meta\.(url|dirname)\b/g, (_, name) =>
      JSON.stringify(own[name]),
    );
    return { contents, loader: 'ts' };
  });
}

function isSame(sources) {
  return sources.every(([path, version]) => versionOf(join(ROOT, path)) === version);
}

/** Of a file: another one after each change. Nothing if there is no such file. A promise for each of 200 files costs 15 ms. */
function versionOf(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  return found && `${found.size} ${found.ctimeMs}`;
}

/** Writes a draft and renames it, so a process that starts meanwhile sees the old file or the new one. */
async function replace(path, contents) {
  const draft = `${path}.${process.pid}.draft`;
  await writeFile(draft, contents);
  await rename(draft, path);
}

async function removeOld(name, kept) {
  for (const other of await readdir(CACHE)) {
    if (other === kept || !new RegExp(`^${name}-[0-9a-f]{16}$`).test(other)) continue;
    const { mtimeMs } = await stat(join(CACHE, other)).catch(() => ({ mtimeMs: Infinity }));
    if (mtimeMs < Date.now() - KEPT_MS) {
      await rm(join(CACHE, other), { recursive: true, force: true });
    }
  }
}

// As a command, not as an import of another one. The launched command finds its arguments as if Node had started it.
if (process.argv[1] && resolve(process.argv[1]) === SELF && process.argv[2]) {
  process.argv.splice(1, 2, resolve(process.argv[2]));
  await launch(process.argv[1]);
}
