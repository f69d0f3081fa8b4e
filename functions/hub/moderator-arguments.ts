// The last argument of what moderators invoke: `{reason?}`.

import { toReason } from '../moderation/reason.ts';
import { ChatError, fromArgument } from '../protocol.ts';

/** The reason in one line. `otherwise` without one. Throws `bad_request`. */
export function reasonIn(value: unknown, otherwise: string): string {
  if (value === undefined || value === null) return otherwise;
  const isObject = typeof value === 'object' && !Array.isArray(value);
  const reason = isObject ? fromArgument((value as { reason?: unknown }).reason) : value;
  if (isObject && (reason === undefined || reason === null)) return otherwise;
  if (isObject && typeof reason === 'string') return toReason(reason, otherwise);
  throw new ChatError(
    'bad_request',
    'unable to moderate; the last argument is no object whose `reason` is a text. Correct it, or leave it out.',
  );
}
