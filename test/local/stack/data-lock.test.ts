import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { lockFolder } from '../../../local/stack/data-lock.ts';

let folder: string;
let releases: (() => Promise<void>)[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-'));
  releases = [];
});
afterEach(async () => {
  for (const release of releases) await release();
  await rm(folder, { recursive: true });
});

describe.each<[string, Parameters<typeof lockFolder>[1]]>([
  ['with hard links', undefined],
  // H6: as on exFAT, network folders and shared storage.
  ['without them', failing('EPERM')],
])('a folder on a file system %s', (_, linkFile) => {
  const lock = async () => {
    const release = await lockFolder(folder, linkFile);
    releases.push(release);
    return release;
  };

  test('is locked once, and leaves no file after its release', async () => {
    const release = await lock();
    expect(await readdir(folder)).toEqual(['lock']);
    await expect(lock()).rejects.toThrow(`process ${process.pid} uses this folder`);
    await release();
    expect(await readdir(folder)).toEqual([]);
    await expect(lock()).resolves.toBeDefined();
  });

  test('is locked by one of many that try at once', async () => {
    const tries = await Promise.allSettled(Array.from({ length: 5 }, lock));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test.each(['', '{"pid":1,"port":9}'])('is released by a dead holder, %j', async (text) => {
    await writeFile(join(folder, 'lock'), text);
    await expect(lock()).resolves.toBeDefined();
  });
});

test.each(['ENOSYS', 'ENOTSUP', 'EACCES'])(
  'a link that fails with %s becomes a copy',
  async (code) => {
    releases.push(await lockFolder(folder, failing(code)));
    expect(await readdir(folder)).toEqual(['lock']);
  },
);

function failing(code: string) {
  return () => Promise.reject(Object.assign(new Error(`${code}: link`), { code }));
}
