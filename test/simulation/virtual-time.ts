// Replaces the machine's time by the scheduler's during a run, as jest's fake timers do, because the page's code uses
// global timers and the global clock.

import type { Scheduler, Task } from './scheduler.ts';

/** The start time of every simulated world. */
export const EPOCH_MS = 1_767_225_600_000;

const NAMES = ['setTimeout', 'clearTimeout', 'AbortController'] as const;

/** Returns a function that restores the real time. */
export function installVirtualTime(scheduler: Scheduler): () => void {
  const tasks = new Map<number, Task>();
  let lastHandle = 0;

  const setTimeout = (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
    lastHandle += 1;
    const handle = lastHandle;
    const fire = () => {
      tasks.delete(handle);
      run(...args);
    };
    tasks.set(handle, scheduler.after(ms, 'timer', fire));
    return handle;
  };
  const clearTimeout = (handle: unknown) => {
    const task = typeof handle === 'number' ? tasks.get(handle) : undefined;
    if (task) scheduler.cancel(task);
    tasks.delete(Number(handle));
  };

  const before = NAMES.map((name) => [name, Reflect.get(globalThis, name)] as const);
  const dateNow = Date.now;
  const monotonicNow = performance.now;
  const signalTimeout = AbortSignal.timeout;
  Object.assign(globalThis, { setTimeout, clearTimeout, AbortController: UnheardController });
  Date.now = () => EPOCH_MS + Math.floor(scheduler.now);
  performance.now = () => scheduler.now;
  // The simulated fetch has the limit itself (simulated-http.ts).
  AbortSignal.timeout = () => NEVER;
  return () => {
    for (const [name, value] of before) Reflect.set(globalThis, name, value);
    Date.now = dateNow;
    performance.now = monotonicNow;
    AbortSignal.timeout = signalTimeout;
  };
}

const NEVER = new AbortController().signal;

/** The simulated fetch listens to no signal. A real one for each request is dear. */
class UnheardController {
  readonly signal = NEVER;
  abort(): void {}
}
