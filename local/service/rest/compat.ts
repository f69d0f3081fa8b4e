// `--compat`: what the official emulator (1.1.0) does otherwise than the service, for who needs exactly that.
// Not copied are its mistakes: numbers and dates that change, invocations with more than ten arguments that vanish.
// Elsewhere: connections are never timed out for silence, tokens are good for any address and time, an invocation that
// no upstream takes is never answered, REST closes only ask the client to leave, and `excluded` does not protect from them.

import { closeConnection } from './rest-operations.ts';
import type { Route } from './rest-routes.ts';

/** Its statuses are those of v1, except for the one call that it answers as the service does. */
export function compatStatus({ operation, status, statusV1 }: Route): number {
  return operation === closeConnection ? status : statusV1;
}

/** Its member names, which readers have to take in any letter case. */
export function compatDisconnected(error: string | undefined): object {
  return { Type: 11, Error: error };
}
