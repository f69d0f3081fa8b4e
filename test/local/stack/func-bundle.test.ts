import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findBundles, isInRange } from '../../../local/stack/func-bundle.ts';

describe('a range of host.json', () => {
  test.each<[string, string, boolean]>([
    ['4.0.0', '[4.*, 5.0.0)', true],
    ['4.38.0', '[4.*, 5.0.0)', true],
    ['5.0.0', '[4.*, 5.0.0)', false],
    ['3.99.0', '[4.*, 5.0.0)', false],
    ['4.22.9', '[4.23.0, 5.0.0)', false],
    ['4.23.0', '[4.23.0, 5.0.0)', true],
    ['4.23.0', '(4.23.0, 5.0.0]', false],
    ['5.0.0', '(4.23.0, 5.0.0]', true],
    ['4.9.0', '[4.10.0, 5.0.0)', false],
    ['4.17.0', '[4.17.0]', true],
    ['4.17.1', '[4.17.0]', false],
    ['4.17.0', 'latest', false],
    ['4.17.0', '', false],
  ])('%s in %s: %s', (version, range, expected) => {
    expect(isInRange(version, range)).toBe(expected);
  });
});

describe('the bundles of this machine', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bundles-'));
    const extensionBundle = { id: 'Some.Bundle', version: '[4.23.0, 5.0.0)' };
    await writeFile(join(folder, 'host.json'), JSON.stringify({ version: '2.0', extensionBundle }));
    for (const name of ['4.9.0', '4.24.1', '4.24.0', '4.17.0', '5.1.0', 'x', '4.30']) {
      await mkdir(join(folder, 'kept', name), { recursive: true });
    }
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('are the newest in the range, and the newest of all', async () => {
    const environment = {
      AzureFunctionsJobHost__extensionBundle__downloadPath: join(folder, 'kept'),
    };
    expect(await findBundles(folder, environment)).toEqual({
      range: '[4.23.0, 5.0.0)',
      folder: join(folder, 'kept'),
      inRange: '4.24.1',
      newest: '5.1.0',
    });
  });

  test('are none if Core Tools have stored none', async () => {
    expect(await findBundles(folder, {})).toMatchObject({
      folder: expect.stringContaining(join('Functions', 'ExtensionBundles', 'Some.Bundle')),
      inRange: undefined,
      newest: undefined,
    });
  });

  test.each<[string, string | undefined]>([
    ['there is no host.json', undefined],
    ['host.json asks for none', '{"version": "2.0"}'],
    ['host.json is broken', '{'],
    ['host.json is nothing', 'null'],
  ])('are none where %s', async (_, text) => {
    const appDir = join(folder, 'kept');
    if (text !== undefined) await writeFile(join(appDir, 'host.json'), text);
    expect(await findBundles(appDir, {})).toMatchObject({ range: '', inRange: undefined });
  });

  test('are those of a host.json with comments and trailing commas, too', async () => {
    const text =
      '{ // ours\n "extensionBundle": { "id": "Some.Bundle", "version": "[4.*, 5.0.0)", }, }';
    await writeFile(join(folder, 'kept', 'host.json'), text);
    expect(await findBundles(join(folder, 'kept'), {})).toMatchObject({ range: '[4.*, 5.0.0)' });
  });
});
