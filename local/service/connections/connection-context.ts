// What all connections of a service share.

import type { Log } from '../log.ts';
import type { Limits, Times } from '../options.ts';
import type { Deliver } from '../upstream/delivery.ts';

export interface ConnectionContext {
  readonly accessKeys: readonly string[];
  readonly deliver: Deliver;
  readonly times: Times;
  readonly limits: Limits;
  /** True to do as the official emulator does, see `compat.ts`. */
  readonly compat: boolean;
  readonly now: () => number;
  readonly log: Log;
}
