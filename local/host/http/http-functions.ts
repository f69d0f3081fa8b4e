// Functions with an HTTP trigger: their routes, and the call for a request.

import { CALLED_BY_HOST } from '../call.ts';
import type { Execute } from '../execute.ts';
import type { HostFunction } from '../function-list.ts';
import type { Log } from '../log.ts';
import type { HostConfig } from '../settings.ts';
import type { Authorization } from './function-keys.ts';
import type { HostRequest, HostResponse } from './http-server.ts';
import {
  type HttpTrigger,
  readTriggerBody,
  toHttpBindingData,
  toHttpResponse,
  toRpcRequest,
} from './http-trigger.ts';
import { createRouteTable, type Route, type RouteMatch } from './route-table.ts';

export interface HttpParts {
  readonly functions: readonly HostFunction[];
  readonly execute: Execute;
  readonly config: HostConfig;
  readonly authorization: Authorization;
  readonly log: Log;
}

interface FunctionRoute extends Route {
  readonly fn: HostFunction<HttpTrigger>;
}

/** Routes that collide are reported in the log. */
export function toRouteTable({ functions, config, log }: HttpParts) {
  const routes = createRouteTable<FunctionRoute>(
    functions.filter(isHttp).map((fn) => ({
      fn,
      functionName: fn.name,
      template: toRouteTemplate(config.routePrefix, fn.trigger),
      methods: fn.trigger.methods,
    })),
  );
  for (const warning of routes.warnings) log('warning', 'Host.Startup', warning);
  for (const [name, error] of routes.errors) {
    log('error', 'Host.Startup', `The function '${name}' is in error: ${error}`);
  }
  return routes;
}

/** The public route, without a leading slash. */
export function toRouteTemplate(prefix: string, { route }: HttpTrigger): string {
  return prefix === '' || route === '' ? prefix || route : `${prefix}/${route}`;
}

/** Authorizes a request, runs its function and answers. */
export function createHttpCaller({ execute, config, authorization, log }: HttpParts) {
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
    if (fn.isDisabled) return { status: 404 };
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
      // The failure is in the log. The answer holds none of it.
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

export function isHttp(fn: HostFunction): fn is HostFunction<HttpTrigger> {
  return fn.trigger.type === 'httpTrigger';
}
