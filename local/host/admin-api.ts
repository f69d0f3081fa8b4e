// `/admin`: the host's state, the list of its functions, and a call that runs a function without its trigger.

import { CALLED_BY_HOST, type Call } from './call.ts';
import type { Execute } from './execute.ts';
import type { HostFunction } from './function-list.ts';
import type { Authorization } from './http/function-keys.ts';
import { isHttp } from './http/http-functions.ts';
import type { HostRequest, HostResponse } from './http/http-server.ts';
import { type Clock, toTimerCall } from './timer/timer-trigger.ts';
import { HOST_VERSION } from './worker/core-api.ts';

export interface AdminParts {
  readonly functions: readonly HostFunction[];
  readonly execute: Execute;
  readonly authorization: Authorization;
  readonly clock: Clock;
}

const NOT_FOUND: HostResponse = { status: 404 };

/** `POST /admin/functions/<name>` starts a function without its trigger. Answers 202 at once, and does not wait for the run. */
export async function answerAdmin(
  { functions, execute, authorization, clock }: AdminParts,
  request: HostRequest,
  [area = '', name = '', ...more]: readonly string[],
): Promise<HostResponse> {
  const refusal = authorization.refusesAdmin(request);
  if (refusal) return { status: refusal };
  if (more.length > 0) return NOT_FOUND;
  if (/^host$/i.test(area) && /^(status|ping)$/i.test(name)) {
    const isStatus = /^status$/i.test(name);
    return isStatus ? toJson({ state: 'Running', version: HOST_VERSION }) : { status: 200 };
  }
  if (!/^functions$/i.test(area)) return NOT_FOUND;
  if (name === '' && request.method === 'GET') {
    return toJson(functions.map((fn) => ({ name: fn.name, isDisabled: fn.isDisabled })));
  }
  const fn = functions.find((item) => item.name.toLowerCase() === name.toLowerCase());
  if (!fn || request.method !== 'POST') return NOT_FOUND;
  const input = readInput(await request.readBody());
  if (input === undefined || isHttp(fn)) return { status: 400 };
  execute(fn, toManualCall(fn, input, clock)).catch(() => {
    // The log has the failure, and the caller has its 202.
  });
  return { status: 202 };
}

/** A timer gets its usual value, and its input is ignored. Other triggers get the input. */
function toManualCall({ trigger }: HostFunction, input: string, clock: Clock): Call {
  const reason = CALLED_BY_HOST;
  if (trigger.type === 'timerTrigger') {
    const startedAt = clock.now();
    const next = trigger.schedule.next(startedAt);
    return { ...toTimerCall(trigger, { last: undefined, next, startedAt }), reason };
  }
  return { trigger: { string: input }, bindingData: () => ({}), reason };
}

/** `{"input": "…"}`: the trigger's value, as text. */
function readInput(body: Uint8Array): string | undefined {
  if (body.length === 0) return '';
  try {
    const { input } = JSON.parse(Buffer.from(body).toString()) as { input?: unknown };
    if (input === undefined || input === null) return '';
    return typeof input === 'string' ? input : JSON.stringify(input);
  } catch {
    return undefined;
  }
}

function toJson(value: unknown): HostResponse {
  return {
    status: 200,
    headers: [['content-type', 'application/json; charset=utf-8']],
    body: JSON.stringify(value),
  };
}
