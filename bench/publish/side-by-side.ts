// What `npm run bench -- publish --base` prints. Pure.

import { median } from '../median.ts';
import { steadinessOf } from './arrivals.ts';
import type { Published } from './watched-publish.ts';

type Row = readonly [title: string, value: (published: Published) => number, digits: number];

const MB = 1e6;

const ROWS: readonly Row[] = [
  ['lines a second', ({ lines, tookMs }) => (lines / tookMs) * 1_000, 0],
  ['last tenth / first tenth of the lines, rate', ({ arrived }) => steadinessOf(arrived), 2],
  ['longest pause of those who chat, ms', ({ pauseMs }) => pauseMs, 0],
  ['the same before the log, ms', ({ quietMs }) => quietMs, 0],
  ['peak memory of storage, MB', ({ memoryPeak }) => memoryPeak / MB, 0],
  ['the same before the log, MB', ({ memoryBefore }) => memoryBefore / MB, 0],
  ['size of the data, MB', ({ dataBytes }) => dataBytes / MB, 1],
  ['peak memory / size of the data', ({ memoryPeak, dataBytes }) => memoryPeak / dataBytes, 2],
  [
    'memory that the log added / size of the data',
    ({ memoryPeak, memoryBefore, dataBytes }) => (memoryPeak - memoryBefore) / dataBytes,
    2,
  ],
  ['copies lost or doubled', ({ arrived: { lost, doubled } }) => lost + doubled, 0],
];

/** The median of each value over the turns. Both builds have at least one. */
export function toTable(before: readonly Published[], now: readonly Published[]): string {
  const rows = ROWS.map(([title, value, digits]) => {
    const [was, is] = [before, now].map((turns) => median(turns.map(value))) as [number, number];
    const ratio = was === 0 ? '' : (is / was).toFixed(2);
    return `| ${title} | ${was.toFixed(digits)} | ${is.toFixed(digits)} | ${ratio} |`;
  });
  return ['| | before | now | ratio |', '|---|---:|---:|---:|', ...rows].join('\n');
}
