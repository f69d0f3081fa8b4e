// `/runtime/webhooks/signalr`: the service posts its events here.

import type { Call } from '../call.ts';
import type { Execute } from '../execute.ts';
import type { HostFunction } from '../function-list.ts';
import { type Authorization, isSignalR } from '../http/function-keys.ts';
import type { HostRequest, HostResponse } from '../http/http-server.ts';
import { createDispatcher, type Dispatch, type SignalRTrigger } from './signalr-trigger.ts';

export interface WebhookParts {
  readonly functions: readonly HostFunction[];
  readonly execute: Execute;
  readonly authorization: Authorization;
}

/** Answers requests below /runtime. Its argument holds the rest of the path, in segments. */
export type AnswerWebhook = (
  request: HostRequest,
  segments: readonly string[],
) => Promise<HostResponse>;

const NOT_FOUND: HostResponse = { status: 404 };

/** Throws if two functions have the same SignalR event. */
export function createWebhook(parts: WebhookParts): AnswerWebhook {
  const { authorization } = parts;
  const dispatch = toDispatcher(parts);
  return async (request, [webhooks = '', extension = '']) => {
    const isWebhook = /^webhooks$/i.test(webhooks) && extension !== '';
    if (!isWebhook || !/^(GET|PUT|POST|DELETE|OPTIONS)$/.test(request.method)) return NOT_FOUND;
    const refusal = authorization.refusesWebhook(extension, request);
    if (refusal) return { status: refusal };
    return dispatch && isSignalR(extension) ? dispatch(request) : NOT_FOUND;
  };
}

function toDispatcher({ functions, execute }: WebhookParts): Dispatch | undefined {
  const targets = functions
    .filter((fn): fn is HostFunction<SignalRTrigger> => fn.trigger.type === 'signalRTrigger')
    .filter((fn) => !fn.isDisabled)
    .map((fn) => ({
      functionName: fn.name,
      trigger: fn.trigger,
      run: (call: Call) => execute(fn, call),
    }));
  return targets.length > 0 ? createDispatcher(targets) : undefined;
}
