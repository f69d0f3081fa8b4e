import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { FolderRefused, makeFolder } from '../../local/make-folder.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'make-folder-'));
});
afterEach(() => rm(folder, { recursive: true }));

const refuse = (code: string) => async () => {
  throw Object.assign(new Error(`${code}: as the system says`), { code });
};

test('row start: makes the folder and those above it, and takes one that is there', async () => {
  const path = join(folder, 'a', 'b', 'c');
  await Promise.all([makeFolder(path), makeFolder(path)]);
  await makeFolder(path);
  expect((await stat(path)).isDirectory()).toBe(true);
});

test('row start: goes on if another process makes the folder above it meanwhile', async () => {
  const path = join(folder, 'a', 'b');
  let isFirst = true;
  await makeFolder(path, async (asked) => {
    if (!isFirst) return mkdir(asked);
    isFirst = false;
    await mkdir(dirname(asked));
    return refuse('ENOENT')();
  });
  expect((await stat(path)).isDirectory()).toBe(true);
});

test('row start: says that a file is in its way', async () => {
  await writeFile(join(folder, 'file'), '');
  for (const path of ['file', 'file/in', 'file/far/in']) {
    await expect(makeFolder(join(folder, path))).rejects.toThrow(
      new FolderRefused('a file is in its way'),
    );
  }
});

// mkdir with `recursive` tries for ever where an existing folder makes no folders, as /proc does.
test('row start: ends where the system makes no folders', async () => {
  await expect(makeFolder(join(folder, 'x'), refuse('ENOENT'))).rejects.toThrow(
    'the system makes no folders there',
  );
  const onlyFirst = (path: string) => (path.endsWith('/y') ? refuse('ENOENT')() : mkdir(path));
  await expect(makeFolder(join(folder, 'x', 'y'), onlyFirst)).rejects.toThrow(
    'the system makes no folders there',
  );
});

test.each([
  ['EACCES', 'you may not write there'],
  ['EROFS', 'the disk is read-only'],
  ['ENOSPC', 'the disk is full'],
  ['EIO', 'EIO: as the system says'],
])('row start: says in words what %s is', async (code, reason) => {
  await expect(makeFolder(join(folder, 'x'), refuse(code))).rejects.toThrow(reason);
});
