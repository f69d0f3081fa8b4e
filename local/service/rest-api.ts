// The edge of the REST API: token, route, parameters, body; then an operation on a hub; then the answer.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AccessCheck } from './access-check.ts';
import type { Hubs } from './hubs.ts';
import { isHubName } from './hubs.ts';
import { Refused } from './refused.ts';
import { readBody } from './request-body.ts';
import type { RequestTarget } from './request-target.ts';
import { checkContentType, parseMessage } from './rest-message.ts';
import type { RestRequest } from './rest-operations.ts';
import { matchPath, type RoutedCall } from './rest-routes.ts';

export interface RestContext {
  readonly access: AccessCheck;
  readonly hubs: Hubs;
  readonly bodyBytes: number;
  readonly now: () => number;
  readonly log: (line: string) => void;
}

const SENDS: ReadonlySet<string> = new Set(['broadcast', 'group', 'user', 'connection']);
const MAX_NAME_LENGTH = 1_024;

export async function handleRest(
  request: IncomingMessage,
  target: RequestTarget,
  response: ServerResponse,
  context: RestContext,
): Promise<void> {
  await context.access.check(request, target, { kind: 'rest', path: target.path });
  const call = matchPath(target.path);
  if (!call) {
    throw new Refused(404, 'NotFound', 'unable to find this call; the REST API has no such path.');
  }
  const route = call.candidates.find(({ method }) => method === request.method);
  if (!route) throw wrongMethod(call);
  const rest = toRequest(call, target, context);
  const { operation } = route;
  const message = SENDS.has(operation.counted)
    ? await readMessage(request, context.bodyBytes)
    : undefined;
  const answer = operation.run(rest, message);
  rest.live.counter.rest(operation.counted);
  const status = answer.found ? (call.isV1 ? route.statusV1 : route.status) : 404;
  // The path alone: the query may hold reasons and ids, and is not needed to follow a message.
  context.log(`rest ${request.method} ${target.path}: ${status}`);
  if (answer.found) response.writeHead(status, { 'Content-Length': 0 }).end();
  else throw new Refused(404, answer.code, `unable to do so; ${answer.message}.`);
}

function toRequest(call: RoutedCall, { query }: RequestTarget, context: RestContext): RestRequest {
  const application = query.get('application');
  if (!isHubName(call.hub))
    throw badParameter('hub', 'has a letter first, then letters, digits or _');
  if (application !== null && !isHubName(application)) {
    throw badParameter('application', 'has a letter first, then letters, digits or _');
  }
  const { group = '', user = '', connection = '' } = call.parts;
  for (const [name, value] of Object.entries(call.parts)) checkName(name, value);
  const hub = application === null ? call.hub : `${application}_${call.hub}`;
  return {
    live: context.hubs.get(hub.toLowerCase()),
    group,
    user,
    connection,
    excluded: new Set(query.getAll('excluded')),
    reason: query.get('reason') ?? undefined,
    ttlSeconds: parseTtl(query.get('ttl')),
    now: context.now(),
  };
}

function checkName(name: string, value: string): void {
  if (value.trim() === '' || value.length > MAX_NAME_LENGTH) {
    throw badParameter(name, `has 1 to ${MAX_NAME_LENGTH} characters, not all of them spaces`);
  }
}

function parseTtl(text: string | null): number | undefined {
  if (text === null) return undefined;
  if (!/^\d{1,15}$/.test(text))
    throw badParameter('ttl', 'is a whole number of seconds, 0 or more');
  return Number(text);
}

async function readMessage(request: IncomingMessage, limit: number) {
  checkContentType(request.headers['content-type']);
  return parseMessage(await readBody(request, limit));
}

function wrongMethod({ candidates }: RoutedCall): Refused {
  const allowed = candidates.map(({ method }) => method).join(', ');
  return new Refused(405, 'MethodNotAllowed', `unable to do this; the path takes ${allowed}.`, {
    Allow: allowed,
  });
}

function badParameter(name: string, rule: string): Refused {
  return new Refused(400, 'BadRequest', `unable to use the ${name}; it ${rule}. Change it.`);
}
