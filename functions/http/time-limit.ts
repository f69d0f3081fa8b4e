// A call that needs many transactions ends by itself when storage is slow, so that its caller gets an answer and goes on.

import { ChatError } from '../protocol.ts';

/** How long a call begins further transactions. A request may last 230 s on Azure, and the last change takes up to 20 s. */
const TIME_LIMIT_MS = 30_000;

/** Whether a call that began at `startedAt` is to end. Both times are milliseconds of a monotonic clock. */
export function isOutOfTime(startedAt: number, now: number): boolean {
  return now > startedAt + TIME_LIMIT_MS;
}

/** For a call that its caller simply repeats. */
export function outOfTime(): ChatError {
  return new ChatError(
    'unavailable',
    'unable to store everything in one request; storage is slow. Repeat the request. What is stored stays.',
  );
}
