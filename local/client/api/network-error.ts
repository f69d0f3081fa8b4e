// Why a request got no answer. Node's fetch, undici, the SignalR client and OpenSSL each have errors of their own.

const NO_CONNECTION = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

/** Whether no connection was opened, so the request cannot have been sent. */
export function wasNeverSent(error: unknown): boolean {
  return NO_CONNECTION.includes(codeOf(toCause(error)));
}

/** The real error: Node puts it into the cause of a `fetch failed`, and a proxy's answer into the cause of that. */
function toCause(error: unknown): unknown {
  const cause = fieldOf(error, 'cause');
  return cause === undefined ? error : toCause(cause);
}

/** One line, e.g. `connect ECONNREFUSED 127.0.0.1:7071`. */
export function reasonOf(error: unknown): string {
  const cause = toCause(error);
  // OpenSSL's reason. Its message is a dump that contains it.
  const reason = fieldOf(cause, 'reason') ?? (fieldOf(cause, 'message') || codeOf(cause));
  return String(reason || cause).replace(/\.$/, '');
}

function codeOf(error: unknown): string {
  return String(fieldOf(error, 'code') ?? '');
}

/** Also for an error of another realm, which is not `instanceof Error` here. */
function fieldOf(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null
    ? (error as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
