import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

const project = {
  testEnvironment: '<rootDir>/test/support/fast-environment.mjs',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', tsx: true },
          transform: { react: { runtime: 'automatic', importSource: 'preact' } },
        },
      },
    ],
  },
};

/** Paths of the test files below `test/` whose text has the pattern. */
const testsThat = (pattern) =>
  readdirSync(join(import.meta.dirname, 'test'), { recursive: true })
    .filter((path) => path.endsWith('.test.ts'))
    .filter((path) => pattern.test(readFileSync(join(import.meta.dirname, 'test', path), 'utf8')))
    .map((path) => join('<rootDir>', 'test', path));

/** They have a setup of their own. */
const WITH_STACK = ['<rootDir>/test/stack/', '<rootDir>/test/clients/'];

/** A file that starts commands. It needs no stack, and most of its time is the start of Node. */
const startsProcesses = testsThat(/ from '(node:child_process|[./]+\/support\/processes\.ts)'/);

const unit = {
  ...project,
  displayName: 'unit',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: [...WITH_STACK, ...startsProcesses],
};

const commands = {
  ...project,
  displayName: 'commands',
  testMatch: startsProcesses,
  testPathIgnorePatterns: WITH_STACK,
};

const stack = {
  ...project,
  displayName: 'stack',
  testEnvironment: '<rootDir>/test/support/stack-environment.mjs',
  testMatch: ['<rootDir>/test/stack/**/*.test.ts'],
  globalSetup: '<rootDir>/test/support/stack-setup.mjs',
  globalTeardown: '<rootDir>/test/support/stack-teardown.mjs',
};

/** By `npm run test:soak`: the storms at full length, which are all suites that have two sizes, and the clients that people bring. */
const soak = {
  ...stack,
  displayName: 'soak',
  globals: { isSoak: true },
  testMatch: [...testsThat(/\/support\/sizes\.ts/), '<rootDir>/test/clients/*.test.ts'],
};

export default {
  // A machine may be busy; a test that hangs is a failure all the same.
  testTimeout: 60_000,
  // Suites of the stack wait as much as they work: on two cores five of them take turns. A number, because Jest 30
  // takes '250%' for 250 workers.
  maxWorkers: Math.ceil(availableParallelism() * 2.5),
  testSequencer: '<rootDir>/test/support/longest-first.mjs',
  reporters: ['default', '<rootDir>/test/support/rerun-reporter.mjs'],
  // Not beside the short forms, which `npm test` runs.
  projects: process.argv.includes('soak') ? [soak] : [unit, commands, stack],
};
