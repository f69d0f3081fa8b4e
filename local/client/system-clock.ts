import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from './context.ts';

export const systemClock: Clock = {
  // Independent of changes to the system clock.
  now: () => performance.now(),
  sleep: (ms, signal) => wait(ms, undefined, signal && { signal }).catch(() => {}),
};
