import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PUBLISHER } from '../../../functions/protocol.ts';
import { excerptOf, proseOf } from '../../../web/text/excerpt.ts';
import { anyCharacter } from '../../support/hostile-input.ts';
import { runs } from '../../support/sizes.ts';

const beginning = (text: string) => excerptOf({ userId: 'g-ada', text });

describe('the beginning of a message', () => {
  test('is one line of its own words', () => {
    expect(beginning('one\ntwo')).toBe('one two');
  });

  test('has neither what the message quotes nor more than a line of it', () => {
    expect(beginning('> Eve: x\nanswer')).toBe('answer');
    expect(beginning('> only a quote')).toBe('> only a quote');
    expect(beginning('run:\n```sh\nnpm ci\n```')).toBe('run: npm ci');
    const long = beginning('😀'.repeat(500));
    expect([...long]).toHaveLength(141);
    expect(long.endsWith('😀…')).toBe(true);
  });

  test.each([
    ['**bold** and *italic*, ***both***, ~~gone~~', 'bold and italic, both, gone'],
    ['这是**重点**内容', '这是重点内容'],
    ['run `npm ci` in `a_b`', 'run npm ci in a_b'],
    ['> **Eve**: x\n_no_', 'no'],
    ['buy:\n- **milk**\n2. bread', 'buy: - milk 2. bread'],
    ['```ts\nconst a = 2 ** 3;\n```', 'const a = 2 ** 3;'],
    ['2*3*4 in snake_case_name', '2*3*4 in snake_case_name'],
    ['https://example.com/a_b_c', 'https://example.com/a_b_c'],
  ])('of %j has no marks: %j', (text, shown) => {
    expect(beginning(text)).toBe(shown);
  });

  test('of a published line is as the program wrote it, without codes of colours', () => {
    const text = '\u001b[1m**not bold**\u001b[0m `x`';
    expect(excerptOf({ userId: PUBLISHER, text })).toBe('**not bold** `x`');
  });

  test('of 4,000 emoji is there at once', () => {
    const startedAt = performance.now();
    beginning(`${'❤️ '.repeat(1_300)}x`);
    expect(performance.now() - startedAt).toBeLessThan(200);
  });
});

test('without its marks a text has the same letters and digits, in the same order', () => {
  const piece = fc.constantFrom('**', '*', '_', '~~', '`', '> ', '- ', '\n', ' ', 'a', '7', '好');
  const texts = fc
    .oneof(
      fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
      fc.string({ unit: anyCharacter, maxLength: 100 }),
    )
    // The language of a block of code is no text of its own.
    .map((text) => text.replace(/```(?=[\w+#.-])/g, '```\n'));
  const letters = (text: string) => text.match(/[\p{L}\p{N}]/gu) ?? [];
  fc.assert(
    fc.property(texts, (text) => {
      expect(letters(proseOf({ userId: 'g-ada', text }))).toEqual(letters(text));
    }),
    runs(1_000),
  );
});
