// Hostile input: unusual texts, values of every type, and both nested.

import fc from 'fast-check';

/** Any UTF-16, with lone surrogates and control characters. */
const anyUnits = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 200 })
  .map((units) => String.fromCharCode(...units));

/**
 * Any character of Unicode, as the `unit` of `fc.string`. The unit 'binary' means the same, and first makes a table of all
 * characters: 2 s of processor time in each suite.
 */
export const anyCharacter = fc
  .integer({ min: 0, max: 0x10ffff - 0x800 })
  // Without surrogates.
  .map((code) => String.fromCodePoint(code < 0xd800 ? code : code + 0x800));

/** Characters that reorder, hide, join or imitate others, or terminate a string. */
const TRICKS = [
  ...['\0', '\n', '\r', '\t', '\u001b', '\u0085', '\u2028', '\u2029', ' ', '\u00a0', '\u2003'],
  ...['\u3000', '\u200b', '\u200c', '\u200d', '\u200e', '\u202e', '\u2066', '\u2060', '\ufeff'],
  ...['\u00ad', '\u034f', '\u115f', '\u3164', '\ufe0f', '\u{e0041}', '\ud83d', '\udc69', '\u0301'],
  ...[
    '<',
    '>',
    '"',
    "'",
    '`',
    '&',
    '/',
    '\\',
    '#',
    '?',
    '%',
    '%00',
    '..',
    '{',
    '}',
    '$',
    '{{',
    '\u001e',
  ],
  ...['👩', 'é', '大', 'ש', 'a', 'Z', '9', '-', '_', '.', ':', '~'],
];
const tricky = fc
  .array(fc.constantFrom(...TRICKS), { maxLength: 80 })
  .map((parts) => parts.join(''));

/** Names that mean something to JavaScript, to storage or to a file system. */
const LOADED = [
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'null', 'undefined', 'NaN', 'true'],
  ...[
    '.keys',
    '.tidy',
    '.rooms',
    'head',
    'c:',
    'm:0000000000000001',
    'i:',
    'app',
    'moderator',
    '..',
  ],
  ...[
    '-0',
    '-1',
    '1e9',
    '0x10',
    '１２',
    '9007199254740993',
    '',
    ' ',
    "' or '1' eq '1",
    '*',
    '%2e%2e',
  ],
];

export const hostileText = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: anyCharacter, maxLength: 100 }) },
  { weight: 3, arbitrary: tricky },
  { weight: 2, arbitrary: fc.constantFrom(...LOADED) },
  { weight: 1, arbitrary: anyUnits },
  // Around the limits of names, rooms, ids and texts, in characters of one, two and four bytes.
  fc
    .tuple(
      fc.constantFrom('x', 'é', '大', '😀', '\ud800', '\u0301'),
      fc.constantFrom(31, 32, 33, 63, 64, 65, 500, 3_999, 4_000, 4_001, 20_000),
    )
    .map(([character, length]) => character.repeat(length)),
);

/** Every type of JavaScript that a hub protocol can carry, nested. */
export const hostileValue = fc.oneof(
  hostileText,
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSparseArray: true,
    withTypedArray: true,
    stringUnit: anyCharacter,
  }),
  // Objects that pretend to be text.
  hostileText.map((text) => ({ toString: () => text, length: text.length, normalize: () => text })),
  hostileText.map((text) => [text]),
);

/** Values for a URL's query or a header. */
export const hostileQuery = fc.oneof(
  hostileText,
  fc
    .array(
      fc.tuple(
        fc.constantFrom(
          'room',
          'name',
          'limit',
          'after',
          'before',
          'id',
          'reason',
          'banMinutes',
          'continue',
          'x',
        ),
        hostileText,
      ),
      { maxLength: 6 },
    )
    .map((pairs) => new URLSearchParams(pairs).toString()),
);

/** A valid header value of HTTP: bytes without control characters. */
export const headerValue = fc
  .array(fc.oneof(fc.integer({ min: 0x20, max: 0x7e }), fc.integer({ min: 0xa0, max: 0xff })), {
    maxLength: 300,
  })
  .map((codes) => String.fromCharCode(...codes).trim());
