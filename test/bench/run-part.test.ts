import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { runPart } from '../../bench/all/run-part.ts';
import { allGone } from '../support/processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'run-part-'));
afterAll(() => rmSync(folder, { recursive: true }));

function benchmark(name: string, code: string): string {
  const file = join(folder, `${name}.ts`);
  writeFileSync(file, code);
  return file;
}

const quiet = () => ({
  timeLimitMs: 60_000,
  signal: new AbortController().signal,
  onOutput: () => {},
});

test('a benchmark gets its arguments, and what it prints is the result', async () => {
  const file = benchmark('prints', 'console.log("|", process.argv.slice(2).join(), "|")');
  expect(await runPart(file, ['--people', '3'], quiet())).toBe('| --people,3 |');
});

test('a benchmark that fails is no result', async () => {
  const file = benchmark('fails', 'console.log("| half a table |"); process.exitCode = 3;');
  await expect(runPart(file, [], quiet())).rejects.toThrow(/measure fails; it ended with code 3/);
});

test('a benchmark that takes too long is ended', async () => {
  const file = benchmark('hangs', 'setInterval(() => {}, 1_000);');
  await expect(runPart(file, [], { ...quiet(), timeLimitMs: 1 })).rejects.toThrow(
    /measure hangs; it took longer than 0 minutes\. Give it more with --minutes/,
  );
});

test('nothing is left of a benchmark that is interrupted: neither its processes nor its temporary files', async () => {
  const file = benchmark(
    'forks',
    `import { spawn } from 'node:child_process';
     import { mkdtempSync } from 'node:fs';
     import { tmpdir } from 'node:os';
     mkdtempSync(tmpdir() + '/left-');
     const deaf = 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1_000); console.log(process.pid + " " + process.env.TMPDIR);';
     // Like a part of a stack. It keeps the output open, too.
     spawn(process.execPath, ['-e', deaf], { detached: process.platform === 'linux', stdio: ['ignore', 'inherit', 'ignore'] });
     setInterval(() => {}, 1_000);`,
  );
  const interrupted = new AbortController();
  let [pid, files] = ['', ''];
  const onOutput = (text: string) => {
    [pid = '', files = ''] = text.trim().split(' ');
    interrupted.abort();
  };
  await expect(
    runPart(file, [], { ...quiet(), signal: interrupted.signal, onOutput }),
  ).rejects.toThrow(/measure forks; it was interrupted/);
  expect(files).toMatch(/bench-part-/);
  expect(existsSync(files)).toBe(false);
  await allGone([Number(pid)]);
});
