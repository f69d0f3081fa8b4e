// The context that all parts of a simulated world share.

import type { AuthorChecks } from './author-checks.ts';
import type { Faults } from './faults.ts';
import type { Ledger } from './ledger.ts';
import type { Scheduler } from './scheduler.ts';
import type * as everything from './subject.ts';
import type { Traits } from './traits.ts';

/** The code under test, unchanged or with a mutation. */
export type Subject = typeof everything;

export interface Simulation {
  readonly scheduler: Scheduler;
  readonly subject: Subject;
  readonly ledger: Ledger;
  readonly traits: Traits;
  readonly authors: AuthorChecks;
  /** The current faults. */
  readonly faults: Faults;
  /** Ends the run with a failed check. */
  readonly fail: (claim: string) => void;
}

/** The name of a private room, so that it has a creator. */
export const ROOM = 'lobby-abcd-efgh-jkmn-pqrs';
