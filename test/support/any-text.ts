// Texts of any characters, for property tests.

import fc from 'fast-check';

const SURROGATES = { from: 0xd800, count: 0x800 };

/** Any code point but a surrogate. */
const character = fc.integer({ min: 0, max: 0x10_ffff - SURROGATES.count }).map(
  (index) => String.fromCodePoint(index < SURROGATES.from ? index : index + SURROGATES.count),
  // So that fast-check can also try names such as __proto__.
  (text) => {
    const point = String(text).codePointAt(0) ?? 0;
    return point < SURROGATES.from ? point : point - SURROGATES.count;
  },
);

/** As `fc.string({ unit: 'binary' })`, which first makes a map of all characters: about a second in each file. */
export const anyText = (constraints: { readonly maxLength?: number } = {}): fc.Arbitrary<string> =>
  fc.string({ ...constraints, unit: character });
