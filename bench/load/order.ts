// Starts the load generator and the talkers, and gives them their orders.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Order } from './generator.ts';
import type { TalkersOrder } from './talkers.ts';

const GENERATOR = fileURLToPath(new URL('./generator.ts', import.meta.url));
const TALKERS = fileURLToPath(new URL('./talkers.ts', import.meta.url));

export function startGenerator(): ChildProcess {
  return fork(GENERATOR, [], { execArgv: ['--import', 'tsx'] });
}

export interface Talkers {
  readonly pid: number;
  /** Lets them into the room. They stay until `leave`. */
  enter(url: string, room: string, people: number): Promise<void>;
  /** They talk as long as the work takes. Resolves with its result, and the time until its acknowledgement of each message, ms. */
  talkDuring<Result>(work: () => Promise<Result>): Promise<[Result, readonly number[]]>;
  leave(): Promise<void>;
  kill(): void;
}

export function startTalkers(): Talkers {
  const child = fork(TALKERS, [], { execArgv: ['--import', 'tsx'] });
  return {
    pid: child.pid ?? 0,
    enter: (url, room, people) => send(child, { kind: 'enter', url, room, people }),
    talkDuring: async (work) => {
      await send(child, { kind: 'talk' });
      const result = await work();
      return [result, await send<readonly number[], TalkersOrder>(child, { kind: 'hush' })];
    },
    leave: () => send(child, { kind: 'leave' }),
    kill: () => child.kill('SIGKILL'),
  };
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
