// `npm run package`: the zip that Azure runs. Same sources, same bytes, whenever and wherever it is made.

import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Zippable, zipSync } from 'fflate';
import { runAsCommand } from '../command.ts';
import { ROOT } from '../root.ts';
import { type BuildInput, compile, type Output } from './build.ts';

export const PACKAGE_NAME = 'released-package.zip';

/** The package's files, sorted by path. Compiles in memory: dist/, which a running stack may be using, stays as it is. */
export async function collect(root = ROOT): Promise<Output> {
  const [built, hostJson, packageJson] = await Promise.all([
    compile({ root, forProduction: true } satisfies BuildInput),
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

export function zip(files: Output): Uint8Array {
  // The earliest time that a zip can say; zip has local times only, so this is the same bytes in every time zone.
  const mtime = new Date(1980, 0, 1);
  const entries: Zippable = {};
  for (const [path, contents] of files) {
    // Made on Unix (3), a regular file that everybody may read: an unzip on Linux keeps just that.
    entries[path] = [contents, { mtime, level: 9, os: 3, attrs: 0o100644 << 16 }];
  }
  return zipSync(entries);
}

/** What the worker needs of package.json: where the app is. Without `type`, because the bundle is CommonJS. */
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
