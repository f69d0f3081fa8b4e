// The context that all connections of a service share.

import type { Log } from '../log.ts';
import type { Limits, Times } from '../options.ts';
import type { Deliver } from '../upstream/delivery.ts';

export interface ConnectionContext {
  readonly accessKeys: readonly string[];
  readonly deliver: Deliver;
  readonly times: Times;
  readonly limits: Limits;
  /** Behave as the official emulator, see `compat.ts`. */
  readonly compat: boolean;
  /** Milliseconds that never go back. */
  readonly monotonicNow: () => number;
  readonly log: Log;
}
