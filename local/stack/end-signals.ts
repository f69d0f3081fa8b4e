// When `npm start` ends: on the signals of a terminal, and when the npm that started it is gone.

import { onHangUp } from '../hang-up.ts';

/** A terminal, npm and tsx may each pass on the same Ctrl+C. */
const SAME_KEYPRESS_MS = 300;
const PARENT_POLL_MS = 500;

export interface EndRequests {
  /** The first request asks for an orderly end. */
  readonly end: () => void;
  /** A second one asks for an end at once. */
  readonly kill: () => void;
}

export function onEndRequests({ end, kill }: EndRequests): void {
  let firstAt: number | undefined;
  const onSignal = () => {
    const now = performance.now();
    if (firstAt === undefined) {
      firstAt = now;
      end();
    } else if (now - firstAt > SAME_KEYPRESS_MS) {
      kill();
    }
  };
  const stopWatching = onParentGone(end);
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  // npm and its shell get the signal as well, and end.
  onHangUp(onSignal, stopWatching);
}

/** npm passes a SIGTERM to its shell and no further: the shell is gone then, and npm with it. */
function onParentGone(end: () => void): () => void {
  if (process.env.npm_lifecycle_event === undefined) return () => undefined;
  const { ppid } = process;
  const timer = setInterval(() => {
    if (process.ppid === ppid) return;
    clearInterval(timer);
    end();
  }, PARENT_POLL_MS);
  timer.unref();
  return () => clearInterval(timer);
}
