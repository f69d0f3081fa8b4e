// The emulator in this process, for programs: tests of an app start and stop it.

import { checkOptions } from './check-options.ts';
import type { EmulatorOptions } from './options.ts';
import { type Emulator, startService } from './server.ts';

/** Resolves when it listens. Rejects with an error whose message says what to do. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const checked = checkOptions(options);
  try {
    return await startService(checked);
  } catch (error) {
    throw explain(error);
  }
}

/** The reasons why a port cannot be used, for the user. The system's own error is the cause. */
function explain(error: unknown): unknown {
  // Not `instanceof Error`: in Jest the system's errors are of another realm.
  const code = typeof error === 'object' && error && 'code' in error ? String(error.code) : '';
  const text = LISTEN_ERRORS[code];
  return text === undefined ? error : new Error(`unable to listen; ${text}`, { cause: error });
}

const LISTEN_ERRORS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is taken. Stop what listens there, or choose another port, 0 for any.',
  EADDRNOTAVAIL: 'this machine has no such address. Choose another ip.',
  EACCES: 'this port needs more rights. Choose a port above 1023.',
};
