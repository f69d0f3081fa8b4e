// Unpacks released-package.zip to .cache/app/ for azd, which makes its own zip of a folder.

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';

const ROOT = join(import.meta.dirname, '..');
const FOLDER = join(ROOT, '.cache', 'app');

const files = unzipSync(await readFile(join(ROOT, 'released-package.zip')));
await rm(FOLDER, { recursive: true, force: true });
for (const [path, contents] of Object.entries(files)) {
  await mkdir(dirname(join(FOLDER, path)), { recursive: true });
  await writeFile(join(FOLDER, path), contents);
}
console.log(`${Object.keys(files).length} files in .cache/app`);
