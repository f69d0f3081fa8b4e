// What an upstream answer means for the client that waits for it.
// Truth: emulator, HttpServerlessMessageHandler; the texts are the service's.

import {
  type EncodedMessage,
  encodeBytes,
  encodeMessage,
} from '../hub-protocol/encoded-message.ts';
import type { HubProtocol } from '../hub-protocol/hub-protocol.ts';

/** An upstream answer with more than this is dropped. */
export const MAX_ANSWER_BYTES = 16 * 1_024 * 1_024;

export type UpstreamAnswer =
  | { readonly kind: 'answered'; readonly status: number; readonly body: Buffer }
  /** No template takes the event, so nobody was asked. */
  | { readonly kind: 'unmatched' }
  /** Refused, no such host, no answer in time. `reason` is for our log, not for clients. */
  | { readonly kind: 'unreachable'; readonly reason: string }
  | { readonly kind: 'tooLarge' }
  /** The answer began and broke off. */
  | { readonly kind: 'cancelled' };

/** What the client gets for an invocation that awaits a completion. */
export function toCompletion(
  answer: UpstreamAnswer,
  invocationId: string,
  protocol: HubProtocol,
): EncodedMessage {
  // The function app frames its completion itself; its bytes pass unread.
  if (answer.kind === 'answered' && answer.status === 200 && answer.body.length > 0) {
    return encodeBytes(answer.body, protocol.transferFormat);
  }
  const error = toError(answer);
  return encodeMessage({ kind: 'completion', invocationId, error }, protocol);
}

/** True for a 200 whose body the client will not understand as the completion it waits for. */
export function isBrokenCompletion(
  answer: UpstreamAnswer,
  invocationId: string,
  protocol: HubProtocol,
): boolean {
  return (
    answer.kind === 'answered' &&
    answer.status === 200 &&
    answer.body.length > 0 &&
    !protocol.isCompletion(answer.body, invocationId)
  );
}

export function isSuccess(answer: UpstreamAnswer): boolean {
  return answer.kind === 'answered' && (answer.status === 200 || answer.status === 204);
}

function toError(answer: UpstreamAnswer): string | undefined {
  switch (answer.kind) {
    case 'answered':
      return isSuccess(answer) ? undefined : `Invocation failed, status code ${answer.status}`;
    case 'unmatched':
      // The official emulator leaves the client waiting for ever.
      return 'Invocation failed, no upstream is configured for this event.';
    case 'unreachable':
      return 'Invocation failed, status code 500';
    case 'tooLarge':
      return 'Invocation failed, response too large.';
    case 'cancelled':
      return 'Invocation failed, response cancelled.';
  }
}
