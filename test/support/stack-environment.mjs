// The environment of the stack tests. Playwright and one Chromium stay in the worker between its files: a Chromium for each
// file took two seconds of processor time, and loading Playwright again another half.

import { createRequire } from 'node:module';
import FastEnvironment from './fast-environment.mjs';

/** What jest-worker 30.5.2 sends to a worker when there is nothing left to do: CHILD_MESSAGE_END. */
const END = 2;

/** Of this process. `browser` is there once a file has asked for it, and `hasFailed` is that of the test that runs: browser.ts. */
const kept = { require: createRequire(import.meta.url), browser: undefined, hasFailed: false };
globalThis.keptForTests = kept;

// The open browser would keep the worker alive. Playwright ends it with the process.
process.on('message', ([type]) => {
  if (type === END && kept.browser) process.exit();
});

export default class StackEnvironment extends FastEnvironment {
  constructor(config, context) {
    super(config, context);
    this.global.keptForTests = kept;
  }

  handleTestEvent({ name }) {
    if (name === 'test_start') kept.hasFailed = false;
    if (name === 'test_fn_failure') kept.hasFailed = true;
  }
}
