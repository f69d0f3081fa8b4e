// A copy of the sources, which a test may break.

import { cp, mkdir, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** @returns the folder, which this creates */
export async function copyProject(folder: string): Promise<string> {
  await mkdir(folder);
  for (const path of ['functions', 'local', 'web']) {
    await cp(path, join(folder, path), { recursive: true });
  }
  for (const path of ['package.json', 'host.json', 'local.settings.example.json']) {
    await cp(path, join(folder, path));
  }
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  return folder;
}
