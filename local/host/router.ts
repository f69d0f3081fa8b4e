// Which request goes where: CORS, the host's own paths, functions by their routes, the home page, else 404.

import { CALLED_BY_HOST, type Call } from './call.ts';
import type { Execute } from './execute.ts';
import type { HostFunction } from './function-list.ts';
import { answerPreflight, corsHeaders } from './http/cors.ts';
import { type Authorization, isSignalR } from './http/function-keys.ts';
import type { Handle, HostRequest, HostResponse } from './http/http-server.ts';
import {
  type HttpTrigger,
  readTriggerBody,
  toHttpBindingData,
  toHttpResponse,
  toRpcRequest,
} from './http/http-trigger.ts';
import { createRouteTable, type Route, type RouteMatch } from './http/route-table.ts';
import type { Log } from './log.ts';
import type { Cors, HostConfig } from './settings.ts';
import { createDispatcher, type Dispatch, type SignalRTrigger } from './signalr/signalr-trigger.ts';
import { type Clock, toTimerCall } from './timer/timer-trigger.ts';
import { HOST_VERSION } from './worker/core-api.ts';

export interface RouterParts {
  readonly functions: readonly HostFunction[];
  readonly execute: Execute;
  readonly config: HostConfig;
  readonly cors: Cors | undefined;
  readonly showsHomePage: boolean;
  readonly authorization: Authorization;
  readonly log: Log;
  readonly clock: Clock;
}

interface FunctionRoute extends Route {
  readonly fn: HostFunction<HttpTrigger>;
}

const NOT_FOUND: HostResponse = { status: 404 };

/** Throws where two functions want the same SignalR event. Routes that collide are told in the log. */
export function createRouter(parts: RouterParts): Handle {
  const { cors } = parts;
  const routes = toRouteTable(parts);
  const dispatch = toDispatcher(parts);
  const callFunction = createHttpCaller(parts);

  const route = async (request: HostRequest): Promise<HostResponse> => {
    const [first = '', ...rest] = request.path.replace(/^\//, '').split('/');
    if (/^admin$/i.test(first)) return answerAdmin(parts, request, rest);
    if (/^runtime$/i.test(first)) return answerWebhook(parts, dispatch, request, rest);
    const match = routes.match(request.method, request.path);
    if (match) return callFunction(request, match);
    return request.path === '/' ? homePage(parts.showsHomePage) : NOT_FOUND;
  };
  if (!cors) return route;
  return async (request) => {
    const preflight = answerPreflight(request, cors);
    if (preflight) return preflight;
    const response = await route(request);
    return { ...response, headers: [...(response.headers ?? []), ...corsHeaders(request, cors)] };
  };
}

function toRouteTable({ functions, config, log }: RouterParts) {
  const routes = createRouteTable<FunctionRoute>(
    functions.filter(isHttp).map((fn) => ({
      fn,
      functionName: fn.name,
      template: toTemplate(config.routePrefix, fn.trigger),
      methods: fn.trigger.methods,
    })),
  );
  for (const warning of routes.warnings) log('warning', 'Host.Startup', warning);
  for (const [name, error] of routes.errors) {
    log('error', 'Host.Startup', `The function '${name}' is in error: ${error}`);
  }
  return routes;
}

/** The route that the world sees, no slash in front. */
export function toTemplate(prefix: string, { route }: HttpTrigger): string {
  return prefix === '' || route === '' ? prefix || route : `${prefix}/${route}`;
}

function toDispatcher({ functions, execute }: RouterParts): Dispatch | undefined {
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

function createHttpCaller({ execute, config, authorization, log }: RouterParts) {
  let hasWarned = false;
  const warnOfDroppedBody = () => {
    if (hasWarned) return;
    hasWarned = true;
    log(
      'warning',
      'Host.Http',
      'A request body without Content-Length was dropped, as on Azure. Send Content-Length, or set extensions.http.enableChunkedRequestBinding in host.json.',
    );
  };

  return async (
    request: HostRequest,
    { route: { fn }, params }: RouteMatch<FunctionRoute>,
  ): Promise<HostResponse> => {
    const refusal = authorization.refusesFunction(fn.trigger.authLevel, request);
    if (refusal) return { status: refusal };
    if (fn.isDisabled) return NOT_FOUND;
    const body = await readTriggerBody(request, config.bindsChunkedRequests, warnOfDroppedBody);
    try {
      const { http } = await execute(fn, {
        trigger: { http: toRpcRequest(request, params, body) },
        bindingData: () => toHttpBindingData(request, params, body),
        reason: CALLED_BY_HOST,
        traceParent: request.headers.get('traceparent'),
      });
      return answerWith(() => toHttpResponse(http, config.customHeaders, request.method), log);
    } catch {
      // What failed is in the log; nothing of it leaves the process.
      return { status: 500 };
    }
  };
}

function answerWith(convert: () => HostResponse, log: Log): HostResponse {
  try {
    return convert();
  } catch (error) {
    log('error', 'Host.Http', (error as Error).message);
    return { status: 500 };
  }
}

async function answerWebhook(
  { authorization }: RouterParts,
  dispatch: Dispatch | undefined,
  request: HostRequest,
  [webhooks = '', extension = '']: readonly string[],
): Promise<HostResponse> {
  const isWebhook = /^webhooks$/i.test(webhooks) && extension !== '';
  if (!isWebhook || !/^(GET|PUT|POST|DELETE|OPTIONS)$/.test(request.method)) return NOT_FOUND;
  const refusal = authorization.refusesWebhook(extension, request);
  if (refusal) return { status: refusal };
  return dispatch && isSignalR(extension) ? dispatch(request) : NOT_FOUND;
}

/** `POST /admin/functions/<name>` runs a function that no request triggers: 202, and it runs on its own. */
async function answerAdmin(
  { functions, execute, authorization, clock }: RouterParts,
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
    // In the log already; the caller has its 202.
  });
  return { status: 202 };
}

/** A timer gets its usual value, whatever the input is; other triggers get the input. */
function toManualCall({ trigger }: HostFunction, input: string, clock: Clock): Call {
  const reason = CALLED_BY_HOST;
  if (trigger.type === 'timerTrigger') {
    const startedAt = clock.now();
    const next = trigger.schedule.next(startedAt);
    return { ...toTimerCall(trigger, { last: undefined, next, startedAt }), reason };
  }
  return { trigger: { string: input }, bindingData: () => ({}), reason };
}

/** `{"input": "…"}`: the trigger's value as text. */
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

function isHttp(fn: HostFunction): fn is HostFunction<HttpTrigger> {
  return fn.trigger.type === 'httpTrigger';
}

function toJson(value: unknown): HostResponse {
  return {
    status: 200,
    headers: [['content-type', 'application/json; charset=utf-8']],
    body: JSON.stringify(value),
  };
}

/** For any method: the host answers `/` itself where no function does. */
function homePage(isShown: boolean): HostResponse {
  if (!isShown) return { status: 204 };
  return {
    status: 200,
    headers: [['content-type', 'text/html']],
    body: '<!doctype html><title>Functions</title><p>Your function app is up and running.</p>',
  };
}
