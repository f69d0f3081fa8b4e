// The output of `npm run emulators` about a plain `func start`.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type FuncNeeds,
  findGaps,
  toFuncCommand,
  writeLocalSettings,
} from '../../../local/stack/func-by-hand.ts';
import { findPlatformVariables, toFuncEnvironment } from '../../../local/stack/func-environment.ts';
import type { Ports } from '../../../local/stack/stack-ports.ts';

const PORTS: Ports = {
  port: 7_071,
  servicePort: 8_888,
  tablePort: 10_002,
  blobPort: 10_000,
  inspectPort: undefined,
};
const BUNDLES = {
  range: '[4.23.0, 5.0.0)',
  folder: '/home/ada/bundles',
  inRange: '4.38.0',
  newest: '4.38.0',
};
const NEEDS: FuncNeeds = {
  ports: PORTS,
  connectionString: 'Endpoint=e;',
  storageConnectionString: 'TableEndpoint=t;',
  platformVariables: [],
  hasFunc: true,
  bundles: BUNDLES,
  node: 'v22.1.0',
};

describe('the command for a plain func', () => {
  test.each<[string, Partial<FuncNeeds>, string]>([
    ['on the usual ports', {}, 'func start'],
    ['on another port', { ports: { ...PORTS, port: 7_072 } }, 'func start --port 7072'],
    [
      'beside an emulator on another port',
      { ports: { ...PORTS, servicePort: 8_889 } },
      "env AzureSignalRConnectionString='Endpoint=e;' func start",
    ],
    [
      'beside an Azurite on other ports',
      { ports: { ...PORTS, blobPort: 10_010 } },
      "env AzureWebJobsStorage='TableEndpoint=t;' func start",
    ],
    [
      'beside real parts, which the settings name',
      { ports: { ...PORTS, servicePort: 0, tablePort: 0, blobPort: undefined } },
      'func start',
    ],
    [
      'D8: where the host would take this machine for Azure',
      { platformVariables: ['CONTAINER_NAME'] },
      'env -u CONTAINER_NAME func start',
    ],
  ])('%s', (_, needs, expected) => {
    expect(toFuncCommand({ ...NEEDS, ...needs })).toBe(expected);
  });
});

describe('the gaps of a plain func', () => {
  test('are none on a complete machine', () => {
    expect(findGaps(NEEDS)).toEqual([]);
  });

  test.each<[string, Partial<FuncNeeds>, RegExp]>([
    ['func itself', { hasFunc: false }, /npm install --global azure-functions-core-tools@4$/],
    [
      'a bundle',
      { bundles: { ...BUNDLES, inRange: undefined, newest: undefined } },
      /^\/home\/ada\/bundles has no extension bundle \[4\.23\.0, 5\.0\.0\)\. The first .* a network/,
    ],
    [
      'a bundle that is new enough',
      { bundles: { ...BUNDLES, inRange: undefined, newest: '4.17.0' } },
      /has no extension bundle \[4\.23\.0, 5\.0\.0\) \(the newest there is 4\.17\.0\)\. /,
    ],
    ['a Node of an even version', { node: 'v23.0.0' }, /^This is Node v23\.0\.0/],
  ])('include %s', (_, needs, expected) => {
    expect(findGaps({ ...NEEDS, ...needs })).toEqual([expect.stringMatching(expected)]);
  });
});

describe('the environment of func', () => {
  const container = { CONTAINER_NAME: 'dev', DOTNET_RUNNING_IN_CONTAINER: 'true', CHAT_TABLE: 'c' };

  test('D8: lacks the variables that make the host behave as on Azure', () => {
    expect(toFuncEnvironment(container)).toEqual({ CHAT_TABLE: 'c' });
  });

  test('has an empty variable counted as unset', () => {
    expect(findPlatformVariables({ ...container, WEBSITE_SKU: '' })).toEqual([
      'CONTAINER_NAME',
      'DOTNET_RUNNING_IN_CONTAINER',
    ]);
  });
});

describe('local.settings.json', () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'settings-'));
    await writeFile(join(root, 'local.settings.example.json'), '{"example": 1}');
  });
  afterEach(() => rm(root, { recursive: true }));

  test('is written as a copy of the example if it is missing', async () => {
    expect(await writeLocalSettings(root)).toBe(true);
    expect(await readFile(join(root, 'local.settings.json'), 'utf8')).toBe('{"example": 1}');
  });

  test('is not changed if it exists', async () => {
    await writeFile(join(root, 'local.settings.json'), 'mine');
    expect(await writeLocalSettings(root)).toBe(false);
    expect(await readFile(join(root, 'local.settings.json'), 'utf8')).toBe('mine');
  });
});
