// The wrapper of every HTTP function of the API: turns a handler's value or its ChatError into an answer.
// Nothing that a caller sends gives a 500, and no stack trace leaves the process.

import {
  app,
  type FunctionInput,
  type FunctionOutput,
  type HttpMethod,
  type HttpRequest,
  type HttpResponseInit,
  type InvocationContext,
} from '@azure/functions';
import type { Deps } from '../deps.ts';
import { authorityOf } from '../identity/entra-token.ts';
import { type About, logCall, logCommits } from '../log.ts';
import { ChatError, type ErrorBody, type ErrorCode } from '../protocol.ts';
import { type Action, signalR } from '../service/bindings.ts';
import type { AuthSettings } from '../settings.ts';
import { withCompression } from './compression.ts';

export interface HttpAnswer extends HttpResponseInit {
  /** Broadcasts, for the SignalR output. */
  readonly actions?: readonly Action[];
  /** Fields for the call's log line that only the handler knows. */
  readonly about?: About;
  /** What made the call fail after a part of it was done. The wrapper logs it like an error that is thrown. */
  readonly failure?: unknown;
}

export type HttpHandler = (
  request: HttpRequest,
  deps: Deps,
  context: InvocationContext,
) => Promise<HttpAnswer>;

export interface HttpRoute {
  readonly method: HttpMethod;
  readonly route: string;
  /** Whether callers need a function key. */
  readonly needsKey?: boolean;
  /** Whether a request is too frequent and too small for a line in the log. */
  readonly isFrequent?: boolean;
  readonly inputs?: readonly FunctionInput[];
  readonly outputs?: readonly FunctionOutput[];
}

/** Registers an HTTP function. */
export function onHttp(name: string, to: HttpRoute, handler: HttpHandler, deps: Deps): void {
  app.http(name, {
    // The platform answers HEAD only if it is registered, and drops the body.
    methods: to.method === 'GET' ? ['GET', 'HEAD'] : [to.method],
    route: to.route,
    authLevel: to.needsKey ? 'function' : 'anonymous',
    extraInputs: [...(to.inputs ?? [])],
    extraOutputs: [...(to.outputs ?? [])],
    handler: answerHttp(name, to, handler, deps),
  });
}

/** The function that the platform calls. */
export function answerHttp(
  name: string,
  to: Pick<HttpRoute, 'method' | 'needsKey' | 'isFrequent'>,
  handler: HttpHandler,
  deps: Deps,
): (request: HttpRequest, context: InvocationContext) => Promise<HttpResponseInit> {
  // Public reads are frequent and change nothing, so the platform's own record is enough.
  const isLogged = to.needsKey || (to.method !== 'GET' && !to.isFrequent);
  const answer = async (request: HttpRequest, context: InvocationContext): Promise<HttpAnswer> => {
    try {
      if (to.needsKey) return await handler(request, deps, context);
      // What pages ask for, a thousand of them at once. One read answers many.
      await deps.pace.turn();
      const answered = await handler(request, deps, context);
      await deps.pace.turn();
      return answered;
    } catch (failure) {
      return { ...toErrorAnswer(failure, deps.settings.auth), failure };
    }
  };
  return async (request, context) => {
    const startedAt = deps.monotonicNow();
    const { actions = [], about = {}, failure, ...response } = await answer(request, context);
    if (failure !== undefined && !(failure instanceof ChatError)) context.error(failure);
    if (actions.length > 0) context.extraOutputs.set(signalR, actions);
    const { status = 200 } = response;
    if (isLogged || status >= 500) {
      logCall(
        { event: name, status, actions, ms: Math.round(deps.monotonicNow() - startedAt) },
        about,
        deps.rooms,
        context,
      );
    }
    logCommits(deps.rooms, context);
    const answered = { ...response, headers: { ...NEVER_CACHED, ...response.headers } };
    // An answer to a POST may hold a token beside a name that the caller chose. An answer to a GET does not.
    return to.method === 'GET' ? withCompression(request.headers, answered) : answered;
  };
}

const NEVER_CACHED = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/** The answer to a failed request. With `not_signed_in` it says where to sign in. */
export function toErrorAnswer(
  error: unknown,
  auth: AuthSettings = { kind: 'guest' },
): HttpResponseInit {
  const { code, message, until, reason, mayOpen, retryAfter } =
    error instanceof ChatError
      ? error
      : new ChatError('unavailable', 'unable to answer; something failed on our side. Try again.');
  const body: ErrorBody = {
    error: { code, message },
    ...(code === 'not_signed_in' && auth.kind === 'entra'
      ? { signIn: { clientId: auth.clientId, authority: authorityOf(auth.tenant) } }
      : {}),
    ...(until === undefined ? {} : { until }),
    ...(reason === undefined ? {} : { reason }),
    ...(mayOpen === undefined ? {} : { mayOpen }),
  };
  const wait = retryAfter === undefined ? {} : { 'retry-after': `${retryAfter}` };
  return { status: toStatus(code), jsonBody: body, headers: { ...NEVER_CACHED, ...wait } };
}

function toStatus(code: ErrorCode): number {
  switch (code) {
    case 'bad_room':
    case 'bad_name':
    case 'bad_text':
    case 'bad_id':
    case 'bad_request':
    case 'bad_ticket':
      return 400;
    case 'not_signed_in':
    case 'bad_signature':
      return 401;
    case 'banned':
    case 'room_closed':
    case 'not_author':
    case 'not_moderator':
    case 'too_late':
      return 403;
    case 'not_found':
    case 'no_room':
      return 404;
    case 'id_in_use':
    case 'room_in_use':
      return 409;
    case 'too_large':
      return 413;
    case 'too_many_messages':
    case 'too_many_connections':
    case 'too_many_reactions':
    case 'too_many_searches':
      return 429;
    case 'room_full':
    case 'quota_used_up':
    case 'unavailable':
    case 'bad_setting':
    case 'old_extension':
      return 503;
  }
}
