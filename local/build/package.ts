// `npm run package`: the zip that Azure runs. The same sources give the same bytes at any time and place.

import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync, type Zippable, zipSync } from 'fflate';
import { GZIP, isPageText } from '../../functions/http/page-file.ts';
import { runAsCommand } from '../command.ts';
import { ROOT } from '../root.ts';
import { type BuildInput, compile, type Output } from './build.ts';

export const PACKAGE_NAME = 'released-package.zip';

/** The package's files, sorted by path. Compiles in memory, because a running stack may be using dist/. */
export async function collect(root = ROOT): Promise<Output> {
  const [built, hostJson, packageJson] = await Promise.all([
    compile({ root, forProduction: true } satisfies BuildInput).then(withCompressedPage),
    readFile(join(root, 'host.json')),
    readFile(join(root, 'package.json'), 'utf8'),
  ]);
  const files = [
    ...built,
    ['host.json', hostJson] as const,
    ['package.json', Buffer.from(toDeployed(packageJson))] as const,
  ];
  return new Map(files.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * The page's texts as gzip, in which the functions serve them. By fflate, because zlib's bytes depend on the machine's
 * processor and Node's version.
 */
function withCompressedPage(built: Output): Output {
  return new Map(
    [...built].map(([path, contents]) =>
      path.startsWith('dist/web/') && isPageText(path)
        ? [`${path}${GZIP}`, gzipSync(contents, { level: 9, mtime: 0 })]
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

await runAsCommand(import.meta.url, async () => {
  const files = await collect();
  const bytes = zip(files);
  const path = join(ROOT, PACKAGE_NAME);
  await writeFile(`${path}.draft`, bytes);
  await rename(`${path}.draft`, path);
  for (const [name, { byteLength }] of files)
    console.log(`${String(byteLength).padStart(9)}  ${name}`);
  console.log(`${String(bytes.byteLength).padStart(9)}  ${PACKAGE_NAME}, ${files.size} files`);
});
