// Checks the documents: short lines, links that lead somewhere, and names of files that exist.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');
const MAX_LINE = 200;
/** Files that a machine makes, so no clone has them. */
const NOT_COMMITTED = ['local.settings.json', 'dist/maps/', '.cache/', 'test-results/'];

const documents = execFileSync('git', ['ls-files', '*.md'], { cwd: ROOT, encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && !file.startsWith('findings/'));

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

/** The lines of a document outside of code blocks. */
function proseOf(text: string): readonly string[] {
  let isCode = false;
  return text.split('\n').filter((line) => {
    if (/^ *```/.test(line)) isCode = !isCode;
    return !isCode && !/^ *```/.test(line);
  });
}

/** The anchor that GitHub makes of a heading. */
function anchorOf(heading: string): string {
  return heading
    .replace(/^#+ /, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
    .replaceAll(' ', '-');
}

describe.each(documents)('%s', (file) => {
  const prose = proseOf(read(file));

  test(`has lines of at most ${MAX_LINE} characters outside tables`, () => {
    const long = prose.filter((line) => line.length > MAX_LINE && !/^ *\|/.test(line));
    expect(long).toEqual([]);
  });

  test('links to files and headings that exist', () => {
    const links = [...prose.join('\n').matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)];
    const broken = links.filter(([, path = '', anchor]) => {
      const target = path === '' ? file : join(dirname(file), path);
      if (!existsSync(join(ROOT, target))) return true;
      if (anchor === undefined) return false;
      const headings = proseOf(read(target)).filter((line) => line.startsWith('#'));
      return !headings.map(anchorOf).includes(anchor);
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  test('names files that exist', () => {
    const paths = [...prose.join('\n').matchAll(/`((?:[\w.-]+\/)+[\w.-]+\.\w{1,5})`/g)];
    const missing = paths
      .map(([, path = '']) => path)
      .filter((path) => !NOT_COMMITTED.some((made) => path.startsWith(made)))
      .filter(
        (path) => !existsSync(join(ROOT, path)) && !existsSync(join(ROOT, dirname(file), path)),
      );
    expect(missing).toEqual([]);
  });
});
