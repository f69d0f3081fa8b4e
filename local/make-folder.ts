// Makes a folder whose place a user chose, and says in plain words why it cannot.

import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The message is a reason in words, without a remedy: the caller knows which option names the folder. */
export class FolderRefused extends Error {
  override readonly name = 'FolderRefused';
}

/**
 * Makes the folder and those above it. Throws {@link FolderRefused}.
 *
 * Not `mkdir` with `recursive`: where the system makes no folders and answers ENOENT, as in /proc, Node tries for ever.
 *
 * @param make `mkdir` of `node:fs/promises`, or a test's own
 */
export async function makeFolder(
  path: string,
  make: (path: string) => Promise<unknown> = mkdir,
): Promise<void> {
  try {
    await make(path);
  } catch (error) {
    const code = codeOf(error);
    if (await isFolder(path)) return;
    const parent = dirname(path);
    if (code !== 'ENOENT' || parent === path) throw new FolderRefused(toReason(code, error));
    // Another process may have made one of both meanwhile.
    if (!(await isFolder(parent))) await makeFolder(parent, make);
    await make(path).catch(async (later: unknown) => {
      if (!(await isFolder(path))) throw new FolderRefused(toReason(codeOf(later), later));
    });
  }
}

function toReason(code: string, error: unknown): string {
  switch (code) {
    case 'EEXIST':
    case 'ENOTDIR':
      return 'a file is in its way';
    case 'EACCES':
    case 'EPERM':
      return 'you may not write there';
    case 'EROFS':
      return 'the disk is read-only';
    case 'ENOENT':
      return 'the system makes no folders there';
    case 'ENOSPC':
      return 'the disk is full';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
