// The colours of published lines: those of the theme by name, others exact and legible, and nothing else of a terminal.

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  contrast,
  GROUNDS,
  LEAST_CONTRAST,
  luminanceOf,
  type Rgb,
} from '../../../web/text/legible-colour.ts';
import { toSpans } from '../../../web/text/log-colours.ts';
import { withoutCodes } from '../../../web/text/log-text.ts';
import { runs, sized } from '../../support/sizes.ts';

const ESC = '\u001b';
const plain = (text: string) => {
  const shown = toSpans(text)
    .map((span) => span.text)
    .join('');
  expect(withoutCodes(text)).toBe(shown);
  return shown;
};

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
    ['a colour of 256 that is one of the theme', `${ESC}[38;5;9;1mx`, ['bold', 'red']],
    ['a colour of 256 that is none', `${ESC}[38;5;256;1mx`, ['bold']],
    ['the colour of an underline, left out', `${ESC}[58;2;1;2;3;4mx`, ['underlined']],
    ['a curly underline, and its end', `${ESC}[4:3mx`, ['underlined']],
    ['an underline without a line', `${ESC}[4m${ESC}[4:0mx`, []],
    ['a line through the text', `${ESC}[9mx`, ['struck']],
    ['inverse', `${ESC}[7;1mx`, ['bold', 'inverse']],
    ['the end of inverse', `${ESC}[7m${ESC}[27mx`, []],
    ['the end of a background', `${ESC}[41m${ESC}[49mx`, []],
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
    // Quadratic, each of these takes longer than a test may at full length.
    const length = sized(50_000, 500_000);
    const parts = [`${ESC}[`, `${ESC}]`, `${ESC}[1;31m`, '\u009d', `\u009d${ESC}`, ';'];
    for (const text of parts.map((part) => part.repeat(length / part.length))) {
      expect(plain(text).length).toBeLessThanOrEqual(length);
      expect(plain(`${ESC}[${text}m${ESC}`).length).toBeLessThanOrEqual(length);
    }
  });
});

describe('U18: an exact colour', () => {
  const paintOf = (codes: string) => toSpans(`${ESC}[${codes}mx`)[0]?.paint;

  test.each([
    ['38;2;250;0;0', '38:2:250:0:0'],
    ['38;2;250;0;0', '38:2::250:0:0'],
    ['38;5;196', '38:5:196'],
    ['48;2;1;2;3', '48:2::1:2:3'],
  ])('is the same in %j and in %j', (one, other) => {
    expect(paintOf(one)).toBeDefined();
    expect(paintOf(other)).toEqual(paintOf(one));
  });

  test('is taken as it is where it is legible', () => {
    expect(paintOf('38;2;0;0;120')?.light).toBe('#000078');
    expect(paintOf('38;2;255;255;0')?.dark).toBe('#ffff00');
    expect(paintOf('38;5;232')).toMatchObject({ light: '#080808' });
    expect(paintOf('48;5;16')).toEqual({ light: '#ffffff', dark: '#ffffff', ground: '#000000' });
    expect(paintOf('97;44')).toEqual({ light: '#e5e5e5', dark: '#e5e5e5', ground: '#0000ee' });
  });

  test('changes places with the background in inverse', () => {
    expect(paintOf('34;47;7')).toEqual(paintOf('37;44'));
    expect(paintOf('31;7')).toEqual(paintOf('41'));
  });

  test('of a background ends with the background, and leaves the marks', () => {
    expect(toSpans(`${ESC}[2;4;101ma${ESC}[49mb`)).toEqual([
      { text: 'a', styles: ['underlined'], paint: paintOf('41') },
      { text: 'b', styles: ['faint', 'underlined'] },
    ]);
  });

  const parse = (css: string): Rgb => {
    const [red = 0, green = 0, blue = 0] = (css.match(/[\da-f]{2}/g) ?? []).map((pair) =>
      Number.parseInt(pair, 16),
    );
    return [red, green, blue];
  };

  test('is legible in both themes, on its own background or on that of the line', () => {
    const value = fc.integer({ min: 0, max: 255 });
    const ink = fc.oneof(
      fc.tuple(value, value, value).map((rgb) => `2;${rgb.join(';')}`),
      value.map((index) => `5;${index}`),
    );
    fc.assert(
      fc.property(fc.option(ink), fc.option(ink), fc.boolean(), (front, back, isInverse) => {
        const codes = [
          front === null ? '0' : `38;${front}`,
          back === null ? '' : `;48;${back}`,
          isInverse ? ';7' : '',
        ].join('');
        const paint = paintOf(codes);
        if (!paint) return;
        for (const theme of ['light', 'dark'] as const) {
          const behind = paint.ground ? luminanceOf(parse(paint.ground)) : GROUNDS[theme];
          const ratio = contrast(luminanceOf(parse(paint[theme])), behind);
          expect(ratio).toBeGreaterThanOrEqual(LEAST_CONTRAST);
        }
      }),
      runs(2_000),
    );
  });
});
