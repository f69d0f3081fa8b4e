// `CHAT_TEST_HOST`: the command of another Functions host for the tests of the stack, instead of the embedded one.

import { join } from 'node:path';
import { findFreePort } from '../../local/stack/ports.ts';
import type { StackOptions } from '../../local/stack/stack.ts';

/** The words of the command, e.g. `func start --enableAuth`. Empty for the embedded host. */
const COMMAND = (process.env.CHAT_TEST_HOST ?? '').split(/\s+/).filter((word) => word !== '');

/**
 * The options of `startStack` with which the host of CHAT_TEST_HOST runs the functions and accepts `functionKey`.
 * Empty for the embedded host.
 */
export async function chooseHost(
  functionKey?: string,
): Promise<Pick<StackOptions, 'host' | 'blobPort'>> {
  if (COMMAND.length === 0) return {};
  const withKey = [
    process.execPath,
    join(import.meta.dirname, '../../local/launch.mjs'),
    join(import.meta.dirname, 'host-with-keys.ts'),
    functionKey,
  ].filter((word) => word !== undefined);
  return {
    host: functionKey === undefined ? COMMAND : [...withKey, ...COMMAND],
    blobPort: await findFreePort(),
  };
}
