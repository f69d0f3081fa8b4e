// When `npm start` ends: on the signals of a terminal, and when the npm that started it is gone.

/** A terminal, npm and tsx may each pass on the same Ctrl+C. */
const SAME_KEYPRESS_MS = 300;
const PARENT_POLL_MS = 500;

export interface EndRequests {
  /** The first request asks for an orderly end. */
  readonly end: () => void;
  /** A second one asks for an end at once. */
  readonly kill: () => void;
}

/** Where a person may sit: the standard streams that are terminals. */
export type Terminals = readonly ('stdin' | 'stdout' | 'stderr')[];

/**
 * A closed terminal (SIGHUP) is no reason to end for a process that uses none. `nohup` takes away all three streams, and ignores
 * the signal, too; but Node, and so npm, resets what was ignored when it starts, so the streams are all that can be seen of it.
 * Source: nodejs/node, src/node.cc, `ResetSignalHandlers`; POSIX, nohup.
 */
export function isHangUpMeant(terminals: Terminals): boolean {
  return terminals.length > 0;
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
  process.on('SIGHUP', () => {
    if (isHangUpMeant(findTerminals())) onSignal();
    // npm and its shell get the signal as well, and end.
    else stopWatching();
  });
}

function findTerminals(): Terminals {
  return (['stdin', 'stdout', 'stderr'] as const).filter((name) => process[name].isTTY);
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
