// A mistake in one source file: one of its texts is replaced.

export interface Mutation {
  /** The mistake, as a sentence. */
  readonly name: string;
  /** Path from the repository's root. */
  readonly file: string;
  /** Must appear in the file exactly once. Otherwise the mutation is out of date. */
  readonly from: string;
  readonly to: string;
}

export interface Suspect extends Mutation {
  /** What notices it: the storms, or the fuzz of the room log. */
  readonly by?: 'fuzz';
  /** It is noticed within so many seeds, counted from 1. */
  readonly within: number;
  /** A seed that noticed it. It is tried first, so no time goes into the seeds before it. */
  readonly noticedBy?: number;
}

/** The file's source with the mistake. */
export function mutated({ name, file, from, to }: Mutation, source: string): string {
  const pieces = source.split(from);
  if (pieces.length === 2) return pieces.join(to);
  throw new Error(
    `unable to make the mutant "${name}"; ${file} has its text ${pieces.length - 1} times. Bring test/simulation/mutations.ts up to date.`,
  );
}
