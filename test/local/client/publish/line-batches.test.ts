// Lines become batches.

import { describe, expect, test } from '@jest/globals';
import {
  type Beginning,
  InputTooShort,
  type Limits,
  toBatches,
} from '../../../../local/client/publish/line-batches.ts';
import { Clock, settle } from '../../../support/clock.ts';

const LIMITS: Limits = { lines: 3, bytes: 1_000, waitMs: 200 };
const never = () => new Promise<void>(() => {});

const toLines = (text: string) =>
  text.split(' ').map((one, index) => ({ number: index + 1, text: one }));

async function* linesOf(text: string) {
  yield toLines(text);
}

async function batchesOf(text: string, limits = LIMITS, beginning?: Beginning) {
  const batches = [];
  for await (const { first, lines } of toBatches(linesOf(text), limits, never, beginning)) {
    batches.push({ first, lines: lines.map((line) => line.text) });
  }
  return batches;
}

describe('a batch', () => {
  test('is full at a number of lines, and has the number of its first one', async () => {
    expect(await batchesOf('1 2 3 4 5 6 7')).toEqual([
      { first: 1, lines: ['1', '2', '3'] },
      { first: 4, lines: ['4', '5', '6'] },
      { first: 7, lines: ['7'] },
    ]);
  });

  test('is full at a number of bytes, but has at least one line', async () => {
    const limits = { lines: 10, bytes: 8, waitMs: 200 };
    const batches = await batchesOf('好好 1 2 3 a-very-long-line 4', limits);
    expect(batches.map(({ lines }) => lines)).toEqual([
      ['好好'],
      ['1', '2', '3'],
      ['a-very-long-line'],
      ['4'],
    ]);
  });

  test('is complete when its first line has waited long enough, and not before', async () => {
    const clock = new Clock();
    const writes: ((text: string) => void)[] = [];
    async function* stream() {
      for (;;) yield toLines(await new Promise<string>((write) => writes.push(write)));
    }
    const batches: string[][] = [];
    void (async () => {
      for await (const { lines } of toBatches(stream(), LIMITS, clock.sleep)) {
        batches.push(lines.map(({ text }) => text));
      }
    })();
    const write = async (text: string) => {
      await settle();
      writes.pop()?.(text);
      await settle();
    };
    await write('1');
    await clock.advance(150);
    await write('2');
    await clock.advance(49);
    expect(batches).toEqual([]);
    await clock.advance(1);
    expect(batches).toEqual([['1', '2']]);
    await write('3');
    await clock.advance(199);
    expect(batches).toHaveLength(1);
    await clock.advance(1);
    expect(batches).toEqual([['1', '2'], ['3']]);
  });

  test('waits for its reader, so a slow chat slows down the writer', async () => {
    let read = 0;
    async function* stream() {
      for (;;) {
        read += 1;
        yield toLines('1 2 3');
      }
    }
    const reader = toBatches(stream(), LIMITS, never);
    await reader.next();
    await settle();
    expect(read).toBeLessThanOrEqual(2);
    await reader.next();
    await settle();
    expect(read).toBeLessThanOrEqual(3);
  });
});

test('C4: the error of a failed reader comes after its lines', async () => {
  async function* failing() {
    yield toLines('1 2 3 4');
    throw new Error('no more');
  }
  const batches: number[] = [];
  const reading = (async () => {
    for await (const { lines } of toBatches(failing(), LIMITS, never)) batches.push(lines.length);
  })();
  await expect(reading).rejects.toThrow('no more');
  expect(batches).toEqual([3, 1]);
});

describe('C4: continuing an earlier run', () => {
  test('skips stored lines', async () => {
    expect(await batchesOf('1 2 3 4 5', LIMITS, { first: 3, count: undefined })).toEqual([
      { first: 3, lines: ['3', '4', '5'] },
    ]);
  });

  test('sends a batch with an unknown outcome unchanged, in any size', async () => {
    expect(await batchesOf('1 2 3 4 5 6 7', LIMITS, { first: 2, count: 2 })).toEqual([
      { first: 2, lines: ['2', '3'] },
      { first: 4, lines: ['4', '5', '6'] },
      { first: 7, lines: ['7'] },
    ]);
    expect(await batchesOf('1 2 3 4 5 6', LIMITS, { first: 1, count: 5 })).toEqual([
      { first: 1, lines: ['1', '2', '3', '4', '5'] },
      { first: 6, lines: ['6'] },
    ]);
  });

  test.each<Beginning>([
    { first: 5, count: undefined },
    { first: 3, count: 2 },
    { first: 9, count: 1 },
  ])('takes no input that is too short for %j, and sends nothing of it', async (beginning) => {
    await expect(batchesOf('1 2 3', LIMITS, beginning)).rejects.toThrow(InputTooShort);
  });

  test('has nothing to do if everything was stored', async () => {
    expect(await batchesOf('1 2 3', LIMITS, { first: 4, count: undefined })).toEqual([]);
  });
});
