// What the commands of this folder have in common: how they begin, and how they fail.

import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Runs `main` if the module is what Node was started with; a failure is one line on stderr and exit code 1. */
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

/** Also of an error from another realm, which is no `instanceof Error` here. */
export function messageOf(error: unknown): string {
  const hasMessage = typeof error === 'object' && error !== null && 'message' in error;
  return hasMessage ? String(error.message) : String(error);
}
