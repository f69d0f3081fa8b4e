// After the stack tests: ends the browser and the process that keeps the shared stack, and waits until the stack has ended.

import { once } from 'node:events';

export default async function tearDown() {
  // Where Jest runs all files in its own process. Workers end their browsers themselves.
  await globalThis.keptForTests?.browser?.close();
  const keeper = globalThis.sharedStackProcess;
  if (keeper.exitCode !== null) return;
  const ended = once(keeper, 'exit');
  keeper.disconnect();
  await ended;
}
