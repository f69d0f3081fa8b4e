// The wrapper of the timer's function: puts its broadcasts into the SignalR output, and writes its log lines.

import { app, type InvocationContext } from '@azure/functions';
import type { Deps } from '../deps.ts';
import { logCall, logCommits } from '../log.ts';
import type { Lane } from '../room/cleanup-schedule.ts';
import { type Action, signalR } from '../service/bindings.ts';

export interface TimerAnswer {
  /** Broadcasts, for the SignalR output. */
  readonly actions: readonly Action[];
  readonly corrected: readonly Correction[];
  readonly failed: readonly Failure[];
  /** Number of due rooms that the run had no time for. */
  readonly postponed: number;
}

/** A room whose count was wrong, and the number of removed connections. */
export interface Correction {
  readonly room: string;
  readonly connections: number;
}

/** A room whose cleanup failed, or a lane whose due rooms could not be read. */
export interface Failure {
  readonly room?: string;
  readonly lane?: Lane | undefined;
  readonly reason: string;
}

export type TimerHandler = (deps: Deps) => Promise<TimerAnswer>;

/** Registers a timer. `schedule` is an NCRONTAB expression. */
export function onTimer(name: string, schedule: string, handler: TimerHandler, deps: Deps): void {
  const run = answerTimer(name, handler, deps);
  app.timer(name, {
    schedule,
    extraOutputs: [signalR],
    handler: (_timer, context) => run(context),
  });
}

/** The function that the platform calls. */
export function answerTimer(
  name: string,
  handler: TimerHandler,
  deps: Deps,
): (context: InvocationContext) => Promise<void> {
  return async (context) => {
    const startedAt = deps.monotonicNow();
    try {
      const { actions, corrected, failed, postponed } = await handler(deps);
      for (const correction of corrected) context.log(`corrected ${JSON.stringify(correction)}`);
      for (const failure of failed) context.warn(`cleanup-failed ${JSON.stringify(failure)}`);
      if (postponed > 0) context.warn(`cleanup-postponed ${JSON.stringify({ rooms: postponed })}`);
      const ms = Math.round(deps.monotonicNow() - startedAt);
      await deps.activity.cleanupRan();
      // Once a run: the alert chat-timer misses these lines if the timer stops.
      context.log(`cleanup ${JSON.stringify({ failed: failed.length, postponed, ms })}`);
      if (actions.length === 0) return;
      context.extraOutputs.set(signalR, actions);
      logCall({ event: name, actions, ms }, {}, deps.rooms, context);
    } finally {
      logCommits(deps.rooms, context);
    }
  };
}
