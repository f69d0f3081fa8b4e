// The environment of a command, which a test can replace.

import type { Network } from './api/network.ts';
import type { Output } from './terminal/output.ts';
import type { StatusLine } from './terminal/progress.ts';

export interface CommandContext {
  readonly input: AsyncIterable<Uint8Array>;
  /** The length of the input, if it is a file. */
  readonly inputBytes: number | undefined;
  /** Whether a person types the input. */
  readonly isTyped: boolean;
  readonly output: Output;
  /** A sentence for people, beside the output. */
  readonly report: (sentence: string) => void;
  /** The progress of a long command. */
  readonly status: StatusLine;
  /** Opens the network. Throws UsageError for invalid variables of the environment. */
  readonly network: () => Promise<Network>;
  readonly clock: Clock;
  /** 0 ≤ r < 1. */
  readonly random: () => number;
  /** Unique: 12 letters, digits, `-` and `_`. */
  readonly newRunId: () => string;
  readonly interrupts: Interrupts;
}

export interface Clock {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Resolves when the time is over or the signal is aborted. Never rejects. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** Ctrl+C, SIGTERM. */
export interface Interrupts {
  /** Requests an orderly end: start nothing new. */
  readonly first: AbortSignal;
  /** Requests an end at once. */
  readonly second: AbortSignal;
}

/** A command was ended by Ctrl+C. */
export class Interrupted extends Error {
  /** Whether a request was pending, which the chat may have carried out. */
  readonly mayBeDone: boolean;

  constructor(mayBeDone: boolean) {
    super('interrupted');
    this.mayBeDone = mayBeDone;
  }
}
