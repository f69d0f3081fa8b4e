// Ports that stay ours while nobody listens there, for parts that a test names before they start, or starts again.

import { randomInt } from 'node:crypto';
import { isPortTaken } from '../../local/stack/ports.ts';

/** Below those that systems give to outgoing connections: from 32768 on Linux, from 49152 on macOS and Windows. */
const FIRST = 20_000;
const AFTER_LAST = 32_000;

/** So many different ports that nobody listens at. Tests that run beside each other are as good as never given the same. */
export async function choosePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(FIRST, AFTER_LAST);
    if (!(await isPortTaken(port))) ports.add(port);
  }
  return [...ports];
}
