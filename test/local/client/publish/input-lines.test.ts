// Bytes become lines: decoded, in their last state, each short enough for a message.

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Interrupted } from '../../../../local/client/context.ts';
import {
  type InputCounts,
  type InputLine,
  readLines,
} from '../../../../local/client/publish/input-lines.ts';
import { inputOf } from '../../../support/command-line.ts';
import { runs } from '../../../support/sizes.ts';

const ESC = '\u001b';
const COLOUR = new RegExp(`${ESC}\\[3\\dm`, 'g');

async function read(chunks: readonly (string | Uint8Array)[], encoding?: string) {
  const counts: InputCounts = { blank: 0, overwritten: 0, split: 0 };
  const lines: InputLine[] = [];
  let error: string | undefined;
  try {
    for await (const some of readLines(inputOf(...chunks), encoding, counts)) lines.push(...some);
  } catch (thrown) {
    error = thrown instanceof Error ? thrown.message : String(thrown);
  }
  return {
    texts: lines.map(({ text }) => text),
    numbers: lines.map(({ number }) => number),
    counts,
    error,
  };
}

const textsOf = async (...chunks: readonly (string | Uint8Array)[]) => (await read(chunks)).texts;

describe('lines', () => {
  test.each([
    ['line breaks of Unix and Windows', ['a\nb\r\nc'], ['a', 'b', 'c']],
    ['a line break cut in two', ['a\r', '\nb'], ['a', 'b']],
    ['a line cut in two', ['hel', 'lo\n'], ['hello']],
    ['a last line without an end', ['a\nb'], ['a', 'b']],
    ['a last \\r', ['a\r'], ['a']],
    ['blank lines', ['a\n\n  \n\t\nb\n'], ['a', 'b']],
    ['nothing', [], []],
    ['nothing but blanks', ['\n\n'], []],
    ['leading blanks', ['  a\n'], ['  a']],
  ])('are found despite %s', async (_, chunks, texts) => {
    expect(await textsOf(...chunks)).toEqual(texts);
  });

  test('have their numbers in the input', async () => {
    const { numbers, counts } = await read([`one\n\n${'x'.repeat(4_001)}\n \nfour`]);
    expect(numbers).toEqual([1, 3, 3, 5]);
    expect(counts).toEqual({ blank: 2, overwritten: 0, split: 1 });
  });

  test('are split if they are longer than a message, never within a character', async () => {
    const [first, second, ...others] = await textsOf(`${'👋'.repeat(4_001)}\n`);
    expect([first?.length, second, others]).toEqual([8_000, '👋', []]);
  });

  test('are split beside a colour sequence, not within it', async () => {
    const texts = await textsOf(`${'x'.repeat(3_998)}${ESC}[31mred\n`);
    expect(texts).toEqual(['x'.repeat(3_998), `${ESC}[31mred`]);
  });

  test('that never end are returned in parts', async () => {
    const lines: string[] = [];
    const counts: InputCounts = { blank: 0, overwritten: 0, split: 0 };
    async function* endless() {
      for (;;) yield Buffer.from('x'.repeat(4_500));
    }
    for await (const some of readLines(endless(), undefined, counts)) {
      lines.push(...some.map(({ text }) => text));
      if (lines.length > 8) break;
    }
    expect(new Set(lines)).toEqual(new Set(['x'.repeat(4_000)]));
    expect(counts.split).toBe(1);
  });

  test('are the same for any boundaries of the chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), { maxLength: 8 }),
        fc.array(fc.nat(60), { maxLength: 20 }),
        fc.constantFrom('utf-8', 'utf-16le', 'utf-16be'),
        async (parts, cuts, encoding) => {
          const lines = parts.map((part) => `${part.replace(/[\p{C}\s]/gu, '')}.`);
          const bytes = encode(lines.join('\n'), encoding);
          const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b)];
          const chunks = at.map((start, n) => bytes.subarray(start, at[n + 1]));
          const { texts, error } = await read(chunks, encoding);
          expect([texts, error]).toEqual([lines, undefined]);
        },
      ),
      runs(),
    );
  });
});

function encode(text: string, encoding: string): Buffer {
  if (encoding === 'utf-8') return Buffer.from(text);
  const bytes = Buffer.from(text, 'utf16le');
  return encoding === 'utf-16le' ? bytes : bytes.swap16();
}

const LE = Buffer.from([0xff, 0xfe]);
const BE = Buffer.from([0xfe, 0xff]);
const UTF8 = Buffer.from([0xef, 0xbb, 0xbf]);

describe('C7: text', () => {
  const text = 'Größe 好\r\nzwei 👋\r\n';
  const lines = ['Größe 好', 'zwei 👋'];

  test.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with its mark', Buffer.concat([UTF8, Buffer.from(text)])],
    ['UTF-16 of PowerShell 5.1', Buffer.concat([LE, encode(text, 'utf-16le')])],
    ['UTF-16, the high byte first', Buffer.concat([BE, encode(text, 'utf-16be')])],
    [
      'UTF-8 of two files, each with its mark',
      Buffer.concat([UTF8, Buffer.from('Größe 好\n'), UTF8, Buffer.from('zwei 👋\n')]),
    ],
  ])('in %s is decoded, whole and byte by byte', async (_, bytes) => {
    expect(await textsOf(bytes)).toEqual(lines);
    expect(await textsOf(...[...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(lines);
  });

  test.each([
    ['windows-1252', Buffer.from('Gr\u00f6\u00dfe\n', 'latin1'), 'Größe'],
    ['utf-16le', encode('Größe\n', 'utf-16le'), 'Größe'],
    ['gb18030', Buffer.from([0xba, 0xc3, 0x0a]), '好'],
  ])('in %s is decoded where --encoding says so', async (encoding, bytes, line) => {
    expect((await read([bytes], encoding)).texts).toEqual([line]);
  });

  test('has the encoding of its byte-order mark, not of --encoding', async () => {
    expect(
      (await read([Buffer.concat([LE, encode('好\n', 'utf-16le')])], 'windows-1252')).texts,
    ).toEqual(['好']);
  });

  test.each([
    ['a byte of Latin-1', Buffer.from('Gr\u00f6\u00dfe', 'latin1')],
    ['a character cut off by the end of the input', Buffer.from('好').subarray(0, 2)],
    [
      'a character cut off by the end of its line',
      Buffer.concat([Buffer.from('好').subarray(0, 2), Buffer.from('\n')]),
    ],
    ['half a pair of UTF-16', Buffer.from([0xed, 0xa0, 0x80])],
    ['an overlong zero', Buffer.from([0xc0, 0x80])],
    ['noise', Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff])],
  ])('that is no UTF-8 for %s is refused with its line, after those before it', async (_, bad) => {
    const { texts, error, counts } = await read(['one\n\nthree\n', bad, 'more\nfive\n']);
    expect(texts).toEqual(['one', 'three']);
    expect(counts.blank).toBe(1);
    expect(error).toBe(
      'unable to read line 4 of the input; it is not UTF-8. Give its encoding, e.g. --encoding windows-1252, or convert it first.',
    );
  });

  test('with invalid UTF-16 after a byte-order mark is refused with the line', async () => {
    const bytes = Buffer.concat([
      LE,
      encode('one\ntwo', 'utf-16le'),
      Buffer.from([0x00, 0xd8, 0x0a, 0x00]),
    ]);
    const { texts, error } = await read([bytes]);
    expect([texts, error]).toEqual([
      ['one'],
      'unable to read line 2 of the input; it is not utf-16le. Convert it to UTF-8 first.',
    ]);
  });

  test('with U+FFFD in UTF-16 is valid', async () => {
    expect(await textsOf(Buffer.concat([LE, encode('a\ufffd\n', 'utf-16le')]))).toEqual([
      'a\ufffd',
    ]);
  });

  test.each([
    [
      'UTF-16 without a mark',
      encode('one\n', 'utf-16le'),
      'it looks like UTF-16LE without a byte-order mark. Give --encoding utf-16le',
    ],
    [
      'UTF-16 without a mark, the high byte first',
      encode('one\n', 'utf-16be'),
      'it looks like UTF-16BE without',
    ],
    ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]), 'it is UTF-32. Convert it'],
  ])('in %s is refused', async (_, bytes, reason) => {
    const { texts, error } = await read([bytes]);
    expect([texts, error]).toEqual([
      [],
      expect.stringContaining(`unable to read line 1 of the input; ${reason}`),
    ]);
  });

  test('after zeros, as in a truncated log, is valid', async () => {
    expect(await textsOf(Buffer.concat([Buffer.alloc(100), Buffer.from('text\n')]))).toEqual([
      'text',
    ]);
  });
});

test('C4: with a read error is refused with its line, after the lines before it', async () => {
  async function* broken() {
    yield Buffer.from('one\ntwo\nthr');
    throw new Error('EIO: i/o error, read');
  }
  const counts: InputCounts = { blank: 0, overwritten: 0, split: 0 };
  const texts: string[] = [];
  const reading = (async () => {
    for await (const some of readLines(broken(), undefined, counts))
      texts.push(...some.map((one) => one.text));
  })();
  await expect(reading).rejects.toThrow(
    'unable to read line 3 of the input; it cannot be read (EIO: i/o error, read)',
  );
  expect(texts).toEqual(['one', 'two']);
});

test('Ctrl+C drops a line without an end', async () => {
  async function* interrupted() {
    yield Buffer.from('one\ntw');
    throw new Interrupted(false);
  }
  const counts: InputCounts = { blank: 0, overwritten: 0, split: 0 };
  const texts: string[] = [];
  const reading = (async () => {
    for await (const some of readLines(interrupted(), undefined, counts))
      texts.push(...some.map((one) => one.text));
  })();
  await expect(reading).rejects.toThrow(Interrupted);
  expect(texts).toEqual(['one']);
});

describe('C5: a line', () => {
  const bar = Array.from({ length: 101 }, (_, n) => `${n}%`).join('\r');

  test.each([
    ['its last state, of a progress bar', [`${bar}\rdone\n`], ['done']],
    [
      'its last state, when they come one by one',
      ['0%', '\r', '50%', '\r1', '00%\r', '\n'],
      ['100%'],
    ],
    ['nothing, where its bar was erased', [`${bar}\r${ESC}[K\nnext\n`], ['next']],
    [
      'its text and colours, of all sequences',
      [`${ESC}[K${ESC}[32mok${ESC}[m${ESC}]0;t\u0007\n`],
      [`${ESC}[32mok${ESC}[m`],
    ],
    ['its text without controls of one character', ['a\u009b2Jb\n'], ['ab']],
    [
      'the address of its link',
      [`${ESC}]8;;https://a.example${ESC}\\docs${ESC}]8;;${ESC}\\\n`],
      ['docs (https://a.example)'],
    ],
    ['nothing, of what shows nothing', [`${ESC}[32m \u200b\u2060${ESC}[m\n\ufeff\n`], []],
    ['nothing, of blank letters and long colours', [`\u2800\n${ESC}[${'1;'.repeat(40)}m\n`], []],
    ['a sign of format that is visible', ['\u0600\n'], ['\u0600']],
  ])('is %s', async (_, chunks, texts) => {
    expect(await textsOf(...chunks)).toEqual(texts);
  });

  test('counts overwritten states', async () => {
    expect((await read([`${bar}\rdone\nplain\n`])).counts).toEqual({
      blank: 0,
      overwritten: 101,
      split: 0,
    });
  });

  test('that overwrites itself without end needs the memory of its last state only', async () => {
    const counts: InputCounts = { blank: 0, overwritten: 0, split: 0 };
    async function* endless() {
      for (let n = 0; n < 2_000; n += 1)
        yield Buffer.from(`\r${ESC}[3${n % 8}m${'='.repeat(98)}${n}`);
      yield Buffer.from('\n');
    }
    const texts: string[] = [];
    for await (const some of readLines(endless(), undefined, counts))
      texts.push(...some.map((one) => one.text));
    expect(texts).toHaveLength(1);
    expect(texts[0]?.replaceAll(COLOUR, '')).toBe(`${'='.repeat(98)}1999`);
    expect(counts).toEqual({ blank: 0, overwritten: 1_999, split: 0 });
  });

  test('does not split a sequence that arrives in two chunks of a long line', async () => {
    const texts = await textsOf(`${'x'.repeat(16_100)}${ESC}[3`, '1mred\n');
    expect(texts.join('')).toBe(`${'x'.repeat(16_100)}${ESC}[31mred`);
  });
});
