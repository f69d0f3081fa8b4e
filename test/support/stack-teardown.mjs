// After the stack tests: ends the process that keeps the shared stack, and waits until the stack has ended.

import { once } from 'node:events';

export default async function tearDown() {
  const keeper = globalThis.sharedStackProcess;
  if (keeper.exitCode !== null) return;
  const ended = once(keeper, 'exit');
  keeper.disconnect();
  await ended;
}
