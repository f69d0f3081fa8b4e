// `CHAT_TEST_HOST`: the command of another Functions host than the embedded one, for the tests of the stack.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { findFreePort } from '../../local/stack/ports.ts';
import type { StackOptions } from '../../local/stack/stack.ts';

/** In words, e.g. `func start --enableAuth`; none for the embedded host. */
const COMMAND = (process.env.CHAT_TEST_HOST ?? '').split(/\s+/).filter((word) => word !== '');

/**
 * What `startStack` needs so that the host of CHAT_TEST_HOST runs the functions, and takes `functionKey`.
 * Nothing for the embedded host.
 */
export async function chooseHost(
  functionKey?: string,
): Promise<Pick<StackOptions, 'host' | 'blobPort'>> {
  if (COMMAND.length === 0) return {};
  const withKey = [
    process.execPath,
    '--import',
    createRequire(import.meta.url).resolve('tsx'),
    join(import.meta.dirname, 'host-with-keys.ts'),
    functionKey,
  ].filter((word) => word !== undefined);
  return {
    host: functionKey === undefined ? COMMAND : [...withKey, ...COMMAND],
    blobPort: await findFreePort(),
  };
}
