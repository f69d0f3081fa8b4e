// Finds the first seed that notices a mutation.

import { loadMutant } from './mutant.ts';
import type { Suspect } from './mutations.ts';
import { type Outcome, simulate } from './simulate.ts';

/** Undefined if none of the seeds from 1 to `within` does. */
export async function hunt(mutation: Suspect): Promise<Outcome | undefined> {
  const subject = await loadMutant(mutation);
  for (let seed = 1; seed <= mutation.within; seed += 1) {
    const outcome = await simulate(seed, subject);
    if (outcome.broken) return outcome;
  }
  return undefined;
}
