// What a page's main thread has done, from Chromium's own trace. A page with all of a room's history in it.

import type { Page } from 'playwright-core';

export const TRACED = [
  'disabled-by-default-devtools.timeline',
  'toplevel',
  'devtools.timeline',
] as const;

/** Scrolls back until the oldest message is in the page, then to the end again. */
export async function loadAll(page: Page): Promise<void> {
  const log = page.getByTestId('log');
  const oldest = () =>
    page
      .getByTestId('message')
      .first()
      .evaluate((line) => Number(line.dataset.seq));
  while ((await oldest()) > 1) {
    await log.evaluate((element) => {
      element.scrollTop = 0;
    });
    await page.evaluate('new Promise(requestAnimationFrame)');
  }
  await page.getByTestId('to-end').click();
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds on the clock, and of them those that the thread had a processor. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

export interface Tasks {
  /** Milliseconds, longest first. */
  readonly wall: readonly number[];
  /** The same without what other processes took: on a busy machine the measure that means something. */
  readonly processor: readonly number[];
}

/** Tasks of the page's main thread. */
export function tasksIn(trace: Buffer): Tasks {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: readonly TraceEvent[] };
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = traceEvents.filter(
    ({ name, ph, pid, tid }) => name === 'RunTask' && ph === 'X' && mains.has(`${pid} ${tid}`),
  );
  return {
    wall: tasks.map(({ dur = 0 }) => dur / 1_000).sort((a, b) => b - a),
    processor: tasks.map(({ tdur = 0 }) => tdur / 1_000).sort((a, b) => b - a),
  };
}
