// Finds the Bicep CLI. If none is installed, dotnet restores it from the NuGet source of this machine to .cache/bicep/.

import { execFile } from 'node:child_process';
import { access, constants, mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The version that made the committed snapshots. Snapshots and linter rules differ between versions. */
export const BICEP_VERSION = '0.49.2';

export interface Machine {
  /** The checkout. */
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly platform: NodeJS.Platform;
  readonly arch: string;
}

export function thisMachine(root: string): Machine {
  const { env, platform, arch } = process;
  return { root, env, home: homedir(), platform, arch };
}

/** Path of a CLI that is new enough. */
export async function findBicep(machine: Machine): Promise<string> {
  const named = machine.env.BICEP;
  if (named) {
    const version = await versionOf(named);
    if (version && isNewEnough(version)) return named;
    const found = version ? `it is version ${version}` : 'it does not run';
    throw noBicep(`the environment variable BICEP says ${named}, and ${found}`);
  }
  for (const path of candidates(machine)) {
    const version = await versionOf(path);
    if (version && isNewEnough(version)) return path;
  }
  return restore(machine);
}

/** From nearest to farthest; most of them are not there. */
export function candidates(machine: Machine): string[] {
  const name = executable(machine);
  const onPath = (machine.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return [
    ...onPath.map((folder) => join(folder, name)),
    // Where `az bicep install` puts it.
    join(machine.home, '.azure', 'bin', name),
    cachedPath(machine),
  ];
}

/** Whether `version`, as `1.2.3`, is the committed snapshots' or a later one. */
export function isNewEnough(version: string): boolean {
  const [found, wanted] = [version, BICEP_VERSION].map((text) => text.split('.').map(Number));
  const difference = wanted?.map((part, i) => (found?.[i] ?? 0) - part).find((part) => part !== 0);
  return difference === undefined || difference > 0;
}

async function versionOf(path: string): Promise<string | undefined> {
  const isThere = await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!isThere) return undefined;
  try {
    const { stdout } = await run(path, ['--version']);
    return /\d+\.\d+\.\d+/.exec(stdout)?.[0];
  } catch {
    return undefined;
  }
}

async function restore(machine: Machine): Promise<string> {
  const folder = cacheFolder(machine);
  await mkdir(folder, { recursive: true });
  const project = join(folder, 'restore.csproj');
  await writeFile(project, restoreProject(machine));
  try {
    await run('dotnet', ['restore', project], { env: { ...machine.env, DOTNET_NOLOGO: 'true' } });
  } catch (error) {
    throw noBicep('there is none on this machine, and dotnet could not fetch it', error);
  }
  const version = await versionOf(cachedPath(machine));
  if (!version) throw noBicep(`what dotnet fetched to ${cachedPath(machine)} does not run`);
  return cachedPath(machine);
}

/** A project that builds nothing and depends on nothing but the one package. */
export function restoreProject(machine: Machine): string {
  return `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>netstandard2.0</TargetFramework>
    <DisableImplicitFrameworkReferences>true</DisableImplicitFrameworkReferences>
    <RestorePackagesPath>$(MSBuildProjectDirectory)</RestorePackagesPath>
  </PropertyGroup>
  <ItemGroup>
    <PackageDownload Include="${packageName(machine)}" Version="[${BICEP_VERSION}]" />
  </ItemGroup>
</Project>
`;
}

function cachedPath(machine: Machine): string {
  const folder = cacheFolder(machine);
  const name = executable(machine);
  return join(folder, packageName(machine).toLowerCase(), BICEP_VERSION, 'tools', name);
}

function cacheFolder({ root }: Machine): string {
  return join(root, '.cache', 'bicep');
}

function packageName({ platform, arch }: Machine): string {
  const system = platform === 'win32' ? 'win' : platform === 'darwin' ? 'osx' : 'linux';
  return `Azure.Bicep.CommandLine.${system}-${arch}`;
}

function executable({ platform }: Machine): string {
  return platform === 'win32' ? 'bicep.exe' : 'bicep';
}

function noBicep(reason: string, cause?: unknown): Error {
  return new Error(
    `unable to find the Bicep CLI, version ${BICEP_VERSION} or later; ${reason}. Install it with \`az bicep install\`, put it on the PATH or name it in BICEP.`,
    { cause },
  );
}
