// `--compat`: behaviour of the official emulator that differs from the service. package/README.md lists all of it.
// Its mistakes are not copied: changed numbers and dates, lost invocations with more than ten arguments, ignored names of
// several hubs, names of dots that become a broadcast.
// In other files: a client without a ping has no timeout, tokens are valid for any address and time, an invocation without
// an upstream and a stream get no answer, REST closes only ask the client to leave, `excluded` does not protect from them,
// REST takes JSON only and sends no error code, and its statuses are those of v1.

/** Member names in the official emulator's letter case. */
export function compatDisconnected(error: string | undefined): object {
  return { Type: 11, Error: error };
}
