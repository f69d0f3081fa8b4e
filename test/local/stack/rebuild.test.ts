import { describe, expect, test } from '@jest/globals';
import type { BuiltFile } from '../../../local/build/build.ts';
import { restartAfterBuild, toBuildFailure } from '../../../local/stack/rebuild.ts';

const built = (...paths: readonly string[]): BuiltFile[] =>
  paths.map((path) => ({ path, bytes: 1, isNew: true }));

async function linesAfter(
  files: readonly BuiltFile[],
  { isFuncByHand = false, failure }: { isFuncByHand?: boolean; failure?: Error } = {},
): Promise<readonly string[]> {
  const lines: string[] = [];
  let now = 1_000;
  const children = isFuncByHand ? [] : [{ name: 'host' as const, pid: 1 }];
  const stack = {
    children,
    restart: async () => {
      now += 500;
      if (!failure || children.length === 0) return;
      children.pop();
      throw failure;
    },
  };
  const use = restartAfterBuild({
    stack,
    monotonicNow: () => now,
    print: (line) => lines.push(line),
  });
  await use(files, 880);
  if (failure) await use(files, now);
  return lines;
}

describe('row dev: a build of npm run dev says one line', () => {
  test.each<[string, readonly BuiltFile[], string]>([
    [
      'with what was built, and how long it took until it runs',
      built('dist/functions/app.cjs', 'dist/maps/app.cjs.map'),
      'built dist/functions/app.cjs, restarted the functions, in 620 ms',
    ],
    [
      'that stays short',
      built('dist/web/a', 'dist/web/b', 'dist/web/c', 'dist/web/d', 'dist/web/e'),
      'built dist/web/a, dist/web/b, dist/web/c and 2 more, restarted the functions, in 620 ms',
    ],
    [
      'also if only a comment has changed',
      [{ path: 'dist/web/main.js', bytes: 1, isNew: false }, ...built('dist/maps/app.cjs.map')],
      'built in 120 ms: nothing that runs has changed',
    ],
  ])('%s', async (_, files, line) => {
    expect(await linesAfter(files)).toEqual([line]);
  });

  test('that asks for a restart of a func that somebody started', async () => {
    expect(await linesAfter(built('dist/web/main.js'), { isFuncByHand: true })).toEqual([
      'built dist/web/main.js in 120 ms. Restart func start to use them',
    ]);
  });

  test('if the functions do not start any more, and the next change tries again', async () => {
    const failure = new Error('unable to start the Functions host; no. Correct it.');
    expect(await linesAfter(built('dist/functions/app.cjs'), { failure })).toEqual([
      'built dist/functions/app.cjs; unable to start the Functions host; no. Correct it. The next change starts the functions again.',
      'built dist/functions/app.cjs, restarted the functions, in 500 ms',
    ]);
  });

  test('with the place of a mistake, and that the last good build runs', () => {
    const mistake = new Error('unable to build; functions/app.ts:1:7: Expected identifier.');
    expect(toBuildFailure(mistake)).toBe(
      'unable to build; functions/app.ts:1:7: Expected identifier. The page goes on with the last good build.',
    );
  });
});
