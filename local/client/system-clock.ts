import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from './context.ts';

export const systemClock: Clock = {
  // Also right where somebody sets the clock meanwhile.
  now: () => performance.now(),
  sleep: (ms, signal) => wait(ms, undefined, signal && { signal }).catch(() => {}),
};
