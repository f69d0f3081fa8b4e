// Start and failure of the commands of this folder.

import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Runs `main` if Node was started with this module. A failure is one line on stderr and exit code 1. */
export async function runAsCommand(moduleUrl: string, main: () => Promise<void>): Promise<void> {
  const [, entry] = process.argv;
  if (!entry || realpathSync(entry) !== realpathSync(fileURLToPath(moduleUrl))) return;
  try {
    await main();
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  }
}

/** Also for an error of another realm, which is not `instanceof Error` here. */
export function messageOf(error: unknown): string {
  const hasMessage = typeof error === 'object' && error !== null && 'message' in error;
  return hasMessage ? String(error.message) : String(error);
}
