// The storms come in two sizes: short in `npm test`, long in `npm run test:soak`. The claims are the same.

/** Set for the project `soak` of jest.config.mjs. */
const isSoak = (globalThis as { readonly isSoak?: boolean }).isSoak === true;

export const sized = <Size>(short: Size, long: Size): Size => (isSoak ? long : short);
