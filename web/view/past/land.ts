// Shows the reader which line a jump has reached.

import { findAnchor } from '../reading-place.ts';

/** So far below the log's upper edge a jump puts its message, as a share of the log's height. */
export const DOWN = 0.3;

/** For so long a line is marked. style/past.css has the same time. */
export const SHOWN_MS = 2_500;

/** Gives the line the focus, and marks it for a while. Does nothing if it is marked or not rendered. */
export function landOn(log: HTMLElement, seq: number): void {
  const line = log.querySelector<HTMLElement>(`[data-seq="${seq}"]:not([data-reached])`);
  if (!line) return;
  line.focus({ preventScroll: true });
  line.dataset.reached = 'true';
  setTimeout(() => delete line.dataset.reached, SHOWN_MS);
}

/** Whether the whole line is in sight. */
export function isInSight(log: HTMLElement, seq: number): boolean {
  const line = log.querySelector(`[data-seq="${seq}"]`)?.getBoundingClientRect();
  const { top, bottom } = log.getBoundingClientRect();
  return line !== undefined && line.top >= top && line.bottom <= bottom;
}

/** The number of the line that has the focus. */
export function focusedLine(): number | undefined {
  const seq = document.activeElement?.closest<HTMLElement>('[data-seq]')?.dataset.seq;
  return seq === undefined ? undefined : Number(seq);
}

/** The number of the first line in sight of the past view. */
export function firstInPast(): number | undefined {
  const log = document.querySelector<HTMLElement>('.past .log');
  const seq = log ? findAnchor(log)?.seq : undefined;
  return seq === undefined ? undefined : Number(seq);
}
