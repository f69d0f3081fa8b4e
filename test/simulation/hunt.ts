// Finds a seed that notices a mutation: the known one, or the first one.

import { fuzz } from './fuzz.ts';
import { loadMutant } from './mutant.ts';
import type { Suspect } from './mutation.ts';
import { simulate } from './simulate.ts';

interface Noticed {
  readonly seed: number;
  /** The failed check. */
  readonly broken: string;
}

/** Undefined if none of the seeds from 1 to `within` does. */
export async function hunt(mutation: Suspect): Promise<Noticed | undefined> {
  const subject = await loadMutant(mutation);
  const all = Array.from({ length: mutation.within }, (_, n) => n + 1);
  const { noticedBy } = mutation;
  const run = mutation.by === 'fuzz' ? fuzz : simulate;
  for (const seed of noticedBy === undefined ? all : [noticedBy, ...all]) {
    const { broken } = await run(seed, subject);
    if (broken !== undefined) return { seed, broken };
  }
  return undefined;
}
