// If a registry lacks the package of one platform, npm silently drops it from the lock file. Then `npm ci` fails on every
// machine.

import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

interface Locked {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const read = (path: string) =>
  (JSON.parse(readFileSync(path, 'utf8')) as { packages: Record<string, Locked> }).packages;
const packages = read('package-lock.json');

test('the lock file has the optional packages of every platform', () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !isLocked(path, name)),
  );
  expect(missing).toEqual([]);
});

test('the lock file names no registry', () => {
  expect(Object.values(packages).filter(({ resolved }) => resolved)).toEqual([]);
});

test('the lock file of the clients names no registry, and the digest of every package', () => {
  const locked = Object.values(read('test/clients/javascript/package-lock.json'));
  expect(locked.filter(({ resolved }) => resolved)).toEqual([]);
  // The first is the folder itself.
  expect(locked.slice(1).filter(({ integrity }) => !integrity)).toEqual([]);
});

/** Searches like Node: beside the package, then in each folder above. */
function isLocked(path: string, name: string): boolean {
  const folders = path.split('/node_modules/').map((_, depth, parts) => {
    return parts.slice(0, parts.length - depth).join('/node_modules/');
  });
  return [...folders, ''].some((folder) => {
    return `${folder === '' ? '' : `${folder}/`}node_modules/${name}` in packages;
  });
}
