// `--compat`: behaviour of the official emulator (1.1.0) that differs from the service.
// Its mistakes are not copied: changed numbers and dates, lost invocations with more than ten arguments.
// In other files: silent connections have no timeout, tokens are valid for any address and time, an invocation without
// an upstream gets no answer, REST closes only ask the client to leave, and `excluded` does not protect from them.

import { closeConnection } from './rest-operations.ts';
import type { Route } from './rest-routes.ts';

/** The statuses of v1, except for the one call with the service's status. */
export function compatStatus({ operation, status, statusV1 }: Route): number {
  return operation === closeConnection ? status : statusV1;
}

/** Member names in the official emulator's letter case. */
export function compatDisconnected(error: string | undefined): object {
  return { Type: 11, Error: error };
}
