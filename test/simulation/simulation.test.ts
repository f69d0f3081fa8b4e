// Runs in separate Node processes, as `npm run simulate` does. In Jest's sandbox access to globals is so slow that the same
// worlds take eight times as long, and a run without the event loop could not be stopped by a time limit.

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Command, runModule } from '../support/processes.ts';
import { sized } from '../support/sizes.ts';
import { MUTATIONS, SAMPLE } from './mutations.ts';

const SEEDS = sized(40, 5_000);
const FUZZED = sized(60, 2_000);
const SEEDS_TWICE = [3, 9, 127];
const HUNTED = sized(SAMPLE, MUTATIONS);
const LIMIT_MS = 600_000;

let twice: Command;
let storms: Command;
let mutants: Command;
let fuzzed: Command;
beforeAll(() => {
  twice = runModule('test/simulation/run.ts', ['--twice', SEEDS_TWICE.join()]);
  storms = runModule('test/simulation/run.ts', ['--seeds', `${SEEDS}`]);
  mutants = runModule('test/simulation/run.ts', ['--mutants', ...sized(['--sample'], [])]);
  fuzzed = runModule('test/simulation/run.ts', ['--fuzz', `${FUZZED}`]);
});
afterAll(() => {
  for (const command of [twice, storms, mutants, fuzzed]) command.signal('SIGKILL');
});

describe('a simulated chat', () => {
  test(
    'runs identically with the same seed, and differently with another one',
    async () => {
      await twice.ended;
      expect(twice.stderr).toBe('');
      const lines = twice.stdout.trimEnd().split('\n');
      expect(lines.map((line) => line.split(' (')[0])).toEqual(
        SEEDS_TWICE.map((seed) => `identical: seed ${seed}: every promise kept`),
      );
      const traces = lines.map((line) => /trace (\w{8}),/.exec(line)?.[1]);
      expect(new Set(traces).size).toBe(SEEDS_TWICE.length);
      expect(await twice.ended).toBe(0);
    },
    LIMIT_MS,
  );

  test(
    `keeps every promise through the storms of ${SEEDS} seeds`,
    async () => {
      // npm run simulate -- --seed S shows the steps to the failure.
      await storms.ended;
      expect(storms.stderr).toBe('');
      expect(storms.stdout).toMatch(new RegExp(`^${SEEDS} seeds from 1: `));
      expect(await storms.ended).toBe(0);
    },
    LIMIT_MS,
  );
});

test(
  `a room log that is fuzzed ${FUZZED} times keeps every promise`,
  async () => {
    await fuzzed.ended;
    expect(fuzzed.stderr).toBe('');
    expect(fuzzed.stdout).toMatch(
      new RegExp(`^${FUZZED} runs from 1 kept every promise, 0 did not: `),
    );
  },
  LIMIT_MS,
);

describe('the simulation', () => {
  beforeAll(async () => {
    await mutants.ended;
    expect(mutants.stderr).toBe('');
  }, LIMIT_MS);

  test.each(HUNTED)('notices that $name, within $within seeds', ({ name }) => {
    const verdict = mutants.stdout.split('\n').find((line) => line.startsWith(`${name}: `));
    expect(verdict).toMatch(/: seed \d+: at /);
  });
});
