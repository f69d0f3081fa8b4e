// HTTP request → function → HTTP response, with the conversions of the real host in its non-streaming mode.
// Source: azure-functions-host, GrpcMessageConversionExtensions.ToRpcHttp, HttpBinding and RawScriptResult.

import type { BindingData } from '../binding-expressions.ts';
import type { BindingInfo } from '../worker/core-api.ts';
import { type RpcCookie, type RpcHttp, toBodyBytes } from '../worker/rpc.ts';
import type { AuthLevel } from './function-keys.ts';
import type { HostRequest, HostResponse } from './http-server.ts';
import type { RouteParams } from './route-template.ts';

export interface HttpTrigger {
  readonly type: 'httpTrigger';
  /** Without the prefix of host.json. The function's name if the app gives no route. */
  readonly route: string;
  readonly methods: readonly string[];
  readonly authLevel: AuthLevel;
}

const NO_BODY: Uint8Array = new Uint8Array();

/** Throws for an authLevel that does not exist. Without a route the function's name is the route. */
export function parseHttpTrigger(functionName: string, binding: BindingInfo): HttpTrigger {
  const { route, methods, authLevel } = binding;
  const listed = Array.isArray(methods)
    ? methods.map((method) => String(method).toUpperCase())
    : [];
  return {
    type: 'httpTrigger',
    route: typeof route === 'string' ? route.replace(/^\/+|\/+$/g, '') : functionName,
    // Without a list every method is allowed, as in the real host.
    methods:
      listed.length > 0 ? listed : ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'],
    authLevel: parseAuthLevel(functionName, authLevel),
  };
}

function parseAuthLevel(functionName: string, value: unknown): AuthLevel {
  const level = String(value ?? 'function').toLowerCase();
  if (level === 'anonymous' || level === 'function' || level === 'admin') return level;
  throw new Error(
    `unable to load function ${functionName}; its authLevel is ${JSON.stringify(value)}. Use anonymous, function or admin.`,
  );
}

/**
 * The body as Azure delivers it. A body of unknown length is dropped unless host.json has `enableChunkedRequestBinding`
 * (Azure/azure-functions-host#4926).
 */
export async function readTriggerBody(
  request: HostRequest,
  bindsChunkedRequests: boolean,
  warnOfDroppedBody: () => void,
): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? 0) > 0) return request.readBody();
  if (!request.headers.has('transfer-encoding')) return NO_BODY;
  if (bindsChunkedRequests) return request.readBody();
  warnOfDroppedBody();
  return NO_BODY;
}

/** The request as the worker gets it. Headers, query and route parameters are texts. */
export function toRpcRequest(request: HostRequest, params: RouteParams, body: Uint8Array): RpcHttp {
  return {
    method: request.method,
    url: request.url.href,
    nullableHeaders: toNullables(request.headers),
    nullableQuery: toNullables(joinedQuery(request.url)),
    nullableParams: toNullables(Object.entries(params)),
    ...(body.length > 0 ? { body: { bytes: body } } : {}),
  };
}

/** Values of one key are joined with a comma. Keys that differ only by case count as one. */
function joinedQuery(url: URL): Iterable<[string, string]> {
  const joined = new Map<string, [key: string, value: string]>();
  for (const [key, value] of url.searchParams) {
    const lower = key.toLowerCase();
    const before = joined.get(lower);
    joined.set(lower, before ? [before[0], `${before[1]},${value}`] : [key, value]);
  }
  return joined.values();
}

function toNullables(entries: Iterable<readonly [string, string]>) {
  // Not by assignment, because a caller may name a value __proto__.
  return Object.fromEntries([...entries].map(([name, value]) => [name, { value }]));
}

/** The values that `{…}` may name. Later sources win: the members of a JSON body, then query, then route. */
export function toHttpBindingData(
  request: HostRequest,
  params: RouteParams,
  body: Uint8Array,
): BindingData {
  const query = Object.fromEntries(request.url.searchParams);
  const { code: _key, ...named } = query;
  const headers = Object.fromEntries(request.headers);
  return { ...topLevelValues(body), ...named, ...params, headers, query };
}

function topLevelValues(body: Uint8Array): Record<string, unknown> {
  if (body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString());
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
    return Object.fromEntries(Object.entries(value).filter(([, item]) => !Array.isArray(item)));
  } catch {
    return {};
  }
}

/**
 * `undefined` becomes 204, and `{}` becomes 200.
 *
 * @throws Error for a response that HTTP or the real host cannot send
 */
export function toHttpResponse(
  http: RpcHttp | undefined,
  customHeaders: Readonly<Record<string, string>>,
  method: string,
): HostResponse {
  const custom = Object.entries(customHeaders);
  if (!http) return { status: 204, headers: custom };
  const status = Number(http.statusCode ?? 200);
  if (!Number.isInteger(status) || status < 100 || status > 999) {
    throw new Error(
      `unable to answer; the function's status is ${JSON.stringify(http.statusCode)}. Return a number from 200 to 599.`,
    );
  }
  const body = toBodyBytes(http.body);
  const headers = Object.entries(http.headers ?? {}).filter(([name]) => !isOwnedByServer(name));
  for (const [name, value] of headers) refuseInvalid(name, value);
  const length = method === 'HEAD' ? undefined : body.length;
  if (length !== undefined) refuseWrongLength(headers, length);
  const cookies = (http.cookies ?? []).map(
    (cookie) => ['set-cookie', toSetCookie(cookie)] as const,
  );
  return { status, headers: [...custom, ...headers, ...cookies], body };
}

/** The server chooses the framing. */
function isOwnedByServer(name: string): boolean {
  return /^(transfer-encoding|connection|keep-alive)$/i.test(name);
}

function refuseWrongLength(headers: readonly [string, string][], length: number): void {
  const [, announced = String(length)] =
    headers.find(([name]) => name.toLowerCase() === 'content-length') ?? [];
  if (announced === String(length)) return;
  throw new Error(
    `unable to answer; the function's Content-Length is ${announced}, and its body has ${length} bytes. Leave the header out.`,
  );
}

/** Kestrel writes ASCII without control characters only. */
function refuseInvalid(name: string, value: string): void {
  if (/^[\t\x20-\x7e]*$/.test(value)) return;
  throw new Error(
    `unable to answer; the header ${name} holds characters that HTTP does not allow. Encode them.`,
  );
}

/** A cookie as ASP.NET Core writes it: lower-case attributes, and `path=/` if the app gave no path. */
function toSetCookie(cookie: RpcCookie): string {
  const { expires, maxAge, domain, path, secure, sameSite, httpOnly } = cookie;
  const attributes = [`${encodeURIComponent(cookie.name)}=${encodeURIComponent(cookie.value)}`];
  const seconds = expires?.value?.seconds;
  if (seconds !== undefined) attributes.push(`expires=${new Date(seconds * 1_000).toUTCString()}`);
  if (maxAge?.value !== undefined) attributes.push(`max-age=${Math.trunc(maxAge.value)}`);
  if (domain?.value) attributes.push(`domain=${domain.value}`);
  attributes.push(`path=${path?.value || '/'}`);
  if (secure?.value) attributes.push('secure');
  if (sameSite && sameSite !== 'none') {
    attributes.push(`samesite=${sameSite === 'explicitNone' ? 'none' : sameSite}`);
  }
  if (httpOnly?.value) attributes.push('httponly');
  const text = attributes.join('; ');
  refuseInvalid('set-cookie', text);
  return text;
}
