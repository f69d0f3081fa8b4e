// Published lines as a log: colours, levels, and nothing else of a terminal.

import { describe, expect, test } from '@jest/globals';
import { PUBLISHER } from '../../../functions/protocol.ts';
import { levelOf, plainOf, textOf, toSpans } from '../../../web/text/log-text.ts';

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
    ['a link of a terminal', `a${ESC}]8;;https://evil.example${ESC}\\b${ESC}]8;;${ESC}\\`],
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

  test('are found in any line in linear time', () => {
    const startedAt = performance.now();
    for (const text of [`${ESC}[`.repeat(2_000), `${ESC}]`.repeat(2_000), ';'.repeat(4_000)]) {
      plain(text);
      plain(`${ESC}[${text}m`);
    }
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});

describe('the level of a line', () => {
  test.each([
    ['2026-11-23T10:00:00Z ERROR disk full', 'error'],
    ['[error] disk full', 'error'],
    ['FATAL: no', 'error'],
    ['time=1 level=warn msg="x"', 'warning'],
    ['{"level":"warning","msg":"x"}', 'warning'],
    ['10:00 WARN  x', 'warning'],
    ['INFO x', 'info'],
    ['[debug] x', 'debug'],
    ['TRACE x', 'debug'],
    ['POST /x HTTP 200 INFO', 'info'],
    ['0 errors, no error at all', undefined],
    ['Information for you', undefined],
    ['', undefined],
    [`${'x'.repeat(200)} ERROR`, undefined],
  ])('of %j is %s', (text, level) => {
    expect(levelOf(text)).toBe(level);
  });
});

test('only published lines lose their codes in a quote', () => {
  const text = `${ESC}[31mred`;
  expect(plainOf({ userId: PUBLISHER, text })).toBe('red');
  expect(plainOf({ userId: 'bob', text })).toBe(text);
});
