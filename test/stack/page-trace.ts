// What a page's main thread has done, from Chromium's own trace. A page with all of a room's history in it.

import type { Page } from 'playwright-core';

export const TRACED = [
  'disabled-by-default-devtools.timeline',
  'toplevel',
  'devtools.timeline',
] as const;

/** What it takes to scroll through a history. */
interface Scrolled {
  /** Lines in the page at once, at most. */
  readonly lines: number;
  /** Elements in the log at once, at most. */
  readonly nodes: number;
  /** Frames in which the page drew. */
  readonly layouts: number;
  /** Processor time of the page's main thread, ms. */
  readonly processorMs: number;
}

/** Scrolls back until the oldest message is in the page, then to the end again. */
export async function loadAll(page: Page): Promise<Scrolled> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const metrics = async () => {
    const { metrics: all } = await devtools.send('Performance.getMetrics');
    return (name: string) => all.find((one) => one.name === name)?.value ?? Number.NaN;
  };
  const before = await metrics();
  const most = await page.evaluate<{
    readonly lines: number;
    readonly nodes: number;
  }>(`(async () => {
    const log = document.querySelector('[data-testid=log]');
    const most = { lines: 0, nodes: 0 };
    for (;;) {
      log.scrollTop = 0;
      await new Promise(requestAnimationFrame);
      const lines = log.querySelectorAll('[data-testid=message]');
      most.lines = Math.max(most.lines, lines.length);
      most.nodes = Math.max(most.nodes, log.getElementsByTagName('*').length);
      if (lines[0].dataset.seq === '1') return most;
    }
  })()`);
  await page.getByTestId('to-end').click();
  const after = await metrics();
  const spent = (name: string) => after(name) - before(name);
  await devtools.detach();
  return { ...most, layouts: spent('LayoutCount'), processorMs: spent('TaskDuration') * 1_000 };
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
