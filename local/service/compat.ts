// `--compat`: behaviour of the official emulator (1.1.0) that differs from the service.
// Its mistakes are not copied: changed numbers and dates, lost invocations with more than ten arguments.
// In other files: silent connections have no timeout, tokens are valid for any address and time, an invocation without
// an upstream gets no answer, REST closes only ask the client to leave, and `excluded` does not protect from them.

/** Member names in the official emulator's letter case. */
export function compatDisconnected(error: string | undefined): object {
  return { Type: 11, Error: error };
}
