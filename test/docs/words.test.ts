// The words of documents, comments and titles of tests: one word for one thing, plain sentences, and no line too long to read.

import { describe, expect, test } from '@jest/globals';
import { filesBelow, read, split } from '../support/documents.ts';

/** What the code was called before it had the field's words, and what to say instead. PROTOCOL.md has the glossary. */
const RETIRED: readonly (readonly [words: RegExp, instead: string])[] = [
  [/\b(?:told|untold|tells)\b/i, 'broadcast, pending presence, say, distinguish'],
  [/\bowed\b/i, 'deferred'],
  [/\b(?:tidy|tidies|tidied|looks? after|looked after)\b/i, 'clean up, cleanup'],
  [/\bkept (?:back|out)\b|\bsent away\b/i, 'deferred, banned, closed, disconnected'],
  [/\b(?:mend|mends|mended|mending)\b/i, 'fix, correct'],
  [/\bstand-ins?\b/i, 'emulator'],
  [/\b(?:whoever|whatever|whichever|wherever)\b/i, 'anyone, any, everywhere'],
  [/\b(?:till|whilst|amongst|thus|hence|lest|upon)\b/i, 'until, while, among, so'],
  [
    /\b(?:utili[sz]e|leverage|seamless(?:ly)?|blazing|robust(?:ly)?|simply|obviously|just works)\b/i,
    'nothing, or a number',
  ],
];

/** The retired words of a text, each with what to say instead. */
const retiredIn = (text: string) =>
  RETIRED.flatMap(([words, instead]) => {
    const [found] = words.exec(text) ?? [];
    return found === undefined ? [] : [`${found} (say ${instead}): ${text.trim()}`];
  });

/** Without code and addresses. */
const wordsOf = (line: string) => line.replace(/`[^`]*`|\]\([^)]*\)|"[^"]*"/g, '');

const DOCUMENTS = filesBelow('.', '.md');

describe.each(DOCUMENTS)('%s', (file) => {
  const lines = split(read(file)).prose;

  test('has no retired word', () => {
    expect(lines.flatMap((line) => retiredIn(wordsOf(line)))).toEqual([]);
  });

  test('joins no sentences by semicolons', () => {
    // The grammar of an error is one of our own.
    const joined = lines.filter((line) =>
      /;/.test(wordsOf(line).replace(/\*unable to [^*]*\*|\bunable to [^|]*/g, '')),
    );
    expect(joined).toEqual([]);
  });
});

const CODE = ['functions', 'local', 'web', 'bench', 'test', 'infra'].flatMap((folder) =>
  ['.ts', '.tsx', '.mjs', '.css', '.bicep', '.sh'].flatMap((ending) => filesBelow(folder, ending)),
);

/** The comments of a file, and the titles of its tests. */
function saidIn(text: string): string[] {
  const comments = text.split('\n').map((line) => {
    const [comment = ''] = /^\s*(?:\/\/|\/?\*|#) .*|(?<=[;{,)] )\/\/ .*/.exec(line) ?? [];
    return comment;
  });
  const calls = text.matchAll(/(?:\b(?:test|describe)|\))\(\s*(['`])(.*?)\1,/g);
  return [...comments, ...[...calls].map(([, , title = '']) => title)];
}

test('the code has no retired word in comments and titles of tests', () => {
  expect(CODE.length).toBeGreaterThan(500);
  const found = CODE.filter((file) => file !== 'test/docs/words.test.ts').flatMap((file) =>
    saidIn(read(file)).flatMap((said) => retiredIn(wordsOf(said)).map((one) => `${file}: ${one}`)),
  );
  expect(found).toEqual([]);
});

test('the code has no line over 200 characters, except for one long text', () => {
  const long = CODE.flatMap((file) =>
    read(file)
      .split('\n')
      .filter((line) => line.length > 200 && !/(['"`])(?:(?!\1).){120,}\1/.test(line))
      .map((line) => `${file}: ${line}`),
  );
  expect(long).toEqual([]);
});

test.each([
  ['// Whoever joins is told the number', 2],
  ["  test('tells tables apart', () => {", 1],
  ["test.each(rows)(\n  'mends %s', (row) => {", 1],
  ['  const x = 1; // kept back until then', 1],
  ['// says `tidy` as storage has it', 0],
  ["const CLEANUP_PARTITION = '.tidy';", 0],
])('the check finds the retired words in %s', (text, count) => {
  expect(saidIn(text).flatMap((said) => retiredIn(wordsOf(said)))).toHaveLength(count);
});
