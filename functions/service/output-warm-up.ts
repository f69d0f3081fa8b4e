// Keeps the SignalR extension from taking a group action for a message. It tries each item as a message first, and its JSON
// library finds out on first use that a message needs a target. For a moment other threads read that it does not.
// With many first `connected` events at once, some group actions were sent as messages without a target, and failed.
// Source: JsonObjectContract.HasRequiredOrDefaultValueProperties of Newtonsoft.Json, which SignalROutputConverter relies on.

import type { Action } from './bindings.ts';

/** Longer than the host takes to convert its first output, however cold it is. */
const COLD_MS = 10_000;

/** A message can't be mistaken, and this one reaches nobody, because no connection here has a user id. It is not billed. */
const TO_NOBODY: Action = { target: 'warm-up', arguments: [], userId: 'nobody' };

/** The first outputs of a process. One for each process. */
export class OutputWarmUp {
  readonly #monotonicNow: () => number;
  #coldUntil: number | undefined;

  /** `monotonicNow`: ms that never go back. */
  constructor(monotonicNow: () => number) {
    this.#monotonicNow = monotonicNow;
  }

  /** The output to make: while the process is young, nothing begins with a group action. */
  prepare(actions: readonly Action[]): readonly Action[] {
    const [first] = actions;
    if (!first) return actions;
    this.#coldUntil ??= this.#monotonicNow() + COLD_MS;
    const isAtRisk = 'action' in first && this.#monotonicNow() < this.#coldUntil;
    return isAtRisk ? [TO_NOBODY, ...actions] : actions;
  }
}
