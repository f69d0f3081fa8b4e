// Checks the runbooks: commands of ours that exist, parameters of the templates, and one screen each.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseCommandLine } from '../../local/client/command-line/command-line.ts';
import { COMMANDS } from '../../local/client/commands.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const text = read('docs/operate.md');
const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) =>
  block.replaceAll('\\\n', ' '),
);
const lines = blocks.flatMap((block) => block.split('\n'));
const runbooks = text.split(/^## /m).slice(1);
/** An 80 by 50 terminal. */
const SCREEN = 50;

test('there is a runbook for each case', () => {
  expect(runbooks.map((one) => one.split('\n')[0])).toEqual([
    'Save',
    'Roll back',
    'Restore',
    'Loss of a region',
    'Free to paid tier',
    "One person's data",
    'Rotation',
  ]);
});

test.each(runbooks)('is one screen: %#', (runbook) => {
  const rows = runbook.split('\n').map((line) => Math.max(1, Math.ceil(line.length / 80)));
  expect(rows.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(SCREEN);
});

const ours = lines.flatMap((line) => /^node local\/client ([^<>|]*)/.exec(line)?.[1]?.trim() ?? []);

describe('the commands', () => {
  test('of the command line are some', () => {
    expect(ours.length).toBeGreaterThan(8);
  });

  test.each(ours)('node local/client %s is understood', (line) => {
    expect(parseCommandLine(COMMANDS, line.split(' '), {}).kind).toBe('run');
  });

  test('name scripts and files that exist', () => {
    const { scripts } = JSON.parse(read('package.json'));
    const named = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
    const files = [...text.matchAll(/\binfra\/[\w.-]+\.(?:sh|bicep)\b/g)].map(([file]) => file);
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
    expect(Math.min(named.length, files.length)).toBeGreaterThan(1);
  });

  test('pass parameters that the template has, with values that it allows', () => {
    const template = read('infra/main.bicep');
    const types = read('infra/types.bicep');
    const passed = lines
      .filter((line) => line.includes('infra/main.bicep'))
      .flatMap((line) => [...(line.split(' -p ')[1]?.matchAll(/(\w+)=(\S+)/g) ?? [])]);
    expect(passed.length).toBeGreaterThan(5);
    for (const [, name = '', value = ''] of passed) {
      expect(template).toMatch(new RegExp(`^param ${name} `, 'm'));
      if (/^(?:Standard|Free|Premium)_/.test(value)) expect(types).toContain(`'${value}'`);
    }
  });
});
