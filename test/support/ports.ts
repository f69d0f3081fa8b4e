// Reserves ports without listening, for parts whose ports a test needs before their start or after a restart.

import { randomInt } from 'node:crypto';
import { isPortTaken } from '../../local/stack/ports.ts';

/** Below the ports of outgoing connections: from 32768 on Linux, from 49152 on macOS and Windows. */
const FIRST = 20_000;
const AFTER_LAST = 32_000;

/** Different free ports. Concurrent tests practically never get the same ones. */
export async function choosePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(FIRST, AFTER_LAST);
    if (!(await isPortTaken(port))) ports.add(port);
  }
  return [...ports];
}
