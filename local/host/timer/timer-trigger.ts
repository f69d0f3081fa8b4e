// Timers: when they are due, and the value that the function gets. A new start of the host remembers nothing.
// Source: azure-webjobs-sdk-extensions, TimerListener and TimerInfo.

import type { Call, Outcome } from '../call.ts';
import type { BindingInfo } from '../worker/core-api.ts';
import { toRpcJson } from '../worker/rpc.ts';
import { parseSchedule, type Schedule } from './schedule.ts';

export interface TimerTrigger {
  readonly type: 'timerTrigger';
  readonly schedule: Schedule;
  readonly runOnStartup: boolean;
  readonly isMonitored: boolean;
}

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls back once. The returned timer cancels it. */
  after(ms: number, callback: () => void): () => void;
}

export interface Timer {
  stop(): void;
}

/** The longest delay of setTimeout, ms. A longer wait is several waits. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** Throws without a schedule, and what parseSchedule throws. */
export function parseTimerTrigger(functionName: string, binding: BindingInfo): TimerTrigger {
  const { schedule, runOnStartup, useMonitor } = binding;
  if (typeof schedule !== 'string') {
    throw new Error(
      `unable to load function ${functionName}; its timer has no schedule. Give one.`,
    );
  }
  return {
    type: 'timerTrigger',
    schedule: parseSchedule(schedule),
    runOnStartup: runOnStartup === true,
    isMonitored: useMonitor !== false,
  };
}

/** Starts a timer whose runs never overlap: the next run is computed when one has ended. */
export function startTimer(
  trigger: TimerTrigger,
  run: (call: Call) => Promise<Outcome>,
  clock: Clock,
): Timer {
  let cancel = () => {};
  let isStopped = false;
  let last: number | undefined;

  const wait = (due: number) => {
    const delay = Math.max(0, due - clock.now());
    cancel = clock.after(Math.min(delay, MAX_DELAY_MS), () => {
      if (delay > MAX_DELAY_MS) wait(due);
      else fire(due);
    });
  };
  const fire = (due: number) => {
    const startedAt = clock.now();
    const call = toTimerCall(trigger, { last, next: trigger.schedule.next(due), startedAt });
    last = due;
    // The log has the failure, and the next run follows in any case.
    run(call).then(scheduleNext, scheduleNext);
  };
  const scheduleNext = () => {
    if (isStopped) return;
    const due = trigger.schedule.next(clock.now());
    if (due !== undefined) wait(due);
  };

  if (trigger.runOnStartup) wait(clock.now() + 1);
  else scheduleNext();
  return {
    stop() {
      isStopped = true;
      cancel();
    },
  };
}

interface TimerState {
  /** When the previous run was due. */
  readonly last: number | undefined;
  readonly next: number | undefined;
  readonly startedAt: number;
}

export function toTimerCall(trigger: TimerTrigger, { last, next, startedAt }: TimerState): Call {
  const status = {
    // The smallest date of .NET if there was no previous run.
    Last: last === undefined ? '0001-01-01T00:00:00' : toLocalIso(last),
    Next: next === undefined ? '0001-01-01T00:00:00' : toLocalIso(next),
    LastUpdated: last === undefined ? '0001-01-01T00:00:00' : toLocalIso(last),
  };
  const info = {
    Schedule: trigger.schedule.followsWallClock ? { AdjustForDST: true } : {},
    ScheduleStatus: isMonitored(trigger, startedAt) ? status : null,
    IsPastDue: false,
  };
  return {
    trigger: toRpcJson(info),
    bindingData: () => info,
    reason: `Timer fired at ${toLocalIso(startedAt)}`,
  };
}

/** The real host stores no status of a timer that fires more often than once a minute. */
function isMonitored({ isMonitored: isWanted, schedule }: TimerTrigger, now: number): boolean {
  const first = schedule.next(now);
  const second = first === undefined ? undefined : schedule.next(first);
  if (!isWanted || first === undefined || second === undefined) return isWanted;
  return second - first >= 60_000;
}

/** Local time with its offset: 2026-01-31T06:30:00.000+01:00. */
export function toLocalIso(time: number): string {
  const offset = -new Date(time).getTimezoneOffset();
  const local = new Date(time + offset * 60_000).toISOString().slice(0, -1);
  const two = (value: number) => String(Math.floor(Math.abs(value))).padStart(2, '0');
  return `${local}${offset < 0 ? '-' : '+'}${two(offset / 60)}:${two(offset % 60)}`;
}
