// Extension bundles hold the host's bindings, also SignalR's. Core Tools download a bundle once and store it.
// Source: azure-functions-core-tools 3ee97a6, ExtensionBundleHelper.cs.

import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseLenientJson } from '../lenient-json.ts';

/** The stored bundles on this machine. */
export interface Bundles {
  /** The range in host.json, e.g. `[4.23.0, 5.0.0)`. Empty if host.json has none. */
  readonly range: string;
  readonly folder: string;
  /** The newest in the range, e.g. `4.38.0`. */
  readonly inRange: string | undefined;
  /** The newest of all. */
  readonly newest: string | undefined;
}

/** The bundles in the cache of Core Tools. A folder that is missing is an empty one. */
export async function findBundles(
  appDir: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Bundles> {
  const { id, version } = await readBundleSetting(join(appDir, 'host.json'));
  const folder =
    environment.AzureFunctionsJobHost__extensionBundle__downloadPath ||
    join(homedir(), '.azure-functions-core-tools', 'Functions', 'ExtensionBundles', id);
  const names = await readdir(folder).catch(() => []);
  const versions = names.filter((name) => /^\d+\.\d+\.\d+$/.test(name)).sort(compareVersions);
  return {
    range: version,
    folder,
    inRange: versions.findLast((name) => isInRange(name, version)),
    newest: versions.at(-1),
  };
}

/** Empty if host.json cannot be read. func reports that itself. */
async function readBundleSetting(path: string): Promise<{ id: string; version: string }> {
  const root = await readFile(path, 'utf8')
    .then(parseLenientJson)
    .catch(() => undefined);
  const bundle = memberOf(root, 'extensionBundle');
  return {
    id: String(memberOf(bundle, 'id') ?? ''),
    version: String(memberOf(bundle, 'version') ?? ''),
  };
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Object(value)[name] : undefined;
}

/** Supports `[4.*, 5.0.0)`, `[4.23.0, 5.0.0)` and `[4.23.0]`. No version is in any other range. */
export function isInRange(version: string, range: string): boolean {
  const [, opening, from = '', , to, closing] =
    /^\s*([[(])\s*([\d.*]+)\s*(,\s*([\d.]+)\s*)?([\])])\s*$/.exec(range) ?? [];
  if (opening === undefined) return false;
  const lower = compareVersions(version, from.replace('*', '0'));
  if (to === undefined) return lower === 0;
  const upper = compareVersions(version, to);
  return (opening === '[' ? lower >= 0 : lower > 0) && (closing === ']' ? upper <= 0 : upper < 0);
}

/** Missing parts count as 0. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (const index of [0, 1, 2]) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
