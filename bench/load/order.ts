// Starts the load generator, and gives it its orders.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Order } from './generator.ts';

const GENERATOR = fileURLToPath(new URL('./generator.ts', import.meta.url));

export function startGenerator(): ChildProcess {
  return fork(GENERATOR, [], { execArgv: ['--import', 'tsx'] });
}

/** Resolves with the answer of the generator, or of another process with `takeOrders`. One order at a time. */
export async function send<Answer, Any extends object = Order>(
  generator: ChildProcess,
  order: Any,
): Promise<Answer> {
  const over = new AbortController();
  const { signal } = over;
  try {
    generator.send(order);
    const ended = once(generator, 'exit', { signal }).then(([code]) => {
      throw new Error(`unable to measure; the generator ended with ${code}. Run it alone.`);
    });
    ended.catch(() => {});
    const [message] = await Promise.race([once(generator, 'message', { signal }), ended]);
    const { answer, error } = message as { answer: Answer; error?: string };
    if (error !== undefined) throw new Error(error);
    return answer;
  } finally {
    over.abort();
  }
}
