// What every part of a simulated world knows of it.

import type { Faults } from './faults.ts';
import type { Ledger } from './ledger.ts';
import type { Scheduler } from './scheduler.ts';
import type * as everything from './subject.ts';

/** The code that runs: as it is, or with a mutation. */
export type Subject = typeof everything;

export interface Simulation {
  readonly scheduler: Scheduler;
  readonly subject: Subject;
  readonly ledger: Ledger;
  /** Those of the moment. */
  readonly faults: Faults;
  /** Ends the run: a promise is broken. */
  readonly fail: (claim: string) => void;
}

export const ROOM = 'lobby';
