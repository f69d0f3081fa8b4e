// Where the words of a search occur in a text.

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { foldText, parseSearch } from '../../../functions/protocol.ts';
import { fold, type Piece, toExcerpt, toPieces, toWords } from '../../../web/text/search-marks.ts';
import { anyText } from '../../support/any-text.ts';
import { runs } from '../../support/sizes.ts';

const marked = (pieces: readonly Piece[]) =>
  pieces.map(({ text, isMatch }) => (isMatch ? `[${text}]` : text)).join('');

test.each([
  ['The deployment failed', 'PLOY', 'The de[ploy]ment failed'],
  ['The deployment failed', 'failed the', '[The] deployment [failed]'],
  ['Straße', 'strasse', '[Straße]'],
  ['Straße', 'tras', 'S[traß]e'],
  ['ＡＢＣ abc', 'b', 'Ａ[Ｂ]Ｃ a[b]c'],
  ['ｶﾞス', 'ガ', '[ｶﾞ]ス'],
  ['Cafe\u0301 au lait', 'café', '[Cafe\u0301] au lait'],
  ['Café', 'caf', '[Caf]é'],
  ['我们明天部署新版本', '部署 明天', '我们[明天部署]新版本'],
  ['aaa', 'aa', '[aaa]'],
  ['ΟΔΟΣ', 'οδος', '[ΟΔΟΣ]'],
  ['done 🎉🎉', '🎉', 'done [🎉🎉]'],
  ['nothing here', 'x', 'nothing here'],
  ['', 'x', ''],
])('%j has %j at %s', (text, query, shown) => {
  expect(marked(toPieces(text, toWords(query)))).toBe(shown);
});

test('letters and words are those of the functions', () => {
  fc.assert(
    fc.property(anyText(), (text) => {
      expect(fold(text)).toBe(foldText(text));
    }),
    runs(1_000),
  );
  for (const query of ['a B', 'Straße　ＡＢＣ', '部署 明天', 'ΟΔΟΣ']) {
    expect(toWords(query)).toEqual(parseSearch(query));
  }
});

test('the pieces are the whole text, and every word that the functions find is marked', () => {
  const letters = fc.constantFrom('a', 'B', 'ß', 'ｂ', '部', ' ', '署', 'é', 'e\u0301', '🎉', 'ｶﾞ');
  const text = fc.array(letters, { maxLength: 30 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, text, (said, query) => {
      const words = toWords(query);
      const pieces = toPieces(said, words);
      expect(pieces.map((piece) => piece.text).join('')).toBe(said);
      const isFound = words.some((word) => foldText(said).includes(word));
      expect(pieces.some(({ isMatch }) => isMatch)).toBe(isFound);
    }),
    runs(1_000),
  );
});

describe('an excerpt', () => {
  const excerpt = (text: string, query: string) => marked(toExcerpt(text, toWords(query)));

  test('of a short text is the text in one line', () => {
    expect(excerpt('one\n\n  two  three', 'two')).toBe('one [two] three');
  });

  test('begins near the first match, with a word', () => {
    const shown = excerpt(`${'word '.repeat(200)}needle ${'word '.repeat(200)}`, 'needle');
    expect(shown).toMatch(/^…(?:word ){8,12}\[needle\] word /);
    expect(shown).toMatch(/…$/);
    expect(shown.length).toBeLessThan(320);
  });

  test('of a text that the author’s name has found is its beginning', () => {
    expect(excerpt('word '.repeat(200), 'ada')).toMatch(/^word (?:word ){50,}.*…$/);
  });

  test('ends within no emoji', () => {
    expect(excerpt('🎉'.repeat(400), 'x')).toBe(`${'🎉'.repeat(150)}…`);
    expect(excerpt(`${'🎉'.repeat(400)}needle`, 'needle')).toBe(`…${'🎉'.repeat(30)}[needle]`);
  });
});
