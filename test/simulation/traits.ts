// What a world has beside the storms of all worlds. It follows from the seed and is not drawn, so that worlds without it stay as
// they were.

export interface Traits {
  /** People edit and remove their messages. */
  readonly hasChanges: boolean;
  /** For how many minutes they may. */
  readonly editMinutes: number;
  /** All that one person has said is erased. */
  readonly hasEraser: boolean;
  /** The room begins with an archive. */
  readonly hasImport: boolean;
  /** People react. */
  readonly hasReactors: boolean;
  /** People react on their pages, and each page shows the reactions with the own votes. */
  readonly hasVoters: boolean;
  /** People moderate from their pages, who may and who may not. */
  readonly hasModerators: boolean;
  /** Signed-in people read on several devices. */
  readonly hasReaders: boolean;
}

const LONG_MINUTES = 60;
/** Most worlds last longer. */
const SHORT_MINUTES = 1;

export function traitsOf(seed: number): Traits {
  return {
    hasChanges: seed % 2 === 0,
    editMinutes: seed % 12 === 4 ? SHORT_MINUTES : seed % 24 === 10 ? 0 : LONG_MINUTES,
    hasEraser: seed % 3 === 1,
    hasImport: seed % 7 === 3,
    hasReactors: seed % 5 === 0,
    hasVoters: seed % 9 === 2,
    hasModerators: seed % 10 === 7,
    hasReaders: seed % 13 === 6,
  };
}
