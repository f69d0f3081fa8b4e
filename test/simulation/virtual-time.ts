// Puts the scheduler's time in place of the machine's for as long as a run takes, as jest's fake timers do: the page's
// code takes timers and clock from its surroundings, as every page does.

import type { Scheduler, Task } from './scheduler.ts';

/** The moment when every simulated world begins. */
export const EPOCH_MS = 1_767_225_600_000;

const NAMES = ['setTimeout', 'clearTimeout'] as const;

/** Returns how to undo it. */
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
  const signalTimeout = AbortSignal.timeout;
  Object.assign(globalThis, { setTimeout, clearTimeout });
  Date.now = () => EPOCH_MS + Math.floor(scheduler.now);
  // The simulated fetch keeps the limit itself (simulated-http.ts).
  AbortSignal.timeout = () => NEVER;
  return () => {
    for (const [name, value] of before) Reflect.set(globalThis, name, value);
    Date.now = dateNow;
    AbortSignal.timeout = signalTimeout;
  };
}

const NEVER = new AbortController().signal;
