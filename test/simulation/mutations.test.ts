import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ROOT } from '../../local/root.ts';
import { mutated } from './mutation.ts';
import { MUTATIONS, SAMPLE } from './mutations.ts';

describe('the mistakes that the simulation has to notice', () => {
  test.each(MUTATIONS)('$name: this can be made in $file as it is', (mutation) => {
    const source = readFileSync(join(ROOT, mutation.file), 'utf8');
    expect(mutated(mutation, source)).not.toBe(source);
  });

  test('are refused if their text is not in the file once', () => {
    const mutation = { name: 'a line is lost', file: 'a.ts', from: 'keep()', to: '' };
    expect(() => mutated(mutation, 'keep(); keep();')).toThrow(
      'unable to make the mutant "a line is lost"; a.ts has its text 2 times. Bring test/simulation/mutations.ts up to date.',
    );
  });

  test('have names that differ, by which the hunt names them', () => {
    expect(new Set(MUTATIONS.map(({ name }) => name)).size).toBe(MUTATIONS.length);
  });

  test('are sampled by npm test: one in each file that has one', () => {
    const files = new Set(MUTATIONS.map(({ file }) => file));
    expect(SAMPLE.map(({ file }) => file).sort()).toEqual([...files].sort());
  });
});
