// Finds a seed that notices a mutation: the known one, or the first one.

import { loadMutant } from './mutant.ts';
import type { Suspect } from './mutations.ts';
import { type Outcome, simulate } from './simulate.ts';

/** Undefined if none of the seeds from 1 to `within` does. */
export async function hunt(mutation: Suspect): Promise<Outcome | undefined> {
  const subject = await loadMutant(mutation);
  const all = Array.from({ length: mutation.within }, (_, n) => n + 1);
  const { noticedBy } = mutation;
  for (const seed of noticedBy === undefined ? all : [noticedBy, ...all]) {
    const outcome = await simulate(seed, subject);
    if (outcome.broken) return outcome;
  }
  return undefined;
}
