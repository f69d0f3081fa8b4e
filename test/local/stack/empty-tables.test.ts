// H7: a file of tables without content is reported and renamed, not taken as a new one.

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { setEmptyTablesAside } from '../../../local/stack/empty-tables.ts';

const NOW = new Date('2026-11-28T07:00:00.123Z');

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tables-'));
  path = join(folder, 'tables.json');
});
afterEach(() => rm(folder, { recursive: true }));

describe('a file of tables', () => {
  test.each(['', ' \n', '{}', '{"filename":"x"}'])(
    'with the content %j is renamed',
    async (text) => {
      await writeFile(path, text);
      const sentence = await setEmptyTablesAside(path, NOW);
      expect(sentence).toContain(`${path} had ${text.length} bytes and no tables`);
      expect(await readdir(folder)).toEqual(['tables.json.2026-11-28T07-00-00-123Z']);
      expect(await readFile(`${path}.2026-11-28T07-00-00-123Z`, 'utf8')).toBe(text);
    },
  );

  test.each([
    ['with tables', JSON.stringify({ collections: [{ name: 'chat' }], filename: path })],
    ['of Azurite before its first table', JSON.stringify({ collections: [] })],
    ['that is cut off, which Azurite refuses', '{"collections": ['],
  ])('%s stays', async (_, text) => {
    await writeFile(path, text);
    expect(await setEmptyTablesAside(path, NOW)).toBeUndefined();
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  test('that does not exist is no loss', async () => {
    expect(await setEmptyTablesAside(path, NOW)).toBeUndefined();
  });
});
