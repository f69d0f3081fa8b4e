// How a stream of bytes becomes batches of lines.

import { describe, expect, test } from '@jest/globals';
import { type Limits, toBatches } from '../../../local/client/line-batches.ts';
import { Clock, settle } from '../../support/clock.ts';

const LIMITS: Limits = { lines: 3, bytes: 1_000, waitMs: 200 };

async function batchesOf(chunks: readonly (string | Uint8Array)[], limits = LIMITS) {
  async function* stream() {
    for (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
  }
  const batches = [];
  for await (const batch of toBatches(stream(), limits, () => new Promise(() => {}))) {
    batches.push(batch);
  }
  return batches;
}

const linesOf = async (...chunks: readonly (string | Uint8Array)[]) =>
  (await batchesOf(chunks)).flatMap(({ lines }) => lines);

describe('lines', () => {
  test.each([
    ['line breaks of every kind', ['a\nb\r\nc\rd'], ['a', 'b', 'c', 'd']],
    ['a line break cut in two', ['a\r', '\nb'], ['a', 'b']],
    ['a lone \\r at the end of a chunk', ['a\r', 'b'], ['a', 'b']],
    ['a line cut in two', ['hel', 'lo\n'], ['hello']],
    ['a last line without an end', ['a\nb'], ['a', 'b']],
    ['a last \\r', ['a\r'], ['a']],
    ['blank lines', ['a\n\n  \n\t\nb\n'], ['a', 'b']],
    ['nothing', [], []],
    ['nothing but blanks', ['\n\n'], []],
    ['leading blanks', ['  a\n'], ['  a']],
    ['a byte order mark', ['\ufeffa\n'], ['a']],
  ])('are found despite %s', async (_, chunks, lines) => {
    expect(await linesOf(...chunks)).toEqual(lines);
  });

  test('are whole though a character is cut in two', async () => {
    const bytes = Buffer.from('好👋\n');
    const chunks = [...bytes].map((byte) => Uint8Array.of(byte));
    expect(await linesOf(...chunks)).toEqual(['好👋']);
  });

  test('are cut where they are longer than a message may be, no character in half', async () => {
    const [first, second, ...others] = await linesOf(`${'👋'.repeat(4_001)}\n`);
    expect([first?.length, second, others]).toEqual([8_000, '👋', []]);
  });

  test('that never end do not wait for their end', async () => {
    const lines = await linesOf(...Array.from({ length: 10 }, () => 'x'.repeat(4_500)));
    expect(lines.join('')).toBe('x'.repeat(45_000));
    expect(Math.max(...lines.map(({ length }) => length))).toBe(4_000);
  });
});

describe('a batch', () => {
  test('is full at so many lines, and knows the number of its first', async () => {
    expect(await batchesOf(['1\n2\n3\n4\n5\n6\n7\n'])).toEqual([
      { first: 1, lines: ['1', '2', '3'] },
      { first: 4, lines: ['4', '5', '6'] },
      { first: 7, lines: ['7'] },
    ]);
  });

  test('is full at so many bytes, but has one line at least', async () => {
    const limits = { lines: 10, bytes: 8, waitMs: 200 };
    const batches = await batchesOf(['好好\n1\n2\n3\na very long line\n4\n'], limits);
    expect(batches.map(({ lines }) => lines)).toEqual([
      ['好好'],
      ['1', '2', '3'],
      ['a very long line'],
      ['4'],
    ]);
  });

  test('goes when its first line has waited long enough, and not before', async () => {
    const clock = new Clock();
    const writes: ((text: string) => void)[] = [];
    async function* stream() {
      for (;;) {
        yield Buffer.from(await new Promise<string>((write) => writes.push(write)));
      }
    }
    const batches: (readonly string[])[] = [];
    void (async () => {
      for await (const { lines } of toBatches(stream(), LIMITS, clock.sleep)) batches.push(lines);
    })();
    const write = async (text: string) => {
      await settle();
      writes.pop()?.(text);
      await settle();
    };
    await write('1\n');
    await clock.advance(150);
    await write('2\n');
    await clock.advance(49);
    expect(batches).toEqual([]);
    await clock.advance(1);
    expect(batches).toEqual([['1', '2']]);
    await write('3\n');
    await clock.advance(199);
    expect(batches).toHaveLength(1);
    await clock.advance(1);
    expect(batches).toEqual([['1', '2'], ['3']]);
  });

  test('is not read ahead of: whoever is slow to take it slows down the writer', async () => {
    let read = 0;
    async function* stream() {
      for (;;) {
        read += 1;
        yield Buffer.from('1\n2\n3\n');
      }
    }
    const reader = toBatches(stream(), LIMITS, () => new Promise(() => {}));
    await reader.next();
    await settle();
    expect(read).toBeLessThanOrEqual(2);
    await reader.next();
    await settle();
    expect(read).toBeLessThanOrEqual(3);
  });
});
