// What a command gets from the process that it runs in, so that a test can give it something else.

import type { Network } from './api/network.ts';
import type { Output } from './terminal/output.ts';

export interface CommandContext {
  readonly input: AsyncIterable<Uint8Array>;
  readonly output: Output;
  /** A sentence for people, beside the output. */
  readonly report: (sentence: string) => void;
  /** How requests leave this machine. Throws UsageError where the environment describes it wrongly. */
  readonly network: () => Promise<Network>;
  readonly clock: Clock;
  /** 0 ≤ r < 1. */
  readonly random: () => number;
  /** Never the same twice; letters, digits, `-` and `_`, 12 of them. */
  readonly newRunId: () => string;
  readonly interrupts: Interrupts;
}

export interface Clock {
  /** Milliseconds that passed, from any beginning; never goes back. */
  readonly now: () => number;
  /** Resolves, and never rejects, when the time is over or the signal is aborted. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** Ctrl+C, SIGTERM. */
export interface Interrupts {
  /** An orderly end is wanted: begin nothing new. */
  readonly first: AbortSignal;
  /** An end at once is wanted. */
  readonly second: AbortSignal;
}

/** A command was ended by Ctrl+C. */
export class Interrupted extends Error {
  /** Whether a request was under way, which the chat may have carried out. */
  readonly mayBeDone: boolean;

  constructor(mayBeDone: boolean) {
    super('interrupted');
    this.mayBeDone = mayBeDone;
  }
}
