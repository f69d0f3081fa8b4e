// Turns an upstream answer into the client's completion.
// Source: emulator, HttpServerlessMessageHandler. The texts are the service's.

import {
  type EncodedMessage,
  encodeBytes,
  encodeMessage,
} from '../hub-protocol/encoded-message.ts';
import type { HubProtocol } from '../hub-protocol/hub-protocol.ts';

/** A larger upstream answer is dropped. */
export const MAX_ANSWER_BYTES = 16 * 1_024 * 1_024;

export type UpstreamAnswer =
  | { readonly kind: 'answered'; readonly status: number; readonly body: Buffer }
  /** No template matches the event, so there was no request. */
  | { readonly kind: 'unmatched' }
  /** Connection refused, unknown host, or no answer in time. `reason` is for our log, not for clients. */
  | { readonly kind: 'unreachable'; readonly reason: string }
  | { readonly kind: 'tooLarge' }
  /** The answer began and was cut off. */
  | { readonly kind: 'cancelled' };

/** The completion of an invocation that awaits one. */
export function toCompletion(
  answer: UpstreamAnswer,
  invocationId: string,
  protocol: HubProtocol,
): EncodedMessage {
  // The function app frames its completion itself, and its bytes pass unchanged.
  if (answer.kind === 'answered' && answer.status === 200 && answer.body.length > 0) {
    return encodeBytes(answer.body, protocol.transferFormat);
  }
  const error = toError(answer);
  return encodeMessage({ kind: 'completion', invocationId, error }, protocol);
}

/** Whether a 200 has a body that is not the completion that the client awaits. */
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

/** Whether the upstream answered with 200 or 204. */
export function isSuccess(answer: UpstreamAnswer): boolean {
  return answer.kind === 'answered' && (answer.status === 200 || answer.status === 204);
}

function toError(answer: UpstreamAnswer): string | undefined {
  switch (answer.kind) {
    case 'answered':
      return isSuccess(answer) ? undefined : `Invocation failed, status code ${answer.status}`;
    case 'unmatched':
      // The official emulator lets the client wait for ever.
      return 'Invocation failed, no upstream is configured for this event.';
    case 'unreachable':
      return 'Invocation failed, status code 500';
    case 'tooLarge':
      return 'Invocation failed, response too large.';
    case 'cancelled':
      return 'Invocation failed, response cancelled.';
  }
}
