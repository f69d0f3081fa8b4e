// Checks the documents: short lines, links that lead somewhere, and names of files, folders and scripts that exist.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');
const MAX_LINE = 200;
/** Files that a machine makes, so no clone has them, and files of other projects. */
const NOT_COMMITTED = [
  'local.settings.json',
  'settings.json',
  'released-package.zip',
  'dist/',
  '.cache/',
  'test-results/',
  'extensions.json',
  'bundleConfig.json',
];

const committed = execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(ROOT, file)));
const documents = committed.filter((file) => file.endsWith('.md') && !file.startsWith('findings/'));
const files = new Set(committed);
const folders = new Set(committed.flatMap(parentsOf));
const scripts = Object.keys(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).scripts);

/** The folders in which a file or folder is. The checkout is the empty one. */
function parentsOf(path: string): string[] {
  const parent = path.split('/').slice(0, -1);
  return parent.map((_, index) => parent.slice(0, index + 1).join('/'));
}

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

  test('has one sentence a line outside tables, so that a diff shows what has changed', () => {
    const isHistory = file === 'CHANGELOG.md' || file === 'bench/RESULTS.md';
    const several = prose.filter(
      (line) => !/^(?:\||#|<!--)/.test(line) && hasSeveralSentences(line),
    );
    expect(isHistory ? [] : several).toEqual([]);
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

  test('names files and folders that exist, by their path or after one in the same folder', () => {
    expect(prose.flatMap((line) => missingIn(line, dirname(file)))).toEqual([]);
  });

  test('names scripts of package.json', () => {
    // Of code blocks, too.
    const named = [...read(file).matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
  });
});

/** What is quoted, linked, emphasised, in brackets or code counts as one word. */
const ONE_WORD = [
  /`[^`]*`/g,
  /\]\([^)]*\)/g,
  /"[^"]*"/g,
  /\([^()]*\)/g,
  /(?<!\*)\*[^*\s][^*]*\*(?!\*)/g,
  /\*\*[^*]*\*\*/g,
];

function hasSeveralSentences(line: string): boolean {
  const text = line.replace(/^ *(?:(?:[-*]|\d+\.) +)?/, '');
  const words = ONE_WORD.reduce(
    (rest, pattern) => rest.replace(pattern, (found) => 'x'.repeat(found.length)),
    text,
  );
  return /[.!?]\)?(?<!e\.g\.)(?<!i\.e\.) +(?=[A-Zx])/.test(words);
}

test.each([
  ['One fact. Another one.', true],
  ['- **When**: once. Never again.', true],
  ['1. Run `a. B` and read *no. No*.', false],
  ['**Names.** One file a noun.', false],
])('the check of sentences: %s', (line, has) => {
  expect(hasSeveralSentences(line)).toBe(has);
});

/** A path, a file's name or a folder's name in backticks, for example `web/view/`, `hub.ts`, `infra/*.bicep`. */
const NAMED =
  /`((?:[\w.-]+\/)+|(?:[\w.-]+\/)*[\w.*-]+\.(?:tsx?|[cm]?js|json|bicep|kql|css|html|md|ya?ml|svg|png|zip))`/g;

/** Names in the line that are nowhere: from the checkout, the document, or the folders of the line's names before them. */
function missingIn(line: string, folder: string): string[] {
  const places = ['.', folder];
  return [...line.matchAll(NAMED)].flatMap(([, name = '']) => {
    if (NOT_COMMITTED.some((made) => name.startsWith(made))) return [];
    const found = places.map((place) => find(name, place)).find((path) => path !== undefined);
    if (found !== undefined)
      places.push(...parentsOf(`${found.replace(/\/$/, '')}/`), ...parentsOf(found));
    return found === undefined && !isTheOnly(name) ? [name] : [];
  });
}

/** The path from the checkout, of a file or folder that exists. */
function find(name: string, place: string): string | undefined {
  const path = join(place, name);
  if (path.endsWith('/')) return folders.has(path.slice(0, -1)) ? path : undefined;
  const isThere = path.includes('*') ? committed.some(matching(path)) : files.has(path);
  return isThere ? path : undefined;
}

/** Whether exactly one file has this name, or files of any folder have a name of this pattern. */
function isTheOnly(name: string): boolean {
  const same = committed.map((file) => file.split('/').at(-1) ?? '').filter(matching(name));
  return name.includes('*') ? same.length > 0 : same.length === 1;
}

function matching(path: string): (file: string) => boolean {
  const escaped = path.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*');
  const pattern = new RegExp(`^${escaped}$`);
  return (file) => pattern.test(file);
}

describe('the check of names', () => {
  test.each([
    ['`functions/nowhere.ts`', ['functions/nowhere.ts']],
    ['`functions/hub/`, `functions/nowhere/`', ['functions/nowhere/']],
    ['`functions/hub/message.ts`, `typing.ts`, `members.ts`', []],
    // Two files have this name, and none is in the folder that the line names.
    ['`functions/hub/message.ts`, `frames.ts`', ['frames.ts']],
    ['`web/connection/connection.ts` → `hub.ts`', []],
    ['`infra/*.bicep`, `infra/*.nowhere.json`', ['infra/*.nowhere.json']],
  ])('finds in %s what is missing', (line, missing) => {
    expect(missingIn(line, '.')).toEqual(missing);
  });
});
