// The webhook /runtime/webhooks/signalr: the service posts an event, one function runs, and the service gets its answer.
// Source: azure-functions-signalrservice-extension, SignalRTriggerDispatcher, Executor and Resolver.

import { createHmac } from 'node:crypto';
import { CALLED_BY_HOST, type Call, type Outcome } from '../call.ts';
import type { HostRequest, HostResponse } from '../http/http-server.ts';
import type { HostSettings } from '../settings.ts';
import type { BindingInfo } from '../worker/core-api.ts';
import { fromRpcTypedData, type RpcTypedData, toRpcJson } from '../worker/rpc.ts';
import {
  type Completion,
  parseCloseError,
  parseInvocation,
  type UpstreamFormat,
  type UpstreamInvocation,
  writeCompletion,
} from './serverless-protocol.ts';
import { readServiceConnection, type ServiceConnection } from './signalr-connection.ts';

export interface SignalRTrigger {
  readonly type: 'signalRTrigger';
  readonly hubName: string;
  readonly category: 'connections' | 'messages';
  readonly event: string;
  /** If not empty: one name for each argument, and a caller must send as many. */
  readonly parameterNames: readonly string[];
  readonly connection: ServiceConnection;
}

/** One function that the dispatcher can run. */
export interface SignalRTarget {
  readonly functionName: string;
  readonly trigger: SignalRTrigger;
  run(call: Call): Promise<Outcome>;
}

export type Dispatch = (request: HostRequest) => Promise<HostResponse>;

/** Throws without a hub or an event, for a category that does not exist, and without a connection. */
export function parseSignalRTrigger(
  functionName: string,
  binding: BindingInfo,
  settings: HostSettings,
): SignalRTrigger {
  const { hubName, category, event, parameterNames } = binding;
  if (typeof hubName !== 'string' || hubName === '' || typeof event !== 'string' || event === '') {
    throw unusable(functionName, 'it needs a hubName and an event', 'Name both.');
  }
  const kind = String(category).toLowerCase();
  if (kind !== 'connections' && kind !== 'messages') {
    throw unusable(
      functionName,
      `there is no category ${category}`,
      'Use connections or messages.',
    );
  }
  if (kind === 'connections' && !/^(dis)?connected$/i.test(event)) {
    throw unusable(functionName, `there is no event ${event}`, 'Use connected or disconnected.');
  }
  const names = Array.isArray(parameterNames) ? parameterNames.map(String) : [];
  if (new Set(names.map((name) => name.toLowerCase())).size < names.length) {
    throw unusable(functionName, 'two of its parameterNames are the same', 'Rename one.');
  }
  const connection = readServiceConnection(binding, settings);
  return {
    type: 'signalRTrigger',
    hubName,
    category: kind,
    event,
    parameterNames: names,
    connection,
  };
}

/** Throws if two functions have the same event. */
export function createDispatcher(targets: readonly SignalRTarget[]): Dispatch {
  const byEvent = new Map<string, SignalRTarget>();
  for (const target of targets) {
    const { hubName, category, event } = target.trigger;
    const key = toKey(hubName, category, event);
    const twin = byEvent.get(key);
    if (twin) {
      throw new Error(
        `unable to start the Functions host; functions ${twin.functionName} and ${target.functionName} have the same SignalR trigger, (${hubName}, ${category}, ${event}). Remove one of them.`,
      );
    }
    byEvent.set(key, target);
  }

  return async (request) => {
    const mediaType = readMediaType(request.headers.get('content-type'));
    // The extension reads these headers without a check whether they exist, and the host answers the exception.
    if (mediaType === undefined) return { status: 500 };
    const format = FORMATS.get(mediaType);
    if (!format) return { status: 415 };
    const hub = request.headers.get('x-asrs-hub');
    const category = request.headers.get('x-asrs-category');
    const event = request.headers.get('x-asrs-event');
    if (hub === undefined || category === undefined || event === undefined) return { status: 500 };
    if (hub === '' || category === '' || event === '') return { status: 400 };
    const target = byEvent.get(toKey(hub, category, event));
    if (!target) return { status: 404 };
    return deliver(target, request, format);
  };
}

async function deliver(
  target: SignalRTarget,
  request: HostRequest,
  format: UpstreamFormat,
): Promise<HostResponse> {
  const { trigger } = target;
  const body = await request.readBody();
  const connectionId = request.headers.get('x-asrs-connection-id');
  if (!connectionId) return { status: 500 };
  let invocation: UpstreamInvocation | undefined;
  let closeError: string | null = null;
  try {
    if (trigger.category === 'messages') invocation = parseInvocation(body, format);
    else if (isDisconnected(trigger)) closeError = parseCloseError(body, format);
  } catch {
    return { status: 500 };
  }
  if (invocation && !isSame(invocation.target, trigger.event)) return { status: 500 };
  if (!isSigned(trigger.connection, connectionId, request.headers.get('x-asrs-signature'))) {
    return { status: 401, reason: 'The request is unauthorized, please check the Signature.' };
  }

  const event = toInvocationContext(request, invocation, closeError);
  const completion = await runFunction(target, event, invocation);
  if (invocation?.invocationId) {
    return {
      status: 200,
      headers: [['content-type', format === 'json' ? 'application/json' : 'application/x-msgpack']],
      body: writeCompletion(invocation.invocationId, completion, format),
    };
  }
  // Of all failures, an event without an answer can report a refused connection only.
  const isRefused = 'error' in completion && isSame(trigger.event, 'connected');
  return { status: isRefused && trigger.category === 'connections' ? 403 : 200 };
}

async function runFunction(
  target: SignalRTarget,
  event: Record<string, unknown>,
  invocation: UpstreamInvocation | undefined,
): Promise<Completion> {
  const named = nameArguments(target.trigger.parameterNames, invocation?.arguments ?? []);
  try {
    const { returnValue } = await target.run({
      trigger: toRpcJson(event),
      // Checked inside the call, so that a wrong number of arguments fails like an error of the function.
      triggerMetadata: () => toTriggerMetadata(event, named),
      bindingData: () => ({ ...event, ...(named ?? {}) }),
      reason: CALLED_BY_HOST,
    });
    return { result: fromRpcTypedData(returnValue) };
  } catch (error) {
    return { error: (error as Error).message || 'Method execution failed.' };
  }
}

function nameArguments(
  names: readonly string[],
  values: readonly unknown[],
): Record<string, unknown> | undefined {
  if (names.length === 0) return {};
  if (names.length !== values.length) return undefined;
  return Object.fromEntries(names.map((name, at) => [name, values[at]]));
}

function toTriggerMetadata(
  event: Record<string, unknown>,
  named: Record<string, unknown> | undefined,
): Record<string, RpcTypedData> {
  if (!named) {
    throw new Error(
      'unable to bind the arguments; their number differs from parameterNames. Send one argument for each name.',
    );
  }
  const { Category, ConnectionId, Event, Hub, UserId } = event;
  const own = { Category, ConnectionId, Event, Hub, UserId };
  return Object.fromEntries(
    Object.entries({ ...own, ...named }).map(([name, value]) => [name, toRpcJson(value ?? null)]),
  );
}

/** The trigger's value: all members are present, in PascalCase. Source: InvocationContext.cs. */
function toInvocationContext(
  request: HostRequest,
  invocation: UpstreamInvocation | undefined,
  closeError: string | null,
): Record<string, unknown> {
  const header = (name: string) => request.headers.get(name);
  return {
    Arguments: invocation?.arguments ?? null,
    Error: closeError,
    Category: header('x-asrs-category'),
    Event: header('x-asrs-event'),
    Hub: header('x-asrs-hub'),
    ConnectionId: header('x-asrs-connection-id'),
    UserId: header('x-asrs-user-id') || null,
    Headers: toHeaders(request.rawHeaders),
    Query: toQuery(header('x-asrs-client-query') ?? ''),
    Claims: toClaims(header('x-asrs-user-claims') ?? ''),
  };
}

/** Headers that .NET stores with a request's content. So the extension omits them from `Headers`. */
const CONTENT_HEADERS =
  /^(allow|content-(disposition|encoding|language|length|location|md5|range|type)|expires|last-modified)$/i;

function toHeaders(raw: readonly string[]): Record<string, string> {
  const joined = new Map<string, [name: string, value: string]>();
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at] ?? '';
    const value = raw[at + 1] ?? '';
    if (CONTENT_HEADERS.test(name)) continue;
    const before = joined.get(name.toLowerCase());
    joined.set(name.toLowerCase(), before ? [before[0], `${before[1]},${value}`] : [name, value]);
  }
  return Object.fromEntries(joined.values());
}

/** Names that differ only by case are one, in their first spelling. Null if the query is empty or absent. */
function toQuery(text: string): Record<string, string> | null {
  if (text === '') return null;
  const joined = new Map<string, [name: string, value: string]>();
  for (const [name, value] of new URLSearchParams(text)) {
    const before = joined.get(name.toLowerCase());
    joined.set(name.toLowerCase(), before ? [before[0], `${before[1]},${value}`] : [name, value]);
  }
  return Object.fromEntries(joined.values());
}

/**
 * `type: value, type: value`. A part without exactly one ": " is dropped, so a value with a comma is cut. Of a repeated type
 * the first value counts. Null without claims. Source: SignalRTriggerUtils.GetClaimDictionary.
 */
function toClaims(text: string): Record<string, string> | null {
  if (text === '') return null;
  const claims = new Map<string, string>();
  for (const piece of text.split(',')) {
    const [type, value, ...more] = piece.trim().split(': ');
    if (type === undefined || value === undefined || more.length > 0 || claims.has(type)) continue;
    claims.set(type, value);
  }
  return Object.fromEntries(claims);
}

/** `sha256=<hex>` of the connection id, one for each key of the service, separated by a comma without a space. */
function isSigned(
  connection: ServiceConnection,
  connectionId: string,
  signatures: string | undefined,
): boolean {
  // Without a key the extension checks nothing.
  if (connection.kind === 'identity') return true;
  const expected = signatureOf(connectionId, connection.accessKey);
  return (signatures ?? '').split(',').some((piece) => isSame(piece, expected));
}

const MOST_REMEMBERED = 2_000;
const remembered = new Map<string, string>();

/** Every event of a connection has the same one. */
function signatureOf(connectionId: string, accessKey: string): string {
  const name = JSON.stringify([accessKey, connectionId]);
  const known = remembered.get(name);
  if (known !== undefined) return known;
  const hex = createHmac('sha256', accessKey).update(connectionId).digest('hex');
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  remembered.set(name, `sha256=${hex}`);
  return `sha256=${hex}`;
}

const FORMATS: ReadonlyMap<string, UpstreamFormat> = new Map([
  ['application/json', 'json'],
  ['application/x-msgpack', 'messagepack'],
]);

/** The header's value unchanged. Undefined if it is absent or no media type. */
function readMediaType(contentType: string | undefined): string | undefined {
  const token = "[\\w!#$%&'*+.^`|~-]+";
  return new RegExp(`^\\s*(${token}/${token})\\s*(?:;.*)?$`).exec(contentType ?? '')?.[1];
}

function isDisconnected(trigger: SignalRTrigger): boolean {
  return isSame(trigger.event, 'disconnected');
}

function toKey(hub: string, category: string, event: string): string {
  return JSON.stringify([hub, category, event]).toLowerCase();
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function unusable(functionName: string, reason: string, remedy: string): Error {
  return new Error(`unable to load function ${functionName}; ${reason}. ${remedy}`);
}
