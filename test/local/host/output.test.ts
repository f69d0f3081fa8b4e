import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { createOutput } from '../../../local/host/output.ts';

function openOutput() {
  let now = 1_000;
  const writes: string[] = [];
  const output = createOutput(
    (text) => writes.push(text),
    () => now,
  );
  const pass = (ms: number) => {
    now += ms;
  };
  return { ...output, writes, pass };
}

/** Until the next turn of the event loop. */
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('the output', () => {
  it('writes the lines of one turn at once', async () => {
    const { write, writes } = openOutput();
    write('a\n');
    write('b\n');
    expect(writes).toEqual([]);
    await nextTurn();
    expect(writes).toEqual(['a\nb\n']);
  });

  it('lets lines wait for others if it has just written', async () => {
    const { write, writes } = openOutput();
    write('a\n');
    await nextTurn();
    write('b\n');
    await nextTurn();
    write('c\n');
    expect(writes).toEqual(['a\n']);
    await sleep(40);
    expect(writes).toEqual(['a\n', 'b\nc\n']);
  });

  it('writes a line after a pause in its turn', async () => {
    const { write, writes, pass } = openOutput();
    write('a\n');
    await nextTurn();
    pass(20);
    write('b\n');
    await nextTurn();
    expect(writes).toEqual(['a\n', 'b\n']);
  });

  it('writes what waits when the process ends, and once', async () => {
    const { write, flush, writes } = openOutput();
    write('a\n');
    flush();
    await nextTurn();
    expect(writes).toEqual(['a\n']);
  });
});
