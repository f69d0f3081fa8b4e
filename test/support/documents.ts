// The documents of the checkout, as the tests of test/docs/ read them.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** @param file from the checkout */
export const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

/** Of these folders and names no clone has anything, or nothing of ours. */
const NOT_OURS = ['node_modules', 'dist', 'test-results', 'coverage', '.git', '.cache', '.data'];

/** The files below a folder that end like this, from the checkout, in order. */
export function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
      if (NOT_OURS.includes(entry.name)) return [];
      if (entry.isDirectory()) return filesBelow(path, ending);
      return entry.name.endsWith(ending) ? [path] : [];
    })
    .sort();
}

export interface Split {
  /** The lines outside of code blocks. */
  readonly prose: readonly string[];
  /** The lines of code blocks, each with its language. */
  readonly code: readonly { readonly language: string; readonly line: string }[];
}

export function split(text: string): Split {
  const prose: string[] = [];
  const code: { language: string; line: string }[] = [];
  let language: string | undefined;
  for (const line of text.split('\n')) {
    const [fence, named = ''] = /^ *```(\w*)/.exec(line) ?? [];
    if (fence !== undefined) language = language === undefined ? named : undefined;
    else if (language === undefined) prose.push(line);
    else code.push({ language, line });
  }
  return { prose, code };
}

/** What stands between backticks. */
export function spansOf(text: string): string[] {
  return split(text).prose.flatMap((line) =>
    [...line.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span.replaceAll('\\|', '|')),
  );
}

/** The first group of each match, without repetitions, in order. */
export function findAll(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, found = '']) => found))].sort();
}

/** The part of a document below a heading, up to the next heading of its level or above. */
export function below(text: string, heading: string): string {
  const lines = text.split('\n');
  const at = lines.indexOf(heading);
  if (at < 0)
    throw new Error(`unable to read a part; there is no heading ${heading}. Correct its name.`);
  const level = heading.indexOf(' ');
  const rest = lines.slice(at + 1);
  const end = rest.findIndex((line) => /^#+ /.test(line) && line.indexOf(' ') <= level);
  return (end < 0 ? rest : rest.slice(0, end)).join('\n');
}

/** The cells of the rows of all tables of a text, without the heads. */
export function rowsOf(text: string): string[][] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    const isRow = /^\|/.test(line) && !/^\|[-:| ]+$/.test(line);
    const isHead = /^\|[-:| ]+$/.test(lines[index + 1] ?? '');
    if (!isRow || isHead) return [];
    return [
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    ];
  });
}
/** The folders below a folder, and itself, that have such files directly in them. */
export function foldersBelow(folder: string, pattern: RegExp): string[] {
  const files = filesBelow(folder, '').filter((file) => pattern.test(file));
  return [...new Set(files.map((file) => file.split('/').slice(0, -1).join('/')))].sort();
}

/** A number that a file declares, which may be a product: `5 * 60_000`. Throws if there is none of that name. */
export function declared(file: string, name: string): number {
  const [, product] =
    new RegExp(`\\b${name}(?:: | = )([\\d_]+(?: \\* [\\d_]+)*)`).exec(read(file)) ?? [];
  if (product === undefined) {
    throw new Error(`unable to find ${name} in ${file}; a document relies on it. Correct both.`);
  }
  return product.split(' * ').reduce((all, factor) => all * Number(factor.replaceAll('_', '')), 1);
}

/** With commas, as documents write it. */
export const withCommas = (number: number) => number.toLocaleString('en-US');
