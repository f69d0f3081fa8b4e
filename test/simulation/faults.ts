// The faults of one run and their rates. Not every run has every fault, because some faults hide others.

import type { Scheduler } from './scheduler.ts';

/** Chances from 0 to 1, each per request, event or frame. */
export interface Faults {
  /** Storage answers 429 or 503, and does nothing. */
  readonly tableBusy: number;
  readonly tableRequestLost: number;
  /** It takes effect, and the answer is lost. */
  readonly tableAnswerLost: number;
  /** Also longer than the functions wait. */
  readonly tableSlow: number;
  readonly eventLost: number;
  readonly eventDoubled: number;
  /** Seconds, so that later events overtake it. */
  readonly eventLate: number;
  /** The answer to a client's invocation does not reach it. */
  readonly completionLost: number;
  readonly restLost: number;
  readonly restAnswerLost: number;
  readonly restDoubled: number;
  /** The service drops a connection whose `connected` failed, and reports its end to nobody but its client. */
  readonly refusedDropped: number;
  /** A frame does not reach one of its receivers. */
  readonly frameLost: number;
  readonly frameDoubled: number;
  readonly frameLate: number;
  readonly fetchLost: number;
  readonly fetchAnswerLost: number;
  readonly fetchSlow: number;
}

export const NO_FAULTS: Faults = {
  tableBusy: 0,
  tableRequestLost: 0,
  tableAnswerLost: 0,
  tableSlow: 0,
  eventLost: 0,
  eventDoubled: 0,
  eventLate: 0,
  completionLost: 0,
  restLost: 0,
  restAnswerLost: 0,
  restDoubled: 0,
  refusedDropped: 0,
  frameLost: 0,
  frameDoubled: 0,
  frameLate: 0,
  fetchLost: 0,
  fetchAnswerLost: 0,
  fetchSlow: 0,
};

/** About a third of the faults, each rare or frequent. */
export function drawFaults(scheduler: Scheduler): Faults {
  const drawn = Object.keys(NO_FAULTS).map((name) => {
    const rate = scheduler.chance(0.35) ? scheduler.between(0.02, 0.4) : 0;
    return [name, rate] as const;
  });
  return { ...NO_FAULTS, ...Object.fromEntries(drawn) };
}
