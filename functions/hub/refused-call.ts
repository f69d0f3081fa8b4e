// The answer to an invocation that is refused or fails. The extension would send a thrown error with its stack to the client.

import { ChatError, type Refusal } from '../protocol.ts';
import type { HubAnswer } from './hub-function.ts';

/** @param to what the call does, e.g. `send message` */
export function refusedCall(error: unknown, to: string): HubAnswer {
  const failure = error instanceof ChatError ? {} : { failure: error };
  const { code, message } = error instanceof ChatError ? error : internalError(to);
  return {
    actions: [],
    result: { ok: false, code, message } satisfies Refusal,
    about: { refused: code },
    ...failure,
  };
}

function internalError(to: string): ChatError {
  return new ChatError('unavailable', `unable to ${to}; something failed here. Try again.`);
}
