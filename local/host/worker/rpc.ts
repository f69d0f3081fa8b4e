// The data between @azure/functions and the worker: protobuf messages as plain objects.
// Source: Azure/azure-functions-nodejs-library, types-core/index.d.ts.

/** A one-of: at most one member is set. */
export interface RpcTypedData {
  readonly string?: string;
  readonly json?: string;
  readonly bytes?: Uint8Array;
  readonly int?: number;
  readonly double?: number;
  readonly http?: RpcHttp;
}

interface RpcNullable<T> {
  readonly value?: T;
}

/** A request (method, url, nullable…, body) or a response (statusCode, headers, cookies, body). */
export interface RpcHttp {
  readonly method?: string;
  /** Absolute, with query. */
  readonly url?: string;
  readonly nullableHeaders?: Readonly<Record<string, RpcNullable<string>>>;
  readonly nullableQuery?: Readonly<Record<string, RpcNullable<string>>>;
  readonly nullableParams?: Readonly<Record<string, RpcNullable<string>>>;
  readonly statusCode?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly RpcCookie[];
  readonly body?: RpcTypedData | null;
}

export interface RpcCookie {
  readonly name: string;
  readonly value: string;
  readonly domain?: RpcNullable<string>;
  readonly path?: RpcNullable<string>;
  readonly expires?: RpcNullable<{ readonly seconds: number }>;
  readonly secure?: RpcNullable<boolean>;
  readonly httpOnly?: RpcNullable<boolean>;
  /** `none` means unset; `explicitNone` is the attribute `samesite=none`. */
  readonly sameSite?: 'none' | 'lax' | 'strict' | 'explicitNone';
  readonly maxAge?: RpcNullable<number>;
}

export interface RpcBindingData {
  readonly name: string;
  readonly data: RpcTypedData;
}

export interface RpcInvocationRequest {
  readonly invocationId: string;
  readonly functionId: string;
  /** The trigger first, then one entry for each other input binding. */
  readonly inputData: readonly RpcBindingData[];
  readonly triggerMetadata: Readonly<Record<string, RpcTypedData>>;
  readonly traceContext: RpcTraceContext;
}

interface RpcTraceContext {
  /** W3C `traceparent`. */
  readonly traceParent: string;
  readonly traceState: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface RpcInvocationResponse {
  readonly outputData?: readonly { readonly name?: string; readonly data?: RpcTypedData | null }[];
  readonly returnValue?: RpcTypedData | null;
}

export type RpcLogLevel =
  | 'trace'
  | 'debug'
  | 'information'
  | 'warning'
  | 'error'
  | 'critical'
  | 'none';

export type RpcLogCategory = 'user' | 'system' | 'customMetric';

/** A JSON document. Bytes become base64 text, as Newtonsoft writes a .NET byte array. */
export function toRpcJson(value: unknown): RpcTypedData {
  // With a function for each member, V8 writes JSON several times as slowly.
  return { json: JSON.stringify(value, hasBytes(value) ? bytesAsBase64 : undefined) ?? 'null' };
}

function hasBytes(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof Uint8Array) return true;
  return Array.isArray(value) ? value.some(hasBytes) : Object.values(value).some(hasBytes);
}

/** The value that a function returned or set as an output. Text stays text, even if it holds JSON. */
export function fromRpcTypedData(data: RpcTypedData | null | undefined): unknown {
  if (!data) return null;
  if (data.string !== undefined) return data.string;
  if (data.json !== undefined) return JSON.parse(data.json);
  return data.bytes ?? data.int ?? data.double ?? null;
}

/** The bytes of a response's body. Empty without a body. */
export function toBodyBytes(data: RpcTypedData | null | undefined): Uint8Array {
  const value = fromRpcTypedData(data);
  if (value === null || value === undefined) return new Uint8Array();
  if (value instanceof Uint8Array) return value;
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
}

function bytesAsBase64(this: unknown, key: string, value: unknown): unknown {
  // The toJSON of a Buffer runs before this function, so the original is read from its owner.
  const original: unknown = (this as Record<string, unknown>)[key];
  if (!(original instanceof Uint8Array)) return value;
  return Buffer.from(original.buffer, original.byteOffset, original.byteLength).toString('base64');
}
