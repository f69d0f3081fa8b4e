// The storms and the property tests come in two sizes: short in `npm test`, long in `npm run test:soak`. The claims are the
// same. The soak runs each test file that imports this one.

/** Set for the project `soak` of jest.config.mjs. */
const isSoak = (globalThis as { readonly isSoak?: boolean }).isSoak === true;

export const sized = <Size>(short: Size, long: Size): Size => (isSoak ? long : short);

/** Runs of a property in `npm test`. */
const SHORT_RUNS = 25;

/** For `fc.assert`. `npm run test:soak` runs the property `full` times, as often as fast-check does by default or more. */
export const runs = (full = 100): { readonly numRuns: number } => ({
  numRuns: sized(Math.min(SHORT_RUNS, full), full),
});
