// Another commit beside this one: its checkout in a temporary folder, built, so that a benchmark can run both in turns.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../local/root.ts';

export interface BaseBuild {
  /** The folder of its checkout. */
  readonly root: string;
  /** Loads one of its modules, by the path below its root. The caller names the type. */
  load<Module>(path: string): Promise<Module>;
  remove(): void;
}

/**
 * Checks out the commit and builds it. It uses the packages of this checkout. Remove it when the measurement is over.
 * Throws if git does not know the commit, or the commit does not build.
 */
export async function buildBase(commit: string): Promise<BaseBuild> {
  const folder = mkdtempSync(join(tmpdir(), 'chat-base-'));
  const root = join(folder, 'checkout');
  const remove = () => {
    rmSync(folder, { recursive: true, force: true });
    git('worktree', 'prune');
  };
  try {
    git('worktree', 'add', '--quiet', '--detach', root, commit);
    symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
    const load = (path: string) => import(pathToFileURL(join(root, path)).href);
    const { build } = await load('local/build/build.ts');
    await build({ forProduction: true });
    return { root, load, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

function git(...args: readonly string[]): void {
  execFileSync('git', args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
}
