// The part of a long log that is rendered: a few screens around the reader. Pure.

import type { ChatMessage } from '../../functions/protocol.ts';

export type LogWindow =
  /** The reader is at the end, and the window follows new messages. */
  | { readonly kind: 'end' }
  /** The reader is further up: messages `from` to `to`, by `seq`. */
  | { readonly kind: 'held'; readonly from: number; readonly to: number };

export const AT_END: LogWindow = { kind: 'end' };

/** Fewest messages in a window: a few screens of short lines, also on a large screen. */
export const LEAST = 90;
/** Number of messages by which a window moves. */
export const STEP = 30;
/** Most messages in a held window. Beyond that it drops messages on the other side. */
export const MOST = 210;

/** Half-open range of indices into `shown`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The messages of the window. */
export function rangeOf(shown: readonly ChatMessage[], window: LogWindow): Range {
  if (window.kind === 'held') {
    return { start: indexOf(shown, window.from), end: indexOf(shown, window.to + 1) };
  }
  // In steps, so that the start does not move with every message.
  const start = Math.floor((shown.length - LEAST) / STEP) * STEP;
  return { start: Math.max(0, start), end: shown.length };
}

/** The current window, held in its place. */
export function hold(shown: readonly ChatMessage[], window: LogWindow): LogWindow {
  return window.kind === 'held' ? window : (holdAt(shown, rangeOf(shown, window)) ?? window);
}

/** A step towards the beginning. The same window at the beginning. */
export function moveToOlder(shown: readonly ChatMessage[], window: LogWindow): LogWindow {
  const { start, end } = rangeOf(shown, window);
  if (start === 0) return window;
  const begin = Math.max(0, start - STEP);
  return holdAt(shown, { start: begin, end: Math.min(end, begin + MOST) }) ?? window;
}

/** A step towards the end. The same window at the end. */
export function moveToNewer(shown: readonly ChatMessage[], window: LogWindow): LogWindow {
  const { start, end } = rangeOf(shown, window);
  if (window.kind === 'end' || end === shown.length) return window;
  const finish = Math.min(shown.length, end + STEP);
  return holdAt(shown, { start: Math.max(start, finish - MOST), end: finish }) ?? window;
}

/** The window, or the end if the room has started over and the window holds none of its messages. */
export function fitWindow(shown: readonly ChatMessage[], window: LogWindow): LogWindow {
  const { start, end } = rangeOf(shown, window);
  return start < end ? window : AT_END;
}

/** Whether the window holds the last message. */
export function reachesEnd(shown: readonly ChatMessage[], window: LogWindow): boolean {
  return rangeOf(shown, window).end === shown.length;
}

/** A window around message `seq`. The same window if there are no messages. */
export function holdAround(
  shown: readonly ChatMessage[],
  window: LogWindow,
  seq: number,
): LogWindow {
  const start = Math.max(0, indexOf(shown, seq) - LEAST / 2);
  return holdAt(shown, { start, end: Math.min(shown.length, start + LEAST) }) ?? window;
}

function holdAt(shown: readonly ChatMessage[], { start, end }: Range): LogWindow | undefined {
  const from = shown[start]?.seq;
  const to = shown[end - 1]?.seq;
  return from === undefined || to === undefined ? undefined : { kind: 'held', from, to };
}

/** Index of the first message whose `seq` is at least this one. Binary search. */
export function indexOf(shown: readonly ChatMessage[], seq: number): number {
  let low = 0;
  let high = shown.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((shown[middle]?.seq ?? 0) < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}
