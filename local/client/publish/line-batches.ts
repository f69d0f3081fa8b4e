// Groups lines into batches. A batch is complete when it is full, or when its first line has waited long enough. At most
// one chunk is read ahead, so a slow chat slows down the writing program.

import type { InputLine } from './input-lines.ts';

export interface Limits {
  readonly lines: number;
  /** Bytes of UTF-8, including line breaks. */
  readonly bytes: number;
  /** How long a line may wait for others. */
  readonly waitMs: number;
}

export interface LineBatch {
  /** The number of its first message, from 1. */
  readonly first: number;
  readonly lines: readonly InputLine[];
}

/** The end of an earlier run. */
export interface Beginning {
  /** Messages before this one are skipped. */
  readonly first: number;
  /** Size of the first batch, which must be the same as before. Undefined for any size. */
  readonly count: number | undefined;
}

/** If the reader of lines throws, the lines before the error come first. */
export async function* toBatches(
  chunks: AsyncIterable<readonly InputLine[]>,
  limits: Limits,
  sleep: (ms: number) => Promise<void>,
  { first: begin, count: exactly }: Beginning = { first: 1, count: undefined },
): AsyncGenerator<LineBatch> {
  const reader = chunks[Symbol.asyncIterator]();
  let waiting: readonly InputLine[] = [];
  let first = begin;
  let toLeaveOut = begin - 1;
  let isExact = exactly !== undefined;
  const take = (count: number): LineBatch => {
    const batch = { first, lines: waiting.slice(0, count) };
    waiting = waiting.slice(count);
    first += count;
    isExact = false;
    return batch;
  };
  // A failure is thrown after the lines before it. Until then nobody listens to it.
  const read = () => settle(reader.next());
  let next = read();
  let deadline: Promise<'late'> | undefined;
  let failure: { readonly error: unknown } | undefined;
  for (;;) {
    const count = isExact ? (exactly ?? 0) : countFitting(waiting, limits);
    if (count < waiting.length || count === (isExact ? waiting.length : limits.lines)) {
      yield take(count);
      continue;
    }
    if (waiting.length > 0 && !isExact) deadline ??= sleep(limits.waitMs).then(() => 'late');
    const come = await (deadline === undefined ? next : Promise.race([next, deadline]));
    if (come === 'late') {
      deadline = undefined;
      if (waiting.length > 0) yield take(waiting.length);
      continue;
    }
    if ('error' in come) failure = come;
    if ('error' in come || come.done) break;
    const leftOut = Math.min(toLeaveOut, come.value.length);
    toLeaveOut -= leftOut;
    waiting = waiting.concat(come.value.slice(leftOut));
    next = read();
  }
  while (waiting.length > 0 && !isExact) yield take(countFitting(waiting, limits));
  if (failure) throw failure.error;
  if (isExact || toLeaveOut > 0) throw new InputTooShort();
}

/** The input is shorter than the part that an earlier run has sent. */
export class InputTooShort extends Error {
  constructor() {
    super(
      'unable to go on; this input has fewer lines than the one that --resume is about. Give the same input.',
    );
  }
}

async function settle<T>(promise: Promise<T>): Promise<T | { readonly error: unknown }> {
  try {
    return await promise;
  } catch (error) {
    return { error };
  }
}

/** Number of lines that fit into one batch, at least one. */
function countFitting(lines: readonly InputLine[], limits: Limits): number {
  let bytes = 0;
  const most = Math.min(lines.length, limits.lines);
  for (let count = 0; count < most; count += 1) {
    bytes += Buffer.byteLength(lines[count]?.text ?? '') + 1;
    if (bytes > limits.bytes) return Math.max(1, count);
  }
  return most;
}
