// Published lines as a log: colours, links, and nothing else of a terminal.

import { describe, expect, test } from '@jest/globals';
import { PUBLISHER } from '../../../functions/protocol.ts';
import { plainOf, textOf, toSpans } from '../../../web/text/log-text.ts';

const ESC = '\u001b';
const plain = (text: string) => textOf(toSpans(text));

describe('the spans of a line', () => {
  test('carry its colours', () => {
    expect(toSpans(`a${ESC}[1;31mb${ESC}[22mc${ESC}[0md`)).toEqual([
      { text: 'a', styles: [] },
      { text: 'b', styles: ['bold', 'red'] },
      { text: 'c', styles: ['red'] },
      { text: 'd', styles: [] },
    ]);
  });

  test.each([
    ['bright colours', `${ESC}[92mx`, ['green']],
    ['a reset without a number', `${ESC}[31m${ESC}[mx`, []],
    ['the colour before, again', `${ESC}[31m${ESC}[39mx`, []],
    ['an exact colour, left out', `${ESC}[38;2;1;2;3;4mx`, ['underlined']],
    ['a colour of 256, left out', `${ESC}[38;5;31;1mx`, ['bold']],
    ['backgrounds, left out', `${ESC}[41mx`, []],
    ['codes that nobody has', `${ESC}[999;12345678901mx`, []],
    ['CSI in one character', '\u009b34mx', ['blue']],
  ])('know %s', (_, text, styles) => {
    expect(toSpans(text)).toEqual([{ text: 'x', styles }]);
  });

  test.each([
    ['a clear screen', `a${ESC}[2Jb`],
    ['a move of the cursor', `a${ESC}[10;1Hb`],
    ['a title', `a${ESC}]0;owned\u0007b`],
    ['a lone escape', `a${ESC}`.concat('cb')],
    ['a sequence that does not end', `ab${ESC}[31`],
    ['a string that does not end', `ab${ESC}]0;owned`],
    ['bells and backspaces', 'a\u0007\bb\u007f'],
  ])('hold nothing of %s', (_, text) => {
    expect(plain(text)).toBe('ab');
  });

  test('leave markup as text, line breaks and tabs as they are', () => {
    expect(plain('<b>\t好\n👋')).toBe('<b>\t好\n👋');
  });

  test('C5: show where a link leads, so that no text passes for another address', () => {
    const link = `${ESC}]8;;https://evil.example${ESC}\\${ESC}[34mbank${ESC}[0m${ESC}]8;;${ESC}\\`;
    expect(toSpans(`my ${link}`)).toEqual([
      { text: 'my ', styles: [] },
      { text: 'bank', styles: ['blue'] },
      { text: ' (https://evil.example)', styles: [] },
    ]);
  });

  test('C5: are not cut by what shows nothing, so that a link in them is found', () => {
    expect(toSpans(`https://a${ESC}[K.example`)).toEqual([
      { text: 'https://a.example', styles: [] },
    ]);
  });

  test('S13: are found in linear time, also of sequences that do not end', () => {
    // Quadratic, each of these takes longer than a test may.
    const length = 500_000;
    const parts = [`${ESC}[`, `${ESC}]`, `${ESC}[1;31m`, '\u009d', `\u009d${ESC}`, ';'];
    for (const text of parts.map((part) => part.repeat(length / part.length))) {
      expect(plain(text).length).toBeLessThanOrEqual(length);
      expect(plain(`${ESC}[${text}m${ESC}`).length).toBeLessThanOrEqual(length);
    }
  });
});

test('only published lines lose their codes in a quote', () => {
  const text = `${ESC}[31mred`;
  expect(plainOf({ userId: PUBLISHER, text })).toBe('red');
  expect(plainOf({ userId: 'bob', text })).toBe(text);
});
