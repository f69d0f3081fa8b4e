import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  BICEP_VERSION,
  candidates,
  findBicep,
  isNewEnough,
  type Machine,
  restoreProject,
} from '../../infra/bicep.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bicep-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A machine without any program. */
function machine(change: Partial<Machine> = {}): Machine {
  const root = join(folder, 'checkout');
  return { root, env: {}, home: join(folder, 'home'), platform: 'linux', arch: 'x64', ...change };
}

/** A command that answers `--version`, or fails. */
async function command(path: string, version: string | undefined): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  const answer = version ? `echo "Bicep CLI version ${version} (0123456789)"` : 'exit 1';
  await writeFile(path, `#!/bin/sh\n${answer}\n`);
  await chmod(path, 0o755);
  return path;
}

describe('the Bicep CLI', () => {
  test('is the one that the environment names', async () => {
    const named = await command(join(folder, 'named', 'bicep'), BICEP_VERSION);
    const onPath = await command(join(folder, 'path', 'bicep'), BICEP_VERSION);
    const env = { BICEP: named, PATH: dirname(onPath) };
    expect(await findBicep(machine({ env }))).toBe(named);
  });

  test.each([
    ['too old', '0.40.1', 'it is version 0.40.1'],
    ['broken', undefined, 'it does not run'],
  ])('is not replaced by another one if the named one is %s', async (_, version, reason) => {
    const named = await command(join(folder, 'bad', 'bicep'), version);
    await expect(findBicep(machine({ env: { BICEP: named } }))).rejects.toThrow(
      `unable to find the Bicep CLI, version ${BICEP_VERSION} or later; the environment variable BICEP says ${named}, and ${reason}. Install it`,
    );
  });

  test('is the first on the path that is new enough, else the one of az', async () => {
    const old = dirname(await command(join(folder, 'old', 'bicep'), '0.30.3'));
    const broken = dirname(await command(join(folder, 'broken', 'bicep'), undefined));
    const home = join(folder, 'somebody');
    const ofAz = await command(join(home, '.azure', 'bin', 'bicep'), '1.2.0');
    const env = { PATH: [old, broken, join(folder, 'missing')].join(delimiter) };
    expect(await findBicep(machine({ env, home }))).toBe(ofAz);
  });

  test('is reported missing in one line that says what to do', async () => {
    // An empty PATH has no dotnet.
    const found = findBicep(machine({ env: { PATH: join(folder, 'missing') } }));
    await expect(found).rejects.toThrow(
      /^unable to find the Bicep CLI.*; there is none on this machine, and dotnet could not fetch it\. Install it with `az bicep install`.*$/,
    );
  });

  test('is searched on the path, in az’s folder, and in the cache', () => {
    const env = { PATH: ['/a', '', '/b'].join(delimiter) };
    const found = candidates({ root: '/r', env, home: '/h', platform: 'linux', arch: 'arm64' });
    expect(found).toEqual([
      join('/a/bicep'),
      join('/b/bicep'),
      join('/h/.azure/bin/bicep'),
      join(`/r/.cache/bicep/azure.bicep.commandline.linux-arm64/${BICEP_VERSION}/tools/bicep`),
    ]);
  });
});

test.each([
  ['linux', 'x64', 'linux-x64'],
  ['darwin', 'arm64', 'osx-arm64'],
  ['win32', 'x64', 'win-x64'],
] as const)('on %s %s the package for %s is restored', (platform, arch, name) => {
  expect(restoreProject(machine({ platform, arch }))).toContain(
    `Include="Azure.Bicep.CommandLine.${name}" Version="[${BICEP_VERSION}]"`,
  );
});

test.each([
  [BICEP_VERSION, true],
  ['0.49.3', true],
  ['0.50.0', true],
  ['1.0.0', true],
  ['0.49.1', false],
  ['0.9.99', false],
])('version %s: new enough is %s', (version, expected) => {
  expect(isNewEnough(version)).toBe(expected);
});
