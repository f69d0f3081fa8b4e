// docs/security.md names tests for each threat. Every threat has one, and every named test exists.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');
const [, threats = ''] = readFileSync(join(ROOT, 'docs/security.md'), 'utf8').split('## Threats');
const rows = threats
  .split('\n')
  .filter((line) => /^\|(?! *Threat|-)/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, threat = '', , tests = '']) => {
    const named = [...tests.matchAll(/`([^`]+) › ([^`]+)`/g)];
    return { threat, tests: named.map(([, file = '', title = '']) => ({ file, title })) };
  });

test('every threat has a test', () => {
  expect(rows.length).toBeGreaterThan(20);
  expect(rows.filter(({ tests }) => tests.length === 0).map(({ threat }) => threat)).toEqual([]);
});

test('every named test exists', () => {
  const named = rows.flatMap(({ tests }) => tests);
  const isThere = ({ file, title }: { file: string; title: string }) =>
    readFileSync(join(ROOT, file), 'utf8').includes(title);
  expect(named.filter((one) => !isThere(one))).toEqual([]);
});
