// The edge of the REST API: token, route, parameters, body, then an operation on a hub, then the answer.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { signAccessToken } from '../../access-token.ts';
import type { AccessCheck } from '../access/access-check.ts';
import type { Hubs } from '../connections/hubs.ts';
import { HttpError } from '../http/http-error.ts';
import { readBody } from '../http/request-body.ts';
import { hasDotSegment, type RequestTarget } from '../http/request-target.ts';
import type { Log } from '../log.ts';
import type { Quota } from '../quota.ts';
import { bodyReader } from './rest-message.ts';
import type { RestAnswer } from './rest-operations.ts';
import { toRestRequest } from './rest-parameters.ts';
import { matchPath, type Route, type RoutedCall } from './rest-routes.ts';

export interface RestContext {
  readonly access: AccessCheck;
  /** The primary key. It signs tokens. */
  readonly accessKey: string;
  readonly hubs: Hubs;
  readonly quota: Quota | undefined;
  readonly bodyBytes: number;
  readonly compat: boolean;
  /** Epoch ms. */
  readonly now: () => number;
  /** Milliseconds that never go back. */
  readonly monotonicNow: () => number;
  readonly log: Log;
}

/** Answers one request. Throws {@link HttpError}. */
export async function handleRest(
  request: IncomingMessage,
  target: RequestTarget,
  response: ServerResponse,
  context: RestContext,
): Promise<void> {
  if (hasDotSegment(target.path)) throw dotSegment();
  if (target.path === '/api/auth/accessKey') throw noEntra();
  context.access.check(request, target, { kind: 'rest', path: target.path });
  const call = matchPath(target.path);
  if (!call) {
    throw new HttpError(
      404,
      'NotFound',
      'unable to find this call; the REST API has no such path.',
    );
  }
  const route = call.candidates.find(({ method }) => method === request.method);
  if (!route) throw wrongMethod(call);
  const { operation } = route;
  const host = request.headers.host ?? 'localhost';
  const rest = toRestRequest(call, target, host, {
    live: (hub) => context.hubs.get(hub),
    signToken: (audience, claims, minutes) =>
      signAccessToken(context.accessKey, audience, claims, context.now(), minutes * 60),
    compat: context.compat,
    now: context.monotonicNow(),
  });
  let message: ReturnType<ReturnType<typeof bodyReader>> | undefined;
  if (operation.takesMessage) {
    context.quota?.checkMessages();
    const read = bodyReader(request.headers['content-type'], context.compat);
    message = read(await readBody(request, context.bodyBytes));
  }
  const answer = await operation.run(rest, message);
  rest.live.counter.rest(operation.counted);
  const status = respond(response, answer, statusOf(route, call, context));
  // The path only, because the query may hold reasons and ids.
  context.log(`rest ${request.method} ${target.path}: ${status}`);
}

/** Throws {@link HttpError} if the operation did not succeed. */
function respond(response: ServerResponse, answer: RestAnswer, status: number): number {
  if ('failed' in answer) {
    const isLate = answer.failed === 'no answer';
    throw new HttpError(
      isLate ? 504 : 400,
      isLate ? 'Error.Invocation.Timeout' : 'Error.Invocation.Failed',
      `unable to get a result; ${answer.message}. See to the client.`,
    );
  }
  if (!answer.found) throw new HttpError(404, answer.code, `unable to do so; ${answer.message}.`);
  const { json } = answer;
  if (json === undefined) response.writeHead(status, { 'Content-Length': 0 }).end();
  else response.writeHead(status, { 'Content-Type': 'application/json' }).end(json);
  return status;
}

function statusOf(route: Route, { isV1 }: RoutedCall, { compat }: RestContext): number {
  if (compat) return route.statusCompat;
  return isV1 ? route.statusV1 : route.status;
}

/** Most HTTP clients resolve these before they send, and so does the official emulator: `users/../:send` is a broadcast. */
function dotSegment(): HttpError {
  return new HttpError(
    400,
    'BadRequest',
    'unable to use this path; it has . or .. as a part, which HTTP clients and servers resolve. Give the user, group or connection another name.',
  );
}

/** The call of apps that sign in with Entra ID instead of an access key. */
function noEntra(): HttpError {
  return new HttpError(
    501,
    'NotImplemented',
    'unable to answer auth/accessKey; this emulator has no Entra ID. Use a connection string with an AccessKey.',
  );
}

function wrongMethod({ candidates }: RoutedCall): HttpError {
  const allowed = candidates.map(({ method }) => method).join(', ');
  return new HttpError(405, 'MethodNotAllowed', `unable to do this; the path takes ${allowed}.`, {
    Allow: allowed,
  });
}
