// One call of a function, and its result, as triggers see them.

import type { BindingData } from './binding-expressions.ts';
import type { RpcHttp, RpcTypedData } from './worker/rpc.ts';

/** The reason of every call over HTTP, in the real host's words, because people search logs for it. */
export const CALLED_BY_HOST = 'This function was programmatically called via the host APIs.';

/** A trigger's request to run a function. */
export interface Call {
  readonly trigger: RpcTypedData;
  /** If it throws, the call fails before the handler runs. */
  readonly triggerMetadata?: () => Readonly<Record<string, RpcTypedData>>;
  /** Computed only if a binding has an expression. */
  readonly bindingData: () => BindingData;
  /** Why the function runs, for the log. */
  readonly reason: string;
  /** The caller's W3C `traceparent`. */
  readonly traceParent?: string | undefined;
}

export interface Outcome {
  /** The HTTP response. Undefined if the handler returned nothing. */
  readonly http: RpcHttp | undefined;
  readonly returnValue: RpcTypedData | null | undefined;
}
