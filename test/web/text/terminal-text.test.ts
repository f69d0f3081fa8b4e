// What a terminal makes of a line.

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { piecesOf, settledLine, withAddresses } from '../../../web/text/terminal-text.ts';
import { runs, sized } from '../../support/sizes.ts';

const ESC = '\u001b';
const COLOURS = new RegExp(`${ESC}\\[[\\d;:]*m`, 'g');
const textOf = (text: string) =>
  [...withAddresses(piecesOf(text))].map((one) => (one.kind === 'text' ? one.text : '')).join('');

describe('the text of a line', () => {
  test.each([
    ['a clear screen', `a${ESC}[2Jb`],
    ['erasing to the end of the line', `a${ESC}[Kb${ESC}[K`],
    ['a move of the cursor', `a${ESC}[10;1Hb`],
    ['a title', `a${ESC}]0;owned\u0007b`],
    [
      'a title that CAN, SUB or ESC breaks off',
      `a${ESC}]0;x\u0018b${ESC}]0;y\u001a${ESC}]0;z${ESC}[m`,
    ],
    ['a device control string', `a${ESC}Pq#0;2;0;0;0${ESC}\\b`],
    ['a link to no address of the web', `a${ESC}]8;;file://host/x${ESC}\\b${ESC}]8;;${ESC}\\`],
    ['a lone escape', `a${ESC}`.concat('cb')],
    ['another character set', `${ESC}(Bab`],
    ['a sequence that does not end', `ab${ESC}[31`],
    ['a string that does not end', `ab${ESC}]0;owned`],
    ['private modes', `a${ESC}[?25lb${ESC}[?2004h`],
    ['keyboard modes that end with m', `a${ESC}[>4;2mb`],
    ['controls of one character', 'a\u009b2Jb\u0085\u009d0;x\u009c'],
    ['bells and zeros', 'a\u0007\u0000b\u007f'],
  ])('C5: has nothing of %s', (_, text) => {
    expect(textOf(text)).toBe('ab');
  });

  test('C5: keeps what follows a string that does not end, from the next line on', () => {
    expect(textOf(`a${ESC}]0;owned\nb`)).toBe('a\nb');
  });

  const link = (address: string, text: string, end = `${ESC}\\`) =>
    `${ESC}]8;id=1;${address}${end}${text}${ESC}]8;;${end}`;

  test.each([
    [
      'its address behind its text',
      link('https://a.example/x;y', 'docs'),
      'docs (https://a.example/x;y)',
    ],
    ['BEL as its end', link('http://a.example', 'docs', '\u0007'), 'docs (http://a.example)'],
    [
      'an address once, where it is the text',
      link('https://a.example', 'https://a.example'),
      'https://a.example',
    ],
    [
      'colours in its text',
      link('https://a.example', `${ESC}[1mdo${ESC}[mcs`),
      'docs (https://a.example)',
    ],
    ['no end', `${ESC}]8;;https://a.example${ESC}\\docs`, 'docs (https://a.example)'],
    ['no text', link('https://a.example', ''), ''],
    ['a script for an address', link('javascript:alert(1)', 'docs'), 'docs'],
  ])('C5: of a link has %s', (_, text, shown) => {
    expect(textOf(text)).toBe(shown);
  });
});

describe('what a line shows in the end', () => {
  const bar = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, n) => `${from + n}%`).join('\r');

  test.each([
    ['a bar of 102 states', `${bar(0, 100)}\rdone`, 'done', 101],
    ['a bar that ends with the line', `${bar(98, 100)}\r`, '100%', 2],
    ['a line of Windows', 'text\r', 'text', 0],
    ['a bar that is erased at last', `50%\r${ESC}[K`, '', 1],
    ['a bar whose line is erased before each state', `50%${ESC}[2K${ESC}[1G100%`, '100%', 1],
    ['a bar that goes to the first column', `50%${ESC}[G100%${ESC}[0G`, '100%', 1],
    ['a spinner', '|\b/\b-\bdone', 'done', 0],
    ['a spinner that steps left', `⠋${ESC}[D⠙${ESC}[1D✓`, '✓', 0],
    ['bold as typewriters had it', 'a\bab\bb', 'ab', 0],
    ['a character of two units taken back', '👋\bx', 'x', 0],
    ['more taken back than there is', `a${ESC}[99D\b\bx`, 'x', 0],
    ['erasing what is empty', `${ESC}[Ktext${ESC}[K`, 'text', 0],
    ['the colour that still holds', `${ESC}[32m50%\r100%${ESC}[0m`, `${ESC}[32m100%${ESC}[0m`, 1],
    ['no colour that was reset', `${ESC}[31m50%${ESC}[0m\rdone`, 'done', 1],
    ['colours', `${ESC}[1;31mred${ESC}[m`, `${ESC}[1;31mred${ESC}[m`, 0],
    ['a tab', 'a\tb', 'a\tb', 0],
    ['text without controls', 'a 好 👋 \u200d', 'a 好 👋 \u200d', 0],
  ])('C5: of %s', (_, line, text, overwritten) => {
    expect(settledLine(line)).toEqual({ text, overwritten });
  });

  test('C5: is nothing but text and colours, and settled for good, for any line', () => {
    const part = fc.constantFrom(
      ESC,
      '[',
      ']',
      '8;;https://a.example',
      ';',
      '3',
      '1',
      'm',
      'K',
      'G',
      'D',
      '\\',
      '\r',
      '\b',
      '\u0007',
      '\u009b',
      '\u009c',
      '\u009d',
      '\u0018',
      'text',
      '👋',
      '\t',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
        const { text } = settledLine(parts.join(''));
        expect(text.replaceAll(COLOURS, '')).not.toMatch(/[^\P{Cc}\t]/u);
        expect(settledLine(text)).toEqual({ text, overwritten: 0 });
      }),
      runs(5_000),
    );
  });
});

describe('S13: a line of any kind is read in linear time', () => {
  // At full length each of these takes longer than a test may in quadratic time, and a part of a second in linear time.
  const LENGTH = sized(50_000, 500_000);
  const repeat = (part: string) => part.repeat(LENGTH / part.length);
  test.each([
    ['control sequences that do not end', repeat(`${ESC}[`)],
    ['parameters that do not end', `${ESC}[${repeat(';')}`],
    ['strings that do not end', repeat(`${ESC}]`)],
    ['strings of one character that do not end', repeat('\u009d')],
    ['strings of one character that ESC breaks off', `${repeat('\u009d')}${ESC}`],
    ['strings that ESC breaks off', repeat(`\u0090\u009d${ESC}`)],
    ['intermediates', repeat(`${ESC} `)],
    ['links', repeat(`${ESC}]8;;https://a.example\u0007`)],
    ['links with text', repeat(`${ESC}]8;;https://a.example\u0007x`)],
    ['states of a bar', repeat('x\r')],
    ['states of a bar, each in another colour', repeat(`${ESC}[38;5;1mx\r`)],
    ['steps back', repeat('x\b')],
    ['steps back in colours', repeat(`x${ESC}[1m\b`)],
    ['steps back from the end of a long text', 'x'.repeat(LENGTH) + '\b'.repeat(LENGTH)],
    ['steps back beyond the start', repeat(`${ESC}[9999999999D`)],
  ])('%s', (_, line) => {
    expect(settledLine(line).text.length).toBeLessThan(10 * LENGTH);
  });
});
