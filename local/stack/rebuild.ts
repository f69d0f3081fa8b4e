// `npm run dev`: uses each new build, and says so in one line.

import type { BuiltFile } from '../build/build.ts';
import { messageOf } from '../command.ts';
import type { Stack } from './stack.ts';

interface RebuildDeps {
  readonly stack: Pick<Stack, 'children' | 'restart'>;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonicNow: () => number;
  readonly print: (line: string) => void;
}

/** More would not fit into a line. */
const NAMED = 3;

/** @returns what follows a build that began at `startedAt`. It never rejects. */
export function restartAfterBuild({ stack, monotonicNow, print }: RebuildDeps) {
  // Now, because a host that failed to start is gone, and the next change starts it again.
  const isFuncByHand = !stack.children.some(({ name }) => name === 'host');
  return async (files: readonly BuiltFile[], startedAt: number): Promise<void> => {
    const took = () => `${Math.round(monotonicNow() - startedAt)} ms`;
    const changed = files
      .filter(({ isNew, path }) => isNew && !path.endsWith('.map'))
      .map(({ path }) => path);
    if (changed.length === 0) {
      print(`built in ${took()}: nothing that runs has changed`);
      return;
    }
    const more = changed.length > NAMED ? ` and ${changed.length - NAMED} more` : '';
    const built = `built ${changed.slice(0, NAMED).join(', ')}${more}`;
    // Also for files of the page, because the app reads them once.
    if (isFuncByHand) {
      print(`${built} in ${took()}. Restart func start to use them`);
      return;
    }
    try {
      await stack.restart('host');
      print(`${built}, restarted the functions, in ${took()}`);
    } catch (error) {
      print(`${built}; ${messageOf(error)} The next change starts the functions again.`);
    }
  };
}

/** The error has the place of the mistake, and `dist/` has not changed. */
export function toBuildFailure(error: Error): string {
  return `${error.message} The page goes on with the last good build.`;
}
