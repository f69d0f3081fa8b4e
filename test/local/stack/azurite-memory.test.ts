// The memory of Azurite's process: how much more than its tables the heap has.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { ROOT } from '../../../local/root.ts';
import { MEMORY_OPTIONS } from '../../../local/stack/azurite-memory.ts';

/** Keeps rows as tables do, and drops three times as many after a while. Prints the largest heap, in sizes of what is left. */
const FILL = `
  const kept = [], waiting = [];
  let most = 0;
  for (let n = 0; n < 400_000; n += 1) {
    const row = { key: 'm:' + n, text: JSON.stringify({ n }).padEnd(300, '-') };
    row.text.charCodeAt(0);
    if (n % 4 === 0) kept.push(row);
    else waiting.push(row);
    if (waiting.length > 30_000) waiting.length = 0;
    if (n % 1_000 === 0) {
      most = Math.max(most, process.memoryUsage().heapTotal);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  waiting.length = 0;
  gc();
  const left = process.memoryUsage().heapUsed;
  console.log(kept.length > 0 && most / left);
`;

async function largestHeap(options: readonly string[], first = ''): Promise<number> {
  const args = ['--expose-gc', '--import', 'tsx', '--input-type=module'];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...options, ...args, '--eval', `${first}${FILL}`],
    { cwd: ROOT },
  );
  return Number(stdout);
}

test('issue 15: garbage takes less than the tables', async () => {
  const path = JSON.stringify(join(ROOT, 'local/stack/azurite-memory.ts'));
  const adjust = `const { growSlowly } = await import(${path}); growSlowly();`;
  expect(await largestHeap(MEMORY_OPTIONS, adjust)).toBeLessThan(2.2);
});

test('issue 15: it takes more in a process as it is: once this fails, azurite-memory.ts can go', async () => {
  expect(await largestHeap([])).toBeGreaterThan(2.5);
});
