// `npm run build`: the function app as one CommonJS file, the page as modules, its static files beside them.
// The whole result is in memory before dist/ changes, and each file is replaced atomically.

import { createHash } from 'node:crypto';
import { type FSWatcher, watch as watchFolder } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { BuildFailure, BuildOptions, Message } from 'esbuild';
import { messageOf, runAsCommand } from '../command.ts';
import { ROOT } from '../root.ts';
import { type BuildInput, removeStamp, writeStamp } from './build-stamp.ts';
import { emojiData } from './emoji-data.ts';
import { loadEsbuild, withoutCollection } from './esbuild-process.ts';
import { oneSharedChunk } from './one-shared-chunk.ts';
import { privateMembers, smallClient } from './page-client.ts';

/** Built files by path below the project, with `/`, e.g. `dist/web/main.js`. */
export type Output = ReadonlyMap<string, Uint8Array>;

export interface BuiltFile {
  readonly path: string;
  readonly bytes: number;
  /** False if the file on disk already had the same contents, so it was not written. */
  readonly isNew: boolean;
}

const DRAFT = '.draft';

/** Outside the package, and as deep as dist/functions/, so the map's relative paths are right. */
export const APP_MAP = 'dist/maps/app.cjs.map';

/** Compiles without writing to the disk. Throws an error of one line for a mistake in the source. */
export async function compile(input: BuildInput = {}): Promise<Output> {
  return (await compileWithSources(input)).output;
}

/**
 * With the paths of the files that esbuild read, from the root.
 * @param useFunctions gets the functions first. The page is compiled when its promise resolves. Default both at once.
 */
async function compileWithSources(
  input: BuildInput,
  useFunctions?: (functions: Output) => Promise<void>,
) {
  const { root = ROOT, forProduction = false } = input;
  const sources = new Set<string>();
  const run = (options: BuildOptions) => runBundler(options, sources);
  const compiling = bundleApp(root, forProduction, run);
  if (useFunctions) await useFunctions(new Map(await compiling));
  const [app, page, assets] = await Promise.all([
    compiling,
    bundlePage(root, input, run),
    readAssets(root),
  ]);
  const shell = [...page, ...assets.map(withPreloads(page))];
  const worker = await bundleServiceWorker(root, shell, run);
  const output = new Map([...app, ...shell, ...worker].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { output, sources };
}

/**
 * Compiles, then updates dist/: writes changed files only, and removes files that are no longer built.
 * @param onFunctions is called when the functions are in dist/, which the page is not yet. The page is compiled when its promise
 *   resolves. Without it nothing in dist/ changes before everything is compiled.
 */
export async function build(
  input: BuildInput = {},
  onFunctions?: () => Promise<void>,
): Promise<readonly BuiltFile[]> {
  const { root = ROOT } = input;
  const startedAt = Date.now();
  const writeFunctions = async (functions: Output) => {
    await removeStamp(input);
    await writeFiles(root, functions);
    await onFunctions?.();
  };
  const { output, sources } = await compileWithSources(input, onFunctions && writeFunctions);
  await removeStamp(input);
  const files = await writeFiles(root, output);
  // The rest of dist/ belongs to other commands.
  for (const path of await listFiles(join(root, 'dist'))) {
    const built = `dist/${path}`;
    if (!/^dist\/(functions|maps|web)\//.test(built)) continue;
    // A draft belongs to another build that is running.
    if (!output.has(built) && !built.endsWith(DRAFT)) await rm(join(root, built), { force: true });
  }
  await writeStamp(input, sources, output, startedAt);
  return files;
}

async function writeFiles(root: string, output: Output): Promise<BuiltFile[]> {
  const files: BuiltFile[] = [];
  for (const [path, contents] of output) {
    const isNew = await replaceFile(join(root, path), contents);
    files.push({ path, bytes: contents.byteLength, isNew });
  }
  return files;
}

export interface Watch {
  /**
   * From now on builds after each change, and at once if something has changed since `watch` was called.
   * Builds are never concurrent, and the last change is always built.
   */
  begin(
    /** `startedAt` is of `performance.now()`. */
    onBuilt: (files: readonly BuiltFile[], startedAt: number) => Promise<void>,
    onError: (error: Error) => void,
  ): void;
  close(): void;
}

/** Notices changes below functions/ and web/ from its return on. Called before the first build, it misses none. */
export function watch(input: BuildInput = {}): Watch {
  const { root = ROOT } = input;
  // An editor's save makes several events.
  const settleMs = 100;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let run: (() => Promise<void>) | undefined;
  let isChanged = false;
  const onChange = () => {
    isChanged = true;
    if (!run) return;
    clearTimeout(timer);
    timer = setTimeout((next) => (running = running.then(next)), settleMs, run);
  };
  const watchers: readonly FSWatcher[] = ['functions', 'web'].map((folder) =>
    watchFolder(join(root, folder), { recursive: true }, onChange),
  );
  return {
    begin: (onBuilt, onError) => {
      run = () => {
        const startedAt = performance.now();
        return build(input)
          .then((files) => onBuilt(files, startedAt))
          .catch((error: unknown) =>
            onError(error instanceof Error ? error : new Error(String(error))),
          );
      };
      if (isChanged) onChange();
    },
    close: () => {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}

type Run = (options: BuildOptions) => Promise<[string, Uint8Array][]>;

function bundleApp(
  root: string,
  forProduction: boolean,
  run: Run,
): Promise<[string, Uint8Array][]> {
  return run({
    absWorkingDir: root,
    entryPoints: ['functions/app.ts'],
    outfile: join(root, 'dist/functions/app.cjs'),
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    // The worker provides the first one. The second one is a third of the bundle, and on this machine an app seldom needs it:
    // it is loaded only for a managed identity, and then from node_modules. The package includes it.
    external: ['@azure/functions-core', ...(forProduction ? [] : ['@azure/identity'])],
    // The code reads the folder ../web, and a CommonJS file has no import.meta.
    define: { 'import.meta.dirname': '__dirname' },
    // Names stay, for stack traces. Short names with a call that sets each long one cost more time than their bytes.
    minifyWhitespace: forProduction,
    minifySyntax: forProduction,
    sourcemap: 'external',
    // Here the sources are in their places, and each start reads the map.
    sourcesContent: forProduction,
  }).then((files) => files.map((file) => withMapElsewhere(file, forProduction)));
}

/**
 * The oldest browsers that the page runs in: the first with the syntax of ES2022, which the bundle keeps. Of newer library
 * functions the page uses none that it cannot do without. README.md names them.
 */
export const BROWSERS = ['es2022', 'chrome94', 'edge94', 'firefox93', 'safari16.4'];

const PAGE = 'web/main.tsx';

/**
 * The page's styles, and those of parts that load later (web/view/logs.ts, message-list.tsx, message-text.tsx). No module imports them: the
 * bundler would write them once more for every part that loads later.
 */
const STYLES = [
  ['web/style/page.css', 'main'],
  ['web/style/reactions.css', 'reactions'],
  ['web/style/published.css', 'published'],
  ['web/style/markdown.css', 'markdown'],
  ['web/style/past.css', 'past'],
  ['web/style/search.css', 'search'],
  ['web/style/unread.css', 'unread'],
  ['web/style/mentions.css', 'mentions'],
  ['web/style/alerts.css', 'alerts'],
  ['web/style/dialogs.css', 'dialogs'],
  ['web/style/menu.css', 'menu'],
] as const;

/** Sign-in and the picker need the network, so an offline start needs none of their files. They are large, and most visits load none. */
const NETWORK_ONLY = /\/(?:chunk-(?:entra|emoji-|picker)|screenshot)/;

/** The page, with separate files for the parts that it loads on demand. */
async function bundlePage(
  root: string,
  { withPageMap = false, isForThisMachine = false }: BuildInput,
  run: Run,
): Promise<[string, Uint8Array][]> {
  const styles: { in: string; out: string }[] = [];
  for (const [path, out] of STYLES) {
    if (await exists(join(root, path))) styles.push({ in: path, out });
  }
  const files = await run({
    absWorkingDir: root,
    entryPoints: [{ in: PAGE, out: 'main' }, ...styles],
    outdir: join(root, 'dist/web'),
    splitting: true,
    charset: 'utf8',
    chunkNames: 'chunk-[name]-[hash]',
    format: 'esm',
    platform: 'browser',
    target: [...BROWSERS],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    // The SignalR client asks for it, to find Node's WebSocket.
    define: { require: 'undefined' },
    mangleProps: await privateMembers(root),
    plugins: [smallClient(), oneSharedChunk(root, PAGE), emojiData()],
    sourcemap: withPageMap ? 'inline' : false,
  });
  // A second pass would lose the map.
  if (withPageMap || isForThisMachine) return files;
  const { smallerScript } = await import('./smaller-script.ts');
  return Promise.all(
    files.map(async ([path, contents]): Promise<[string, Uint8Array]> => {
      const isSmaller = path.endsWith('.js') && !NETWORK_ONLY.test(path);
      return [path, isSmaller ? await smallerScript(contents) : contents];
    }),
  );
}

const SERVICE_WORKER = 'web/worker/service-worker.ts';

/** The service worker, with the list of files that the page needs offline. */
async function bundleServiceWorker(
  root: string,
  page: readonly [string, Uint8Array][],
  run: Run,
): Promise<[string, Uint8Array][]> {
  if (!(await exists(join(root, SERVICE_WORKER)))) return [];
  const files = page.filter(([path]) => !NETWORK_ONLY.test(path));
  const digest = createHash('sha256');
  for (const [path, contents] of files) digest.update(path).update(contents);
  const paths = files.map(([path]) => path.replace(/^dist\/web\//, ''));
  return run({
    absWorkingDir: root,
    entryPoints: [SERVICE_WORKER],
    outfile: join(root, 'dist/web/service-worker.js'),
    format: 'iife',
    platform: 'browser',
    target: [...BROWSERS],
    minify: true,
    define: {
      // The page once for each depth of address, see `copyOf` in shell.ts.
      SHELL_FILES: JSON.stringify(
        paths.flatMap((path) => (path === 'index.html' ? ['./', 'r/-', 'r/-/'] : path)),
      ),
      SHELL_VERSION: JSON.stringify(digest.digest('hex').slice(0, 16)),
    },
  });
}

async function runBundler(
  options: BuildOptions,
  sources: Set<string>,
): Promise<[string, Uint8Array][]> {
  const root = options.absWorkingDir ?? ROOT;
  const { build: bundle } = loadEsbuild();
  try {
    const result = await withoutCollection(() =>
      bundle({ ...options, bundle: true, metafile: true, write: false, logLevel: 'silent' }),
    );
    // Warnings of esbuild are mistakes: an empty import.meta, a comparison that is always false.
    if (result.warnings.length > 0) throw buildError(result.warnings);
    for (const path of Object.keys(result.metafile.inputs)) sources.add(path);
    return (result.outputFiles ?? []).map((file) => [toPath(root, file.path), file.contents]);
  } catch (error) {
    throw isBuildFailure(error) ? buildError(error.errors) : error;
  }
}

function withMapElsewhere(
  [path, contents]: [string, Uint8Array],
  forProduction: boolean,
): [string, Uint8Array] {
  if (path.endsWith('.map')) return [APP_MAP, contents];
  if (forProduction) return [path, contents];
  const reference = Buffer.from('//# sourceMappingURL=../maps/app.cjs.map\n');
  return [path, Buffer.concat([contents, reference])];
}

/** Every file in web/ that is not source: HTML, icons, the manifest. Styles are entry points of the page. */
async function readAssets(root: string): Promise<[string, Uint8Array][]> {
  const paths = (await listFiles(join(root, 'web'))).filter(
    (path) => !/\.(?:ts|tsx|css|md)$/.test(path) && !/(?:^|\/)\./.test(path),
  );
  return Promise.all(
    paths.map(
      async (path): Promise<[string, Uint8Array]> => [
        `dist/web/${path}`,
        await readFile(join(root, 'web', path)),
      ],
    ),
  );
}

/** Adds preload links for the modules that the page needs at once: its imports, and the hub's client. */
function withPreloads(page: readonly [string, Uint8Array][]) {
  const main = page.find(([path]) => path === 'dist/web/main.js')?.[1] ?? new Uint8Array();
  const imported =
    Buffer.from(main)
      .toString()
      .match(/(?<=(?:from|import)"\.\/)chunk-[\w-]+\.js/g) ?? [];
  const hub = page.flatMap(([path]) => /chunk-hub-[\w-]+\.js$/.exec(path)?.[0] ?? []);
  const links = [
    ...imported.map((file) => `<link rel="modulepreload" href="${file}" />\n    `),
    // Rendering does not need it, so it has low priority.
    ...hub.map((file) => `<link rel="modulepreload" href="${file}" fetchpriority="low" />\n    `),
  ];
  return ([path, contents]: [string, Uint8Array]): [string, Uint8Array] => {
    if (path !== 'dist/web/index.html') return [path, contents];
    const html = Buffer.from(contents).toString();
    return [path, Buffer.from(html.replace('<script type="module"', `${links.join('')}$&`))];
  };
}

async function listFiles(folder: string): Promise<string[]> {
  if (!(await exists(folder))) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => toPath(folder, join(entry.parentPath, entry.name)))
    .sort();
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Writes a draft and renames it, so a reader sees the old file or the new one. */
async function replaceFile(path: string, contents: Uint8Array): Promise<boolean> {
  const old = await readFile(path).catch(() => undefined);
  if (old?.equals(contents)) return false;
  const draft = `${path}.${process.pid}${DRAFT}`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(draft, contents);
    await rename(draft, path);
  } catch (error) {
    throw new Error(
      `unable to write ${path}; ${messageOf(error)}. Make the checkout writable, or copy it to a folder that is: a build writes to dist/.`,
    );
  }
  return true;
}

function toPath(root: string, path: string): string {
  return relative(root, path).split(sep).join('/');
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}

function buildError(mistakes: readonly Message[]): Error {
  const [first] = mistakes;
  const more = mistakes.length > 1 ? ` (and ${mistakes.length - 1} more)` : '';
  return new Error(`unable to build; ${first ? toLine(first) : 'esbuild gave no reason'}${more}.`);
}

function toLine({ location, text }: Message): string {
  return location ? `${location.file}:${location.line}:${location.column + 1}: ${text}` : text;
}

await runAsCommand(import.meta.url, async () => {
  const startedAt = performance.now();
  const files = await build();
  for (const { path, bytes } of files) {
    if (!path.endsWith('.map')) console.log(`${String(bytes).padStart(9)}  ${path}`);
  }
  console.log(`built in ${Math.round(performance.now() - startedAt)} ms`);
});
