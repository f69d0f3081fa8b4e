// esbuild as the builds use it. `require` loads it in a fifth of the time of `import`, which first reads the names of its exports
// out of its text.

import { createRequire } from 'node:module';

/** Loaded at the first call. */
export function loadEsbuild(): typeof import('esbuild') {
  return createRequire(import.meta.url)('esbuild');
}

const FOR_GO = [
  ['GOGC', 'off'],
  // A build needs a fifth of it. `npm run dev` builds many times in one process, which collects when it reaches this.
  ['GOMEMLIMIT', '512MiB'],
] as const;

/**
 * Calls what starts esbuild's process, and lets only that process inherit the settings: no garbage collection. A third of a
 * build's processor time was that. esbuild's own command runs so, too.
 * Source: esbuild 0.28.2, cmd/esbuild/main.go; Go's package runtime, GOGC and GOMEMLIMIT.
 */
export function withoutCollection<Result>(start: () => Result): Result {
  const added = FOR_GO.filter(([name]) => process.env[name] === undefined);
  for (const [name, value] of added) process.env[name] = value;
  try {
    return start();
  } finally {
    for (const [name] of added) delete process.env[name];
  }
}
