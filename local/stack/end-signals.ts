// `npm start` ends on the signals of a terminal, and when its npm has ended.

import { onHangUp } from '../hang-up.ts';

/** A terminal and npm may each send the signal of the same Ctrl+C. */
const SAME_KEYPRESS_MS = 300;
const PARENT_POLL_MS = 500;

export interface EndRequests {
  /** Called by the first request: an orderly end. */
  readonly end: () => void;
  /** Called by the second request: an end at once. */
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
  // npm and its shell get the signal, too, and end.
  onHangUp(onSignal, stopWatching);
}

/** npm passes a SIGTERM only to its shell. Then the shell and npm end, and this process gets no signal. */
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
