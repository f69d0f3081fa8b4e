// What the emulator counts, and waiting for what a measurement needs.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '../../local/stack/stack.ts';

/** Counters of `/emulator/counts`. */
export interface Counts {
  readonly billedMessages: number;
  /** REST calls of the host and the functions, by kind. */
  readonly rest: Readonly<Record<string, number>>;
  readonly upstream: Readonly<Record<string, number>>;
}

export async function countsOf({ ports }: Stack): Promise<Counts> {
  const answer = await fetch(`http://127.0.0.1:${ports.servicePort}/emulator/counts`);
  return (await answer.json()) as Counts;
}

export function restCallsIn({ rest }: Counts): number {
  return Object.values(rest).reduce((sum, count) => sum + count, 0);
}

export async function until(isSo: () => boolean, what: string): Promise<void> {
  const limit = performance.now() + 60_000;
  while (!isSo()) {
    if (performance.now() > limit) {
      throw new Error(`unable to measure; waited for ${what} for a minute. Run it alone.`);
    }
    await sleep(20);
  }
}
