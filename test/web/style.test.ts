import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ROOT } from '../../local/root.ts';

const FOLDER = join(ROOT, 'web', 'style');

test('the dark theme changes colours alone: there the tests of the page ask axe for nothing else', () => {
  const sources = readdirSync(FOLDER).map((name) => readFileSync(join(FOLDER, name), 'utf8'));
  const dark = sources.flatMap((source) => [
    ...source.matchAll(/@media \(prefers-color-scheme: dark\) \{\n(.*?)\n\}/gs),
  ]);
  expect(dark.length).toBeGreaterThan(0);
  const changed = dark.flatMap(([, block = '']) =>
    [...block.matchAll(/^\s*([\w-]+):/gm)].map(([, property]) => property),
  );
  expect(
    changed.filter((property) => !/^(--[\w-]+|color|background-color)$/.test(property ?? '')),
  ).toEqual([]);
});
