// The life of the stack's parts: which run, which may end, and how all end.

import type { Child } from './child.ts';
import { PARTS, type PartName, type Starters } from './stack-parts.ts';

export interface StackLife {
  /** The running parts. */
  readonly children: readonly { readonly name: PartName; readonly pid: number }[];
  /** Resolves when a running part ends without a request. `stop` is under way then. */
  readonly failed: Promise<Error>;
  /** Starts all parts concurrently. If one fails, all others are stopped. */
  start(signal: AbortSignal | undefined): Promise<void>;
  restart(part: PartName, signal?: NodeJS.Signals): Promise<void>;
  stop(): Promise<void>;
  kill(): void;
}

/** The steps of a build of the app that is under way. */
export interface Built {
  readonly functions: Promise<void>;
  /** Also the page, so all. */
  readonly page: Promise<void>;
}

/** @param built The host starts when there are functions, and calls for the page wait for the page. Default both are there. */
export function createStackLife(starters: Starters, built?: Built): StackLife {
  const children = new Map<PartName, Child>();
  /** The parts whose end nobody has requested. */
  const expectedUp = new Set<Child>();
  let isEnding = false;
  let haveAllBegun = false;
  let hasPage = built === undefined;
  let stopped: Promise<void> | undefined;
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<Error>((resolve) => {
    fail = resolve;
  });

  const stop = () => {
    isEnding = true;
    stopped ??= stopAll(children);
    return stopped;
  };

  const startPart = async (part: PartName): Promise<void> => {
    if (part === 'host' && built !== undefined) {
      await built.functions;
      // The start may have failed meanwhile.
      if (isEnding) return;
    }
    const child = starters.get(part)?.();
    if (!child) return;
    children.set(part, child);
    void child.exited.then((how) => {
      if (children.get(part) === child) children.delete(part);
      if (isEnding || !expectedUp.has(child)) return;
      fail(endedByItself(part, how));
      return stop();
    });
    await child.ready;
    expectedUp.add(child);
    if (haveAllBegun) child.begin({ hasPage });
  };

  const begin = () => {
    for (const child of children.values()) child.begin({ hasPage });
  };
  const onPage = () => {
    hasPage = true;
    if (haveAllBegun) begin();
  };
  // Who asked for the build hears of its failure.
  built?.page.then(onPage, () => undefined);

  return {
    get children() {
      return [...children].map(([name, { pid }]) => ({ name, pid }));
    },
    failed,
    start: async (signal) => {
      signal?.throwIfAborted();
      try {
        await Promise.race([
          Promise.all(PARTS.map(startPart)),
          rejectOnAbort(signal),
          failed.then((error) => Promise.reject(error)),
        ]);
        // The host's timers need the tables.
        haveAllBegun = true;
        begin();
      } catch (error) {
        await stop();
        throw error;
      }
    },
    restart: async (part, signal) => {
      const old = children.get(part);
      if (old) {
        expectedUp.delete(old);
        await old.stop(signal);
      }
      if (isEnding) throw notRestarted(part, 'the stack has ended');
      if (!starters.has(part)) throw notRestarted(part, 'it is no part of this stack');
      await startPart(part);
    },
    stop,
    kill: () => {
      isEnding = true;
      for (const child of children.values()) void child.stop('SIGKILL');
    },
  };
}

/** In which order the parts end. */
const ENDS: readonly PartName[] = ['host', 'service', 'azurite'];

/**
 * While host and service still run, all clients leave: their rooms learn it, and a later start on the same tables finds nobody
 * online. After that each part ends before those that it calls, so that no call of it fails.
 */
async function stopAll(children: ReadonlyMap<PartName, Child>): Promise<void> {
  await children.get('service')?.drain();
  for (const part of ENDS) await children.get(part)?.stop();
}

function rejectOnAbort(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function endedByItself(part: PartName, how: string): Error {
  return new Error(
    `unable to go on; ${part} ended unexpectedly (${how}). Start again, with --verbose to see more.`,
  );
}

function notRestarted(part: PartName, reason: string): Error {
  return new Error(`unable to restart ${part}; ${reason}. Start the stack again.`);
}
