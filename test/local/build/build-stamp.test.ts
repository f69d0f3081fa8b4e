// issue 15: a start with the same files needs no build, and never serves an old one.

import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { build } from '../../../local/build/build.ts';
import { isBuilt, writeStamp } from '../../../local/build/build-stamp.ts';
import { ROOT } from '../../../local/root.ts';

const SOURCES: Readonly<Record<string, string>> = {
  'functions/app.ts': "import { left } from 'left';\nexport const app = left;\n",
  'web/main.tsx': "document.title = 'hello';\n",
  'web/index.html': '<!doctype html>',
  'node_modules/left/package.json': '{"name":"left","version":"1.0.0","main":"index.js"}',
  'node_modules/left/index.js': 'exports.left = 1;',
  'node_modules/.package-lock.json': '{}',
  'package.json': '{"name":"tiny","type":"module"}',
};

const STAMP = '.cache/build.json';

let root: string;
/** Of a real build: the files that it read, and those that it made. */
let read: readonly string[];
const output = new Map<string, Buffer>();

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'stamp-'));
  const client = 'node_modules/@microsoft/signalr';
  await cp(join(ROOT, client), join(root, client), { recursive: true });
  for (const [path, text] of Object.entries(SOURCES)) await write(path, text);
  await buildTwice();
  read = await stampedPaths();
  for (const { path } of await build({ root })) {
    output.set(path, await readFile(join(root, path)));
  }
});
// What a real build leaves, without its time. The first test holds it against one.
beforeEach(async () => {
  for (const path of ['dist', '.cache', 'web', 'tsconfig.json']) {
    await rm(join(root, path), { recursive: true, force: true });
  }
  for (const [path, text] of Object.entries(SOURCES)) await write(path, text);
  for (const [path, contents] of output) await write(path, contents);
  await writeStamp({ root }, read, output, Number.POSITIVE_INFINITY);
  // So what a test changes is the one reason for a build.
  expect(await isBuilt({ root })).toBe(true);
});
afterAll(() => rm(root, { recursive: true }));

describe('issue 15: a build', () => {
  test('is not needed after one of the same files', async () => {
    await buildTwice();
    expect((await stampedPaths()).toSorted()).toEqual(read.toSorted());
    expect(await isBuilt({ root })).toBe(true);
    expect(await isBuilt({ root, withPageMap: true })).toBe(false);
    expect(await isBuilt({ root, forProduction: true })).toBe(false);
  });

  test('for this machine is not needed after one for all, and one for all is after it', async () => {
    expect(await isBuilt({ root, isForThisMachine: true })).toBe(true);
    await writeStamp({ root, isForThisMachine: true }, read, output, Number.POSITIVE_INFINITY);
    expect(await isBuilt({ root, isForThisMachine: true })).toBe(true);
    expect(await isBuilt({ root })).toBe(false);
  });

  test.each([
    ['a changed source of the same size', 'web/main.tsx', "document.title = 'hullo';\n"],
    ['a changed static file', 'web/index.html', '<!doctype html>!'],
    ['a new source', 'web/main.ts', ''],
    ['a changed file of a dependency', 'node_modules/left/index.js', 'exports.left = 2;'],
    ['a changed version of a dependency', 'node_modules/left/package.json', '{"version":"1.0.1"}'],
    ['an installation', 'node_modules/.package-lock.json', '{"packages":{}}'],
    ['a new tsconfig.json', 'tsconfig.json', '{}'],
    ['a changed output', 'dist/functions/app.cjs', 'old'],
    ['an output of another build', 'dist/web/other.js', ''],
    ['a damaged stamp', STAMP, '{"options":'],
  ])('is needed after %s', async (_, path, text) => {
    await write(path, text);
    expect(await isBuilt({ root })).toBe(false);
  });

  test.each(['web/index.html', 'node_modules/left/index.js', 'dist/functions/app.cjs', 'dist'])(
    'is needed without %s',
    async (path) => {
      await rm(join(root, path), { recursive: true });
      expect(await isBuilt({ root })).toBe(false);
    },
  );

  test.each([
    'local/build/build.ts',
    'local/build/page-client.ts',
    'node_modules/esbuild',
    'node_modules/@swc/core',
  ])('is needed after a change of the builder: %s', async (path) => {
    const { sources, ...rest } = await readStamp();
    const older = sources.map(([source, version]: [string, string]) => [
      source,
      source.startsWith(join(ROOT, path)) ? 'older' : version,
    ]);
    expect(older).not.toEqual(sources);
    await write(STAMP, JSON.stringify({ ...rest, sources: older }));
    expect(await isBuilt({ root })).toBe(false);
  });

  test('leaves no stamp if a source changes meanwhile', async () => {
    const made = new Map([['dist/functions/app.cjs', Buffer.from('')]]);
    const startedAt = Date.now();
    await rm(join(root, '.cache'), { recursive: true });
    await write('web/main.tsx', 'changed');
    await writeStamp({ root }, [], made, startedAt);
    await expect(readStamp()).rejects.toThrow('ENOENT');
  });
});

/** The first build may begin in the same instant in which a file was written. Then it leaves no stamp. */
async function buildTwice(): Promise<void> {
  await build({ root });
  await build({ root });
}

async function readStamp() {
  return JSON.parse(await readFile(join(root, STAMP), 'utf8'));
}

async function stampedPaths(): Promise<string[]> {
  return (await readStamp()).sources.map(([path]: [string, string]) => path);
}

async function write(path: string, contents: string | Buffer): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), contents);
}
