import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'launch-'));
  await mkdir(join(root, 'local'));
  await cp('local/launch.mjs', join(root, 'local/launch.mjs'));
  await symlink(resolve('node_modules'), join(root, 'node_modules'));
});
afterEach(() => rm(root, { recursive: true }));

const write = (path: string, source: string) => writeFile(join(root, path), source);
const launch = async (...args: readonly string[]) => {
  const run = promisify(execFile)(process.execPath, ['local/launch.mjs', 'a.ts', ...args], {
    cwd: root,
  });
  return (await run).stdout;
};
const bundles = async () => (await readdir(join(root, '.cache/launch'))).sort();

test('a launched command has its arguments and the `import.meta` of its source', async () => {
  await write('a.ts', `import './b.ts';\nconsole.log(JSON.stringify(process.argv.slice(1)));`);
  await write(
    'b.ts',
    'console.log(import.meta.url); console.log(import.meta.dirname); console.log("import.meta.url");',
  );
  const [url = '', folder, word, args = ''] = (await launch('--port', '0')).split('\n');
  expect(url).toMatch(/^file:.*\/b\.ts$/);
  expect(folder).toBe(resolve(new URL(url).pathname, '..'));
  expect(word).toBe('import.meta.url');
  expect(JSON.parse(args)).toEqual([expect.stringMatching(/a\.ts$/), '--port', '0']);
});

test('a launched command is compiled once, and again after a source changed', async () => {
  await write('a.ts', `import { word } from './b.ts';\nconsole.log(word satisfies string);`);
  await write('b.ts', `export const word: string = 'one';`);
  expect(await launch()).toBe('one\n');
  const first = await bundles();
  expect(await launch()).toBe('one\n');
  expect(await bundles()).toEqual(first);
  await write('b.ts', `export const word: string = 'another';`);
  expect(await launch()).toBe('another\n');
  await rm(join(root, 'b.ts'));
  await expect(launch()).rejects.toThrow('./b.ts');
});

test('what a launched command imports later is not loaded before', async () => {
  await write('a.ts', `console.log('first'); await import('./b.ts');`);
  await write('b.ts', `import 'no-such-package';`);
  await expect(launch()).rejects.toMatchObject({
    stdout: 'first\n',
    stderr: expect.stringContaining('no-such-package'),
  });
});

test('row start: a checkout that cannot be written to is refused with what to do', async () => {
  await write('a.ts', `console.log('started');`);
  await write('.cache', '');
  await expect(launch()).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(
      /^unable to write to \S+launch; [^\n]+\. Make the checkout writable, or copy it to [^\n]+\.\n$/,
    ),
  });
});

test('the stack of an error points into the source', async () => {
  await write('a.ts', `interface Unused {}\n\nconst n: number = 1;\nthrow new Error(String(n));`);
  await expect(launch()).rejects.toMatchObject({
    stderr: expect.stringMatching(/a\.ts:4:\d+/),
  });
});

test('issue 15: `npm start` bundles what it starts in other processes, once and together', async () => {
  const started = ['local/stack/azurite-process.ts', 'local/service/cli.ts', 'local/host/cli.ts'];
  for (const path of [...started, 'local/start.ts']) {
    await mkdir(join(root, path, '..'), { recursive: true });
    await write(path, `console.log(${JSON.stringify(path)});`);
  }
  const run = async (path: string) => {
    const args = ['local/launch.mjs', path];
    return (await promisify(execFile)(process.execPath, args, { cwd: root })).stdout;
  };
  expect(await run('local/start.ts')).toBe('local/start.ts\n');
  const first = await bundles();
  expect(first.filter((name) => !name.endsWith('.json'))).toHaveLength(1);
  for (const path of started) expect(await run(path)).toBe(`${path}\n`);
  expect(await bundles()).toEqual(first);
  // A part that has changed since is bundled alone.
  await write('local/host/cli.ts', `console.log('new');`);
  expect(await run('local/host/cli.ts')).toBe('new\n');
});
