import { describe, expect, test } from '@jest/globals';
import { createLevelFilter, createLineLog, DEFAULT_LOG_LEVELS } from '../../../local/host/log.ts';
import { toPathPattern } from '../../../local/host/worker/entry-points.ts';

describe('the level filter', () => {
  const levels = { ...DEFAULT_LOG_LEVELS, 'Function.noisy': 'error' } as const;
  test.each([
    ['information', 'Function.send', true],
    ['debug', 'Function.send.User', false],
    ['information', 'Host.Startup', false],
    ['warning', 'Host.Startup', true],
    ['warning', 'Function.noisy.User', false],
    ['error', 'Function.noisy', true],
    ['information', 'Function.noisyToo', true],
    ['none', 'Function.send', false],
  ] as const)('%s of %s: %j', (level, category, isShown) => {
    expect(createLevelFilter(levels)(level, category)).toBe(isShown);
  });

  test('has its own level for lines of functions', () => {
    const filter = createLevelFilter(levels, 'Debug');
    expect(filter('debug', 'Function.send.User')).toBe(true);
    expect(filter('debug', 'Function.send')).toBe(false);
  });
});

test.each([
  [false, '[1970-01-01T00:00:00.000Z] oh\n'],
  [true, '\u001b[90m[1970-01-01T00:00:00.000Z]\u001b[0m \u001b[31moh\u001b[0m\n'],
])('a line with colours %j is %j', (hasColours, line) => {
  const lines: string[] = [];
  createLineLog(
    (text) => lines.push(text),
    hasColours,
    () => 0,
  )('error', 'Host', 'oh');
  expect(lines).toEqual([line]);
});

test.each([
  ['app.cjs', ['app.cjs'], ['appxcjs', 'a/app.cjs']],
  [
    'dist/functions/*.js',
    ['dist/functions/a.js'],
    ['dist/functions/a/b.js', 'dist/functions/a.jsx'],
  ],
  ['dist/{index.js,functions/*.js}', ['dist/index.js', 'dist/functions/a.js'], ['dist/a.js']],
  ['dist/**/*.js', ['dist/a.js', 'dist/b/c/a.js'], ['a.js']],
  ['a?.js', ['ab.js'], ['a.js', 'a/.js']],
])('the entry pattern %s takes %j and not %j', (glob, taken, left) => {
  const pattern = toPathPattern(glob);
  expect(taken.every((path) => pattern.test(path))).toBe(true);
  expect(left.some((path) => pattern.test(path))).toBe(false);
});
