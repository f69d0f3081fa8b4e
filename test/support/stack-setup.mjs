// Before the stack tests: builds the app, and starts the process that keeps the shared stack. Both are separate processes,
// because Jest loads this file without support for TypeScript modules.

import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export default async function setUp() {
  execFileSync(process.execPath, ['local/launch.mjs', 'local/build/build.ts'], { stdio: 'pipe' });
  const keeper = fork(join(import.meta.dirname, 'shared-stack-process.mjs'));
  globalThis.sharedStackProcess = keeper;
  const [{ port }] = await Promise.race([once(keeper, 'message'), failed(keeper)]);
  // Jest's workers inherit it.
  process.env.SHARED_STACK = `http://127.0.0.1:${port}`;
}

async function failed(keeper) {
  const [code] = await once(keeper, 'exit');
  throw new Error(
    `unable to share a stack; its process ended with exit code ${code}. Its error is above.`,
  );
}
