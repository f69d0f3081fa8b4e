// issues 15 and 18: the bytes of a first visit, which each new feature would raise.

import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from '@jest/globals';
import { compile, type Output } from '../../../local/build/build.ts';

/**
 * What all of these files together may have as gzip. Lower it when a change makes them smaller. Instead of raising it, load the new code
 * when it is needed (web/view/lazy-part.ts).
 */
const MOST_BYTES = 58_250;

let output: Output;
/** The page, and the scripts and styles that its HTML names. */
let files: readonly string[];

beforeAll(async () => {
  output = await compile();
  const html = textOf('index.html');
  const links = html.match(/(?<=(?:src|rel="(?:stylesheet|modulepreload)" href)=")[^"]+/g) ?? [];
  files = ['index.html', ...links];
});

const bytesOf = (path: string) => output.get(`dist/web/${path}`) ?? new Uint8Array();
const textOf = (path: string) => Buffer.from(bytesOf(path)).toString();

test('a first visit loads no more than it may', () => {
  const sizes = files.map((path) => gzipSync(bytesOf(path), { level: 9 }).byteLength);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(MOST_BYTES);
});

test('the HTML names every script that these scripts import, so none waits for another', () => {
  const imported = files.flatMap(
    (path) => textOf(path).match(/(?<=(?:from|import)"\.\/)[\w-]+\.js/g) ?? [],
  );
  expect(imported.length).toBeGreaterThan(0);
  expect(files).toEqual(expect.arrayContaining(imported));
});
