// Finds and loads the files that package.json's `main` names, as the Node worker does.
// Source: azure-functions-nodejs-worker, startApp.ts and loadScriptFile.ts.

import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface PackageJson {
  readonly main: string | undefined;
  readonly isModule: boolean;
}

/** Never throws: a file that is missing or broken counts as empty. */
export async function readPackageJson(appDir: string): Promise<PackageJson> {
  try {
    const value: unknown = JSON.parse(await readFile(join(appDir, 'package.json'), 'utf8'));
    const { main, type } = value as { main?: unknown; type?: unknown };
    return { main: typeof main === 'string' ? main : undefined, isModule: type === 'module' };
  } catch {
    // The worker takes a missing or broken package.json as empty, and then reports the missing `main`.
    return { main: undefined, isModule: false };
  }
}

/** The absolute paths that `main` matches, sorted. Throws if there are none. */
export async function findEntryPoints(
  appDir: string,
  main: string | undefined,
): Promise<readonly string[]> {
  if (!main) {
    throw unloadable('package.json has no "main"', 'Name the entry file, or a pattern, there.');
  }
  const pattern = main.replace(/^\.\//, '');
  const isMatch = toPathPattern(pattern);
  const files = await listFiles(appDir, fixedFolder(pattern));
  const found = files.filter((file) => isMatch.test(relative(appDir, file).split(sep).join('/')));
  if (found.length === 0) {
    throw unloadable(
      `no file matches "main" of package.json, ${main}`,
      'Build the app first, or correct "main".',
    );
  }
  return found.sort();
}

/** Throws what the app throws while it loads, with the name of the file. */
export async function loadEntryPoint(
  file: string,
  appDir: string,
  isModule: boolean,
): Promise<void> {
  try {
    if (file.endsWith('.mjs') || (isModule && !file.endsWith('.cjs'))) {
      await import(pathToFileURL(file).href);
    } else {
      createRequire(join(appDir, 'package.json'))(file);
    }
  } catch (error) {
    const cause = error instanceof Error ? error : new Error(String(error));
    throw new Error(`${cause.message}\nWhile loading the entry point ${relative(appDir, file)}.`, {
      cause,
    });
  }
}

/**
 * The returned function makes `require` forget the modules that were loaded since, so that an app can be loaded again in the
 * same process. ES modules stay loaded, so an app of ES modules needs a new process.
 */
export function forgetModules(): () => void {
  const { cache } = createRequire(import.meta.url);
  const before = new Set(Object.keys(cache));
  return () => {
    for (const path of Object.keys(cache)) if (!before.has(path)) delete cache[path];
  };
}

/** Supports the globs that are usual in `main`: *, **, ? and {a,b}. */
export function toPathPattern(glob: string): RegExp {
  const source = glob.replace(
    /\*\*\/|\*\*|\*|\?|\{([^{}]*)\}|[.+^$()|[\]\\{}]/g,
    (token, alternatives: string | undefined) => {
      if (alternatives !== undefined) {
        const sources = alternatives.split(',').map((item) => toPathPattern(item).source);
        return `(?:${sources.map((item) => item.slice(1, -1)).join('|')})`;
      }
      switch (token) {
        case '**/':
          return '(?:[^/]+/)*';
        case '**':
          return '.*';
        case '*':
          return '[^/]*';
        case '?':
          return '[^/]';
        default:
          return `\\${token}`;
      }
    },
  );
  return new RegExp(`^${source}$`);
}

/** The folder before the first wildcard, so that the search for files does not walk node_modules. */
function fixedFolder(glob: string): string {
  const fixed = glob.split(/[*?{]/, 1)[0] ?? '';
  return fixed.slice(0, fixed.lastIndexOf('/') + 1);
}

async function listFiles(appDir: string, folder: string): Promise<string[]> {
  try {
    const entries = await readdir(join(appDir, folder), { withFileTypes: true, recursive: true });
    // Node 20 has `path`. Later versions call it `parentPath`.
    return entries
      .filter((entry) => entry.isFile() || entry.isSymbolicLink())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  } catch {
    return [];
  }
}

function unloadable(reason: string, remedy: string): Error {
  return new Error(`unable to load the function app; ${reason}. ${remedy}`);
}
