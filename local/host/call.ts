// One call of a function, as triggers make it and as they get its result.

import type { BindingData } from './binding-expressions.ts';
import type { RpcHttp, RpcTypedData } from './worker/rpc.ts';

/** The reason of every call that came over HTTP, in the real host's words, because people search logs for it. */
export const CALLED_BY_HOST = 'This function was programmatically called via the host APIs.';

/** What a trigger hands over. */
export interface Call {
  readonly trigger: RpcTypedData;
  /** May throw, and then the call fails before the handler. */
  readonly triggerMetadata?: () => Readonly<Record<string, RpcTypedData>>;
  /** Computed only where a binding has an expression. */
  readonly bindingData: () => BindingData;
  /** Why the function runs, for the log. */
  readonly reason: string;
  /** The caller's W3C `traceparent`. */
  readonly traceParent?: string | undefined;
}

export interface Outcome {
  /** The HTTP response; none where the handler returned nothing. */
  readonly http: RpcHttp | undefined;
  readonly returnValue: RpcTypedData | null | undefined;
}
