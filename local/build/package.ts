// `npm run package`: the zip that Azure runs, and the source map of its app beside it. The same sources give the same
// bytes at any time and place.

import { readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { BrotliWasmType } from 'brotli-wasm';
import { type Zippable, zipSync } from 'fflate';
import { BROTLI, isPageText } from '../../functions/http/page-file.ts';
import { runAsCommand } from '../command.ts';
import { ROOT } from '../root.ts';
import { APP_MAP, compile, type Output } from './build.ts';
import type { BuildInput } from './build-stamp.ts';

export const PACKAGE_NAME = 'released-package.zip';
/** Translates the lines of a stack trace in Azure's log, as CONTRIBUTING.md says. Nothing that runs needs it. */
const MAP_NAME = 'released-app.cjs.map';

/** The package's files, sorted by path. */
export async function collect(root = ROOT): Promise<Output> {
  return (await collectWithMap(root)).files;
}

/** What its entry point for browsers gives, which is the one of `import`, has to load a file first. */
const { compress }: BrotliWasmType = createRequire(import.meta.url)('brotli-wasm');

/** Compiles in memory, because a running stack may be using dist/. */
export async function collectWithMap(root = ROOT): Promise<{ files: Output; map: Uint8Array }> {
  const [{ map, built }, hostJson, packageJson] = await Promise.all([
    compile({ root, forProduction: true } satisfies BuildInput).then(withoutMap),
    readFile(join(root, 'host.json')),
    readFile(join(root, 'package.json'), 'utf8'),
  ]);
  const files = [
    ...withCompressedPage(built),
    ['host.json', hostJson] as const,
    ['package.json', Buffer.from(toDeployed(packageJson))] as const,
  ];
  return { files: new Map(files.sort(([a], [b]) => (a < b ? -1 : 1))), map };
}

function withoutMap(compiled: Output): { built: Output; map: Uint8Array } {
  const built = new Map(compiled);
  const map = built.get(APP_MAP);
  if (!map) throw new Error('unable to package the app; esbuild made no source map.');
  built.delete(APP_MAP);
  return { built, map };
}

/**
 * The page's texts as Brotli, in which the functions serve them to nearly every browser. Not by zlib, because two versions of
 * Node may have two versions of its encoder.
 */
function withCompressedPage(built: Output): Output {
  return new Map(
    [...built].map(([path, contents]) =>
      path.startsWith('dist/web/') && isPageText(path)
        ? [`${path}${BROTLI}`, compress(contents, { quality: 11 })]
        : [path, contents],
    ),
  );
}

/** Deterministic: no time, no owner, a fixed compression level. */
export function zip(files: Output): Uint8Array {
  // The earliest time that a zip can hold. Zip has local times only, so the bytes are the same in every time zone.
  const mtime = new Date(1980, 0, 1);
  const entries: Zippable = {};
  for (const [path, contents] of files) {
    // Made on Unix (3), a regular file that everyone may read. An unzip on Linux keeps these permissions.
    entries[path] = [contents, { mtime, level: 9, os: 3, attrs: 0o100644 << 16 }];
  }
  return zipSync(entries);
}

/** The part of package.json that the worker needs: where the app is. Without `type`, because the bundle is CommonJS. */
function toDeployed(packageJson: string): string {
  const { name, version, main }: Record<string, unknown> = JSON.parse(packageJson);
  return `${JSON.stringify({ name, version, main }, null, 2)}\n`;
}

async function replace(path: string, bytes: Uint8Array): Promise<void> {
  await writeFile(`${path}.draft`, bytes);
  await rename(`${path}.draft`, path);
}

await runAsCommand(import.meta.url, async () => {
  const { files, map } = await collectWithMap();
  const bytes = zip(files);
  await replace(join(ROOT, PACKAGE_NAME), bytes);
  await replace(join(ROOT, MAP_NAME), map);
  for (const [name, { byteLength }] of files)
    console.log(`${String(byteLength).padStart(9)}  ${name}`);
  console.log(`${String(bytes.byteLength).padStart(9)}  ${PACKAGE_NAME}, ${files.size} files`);
  console.log(`${String(map.byteLength).padStart(9)}  ${MAP_NAME}`);
});
