// What `npm run bench -- end-to-end` prints. Pure.

import type { CameBack, Measured, Missed } from './driver.ts';
import { addCounts, percentile } from './receipts.ts';
import type { RivalName } from './rivals.ts';

export interface EndToEnd {
  /** In the order of the tables. */
  readonly names: readonly RivalName[];
  /** By number of clients. */
  readonly measured: ReadonlyMap<number, readonly Measured[]>;
  /** Messages that a client has missed. */
  readonly missing: number;
  readonly missed: readonly Missed[];
  /** With how many clients the servers crashed. */
  readonly crashed: number;
  readonly cameBack: readonly CameBack[];
}

const SHARES = [0.5, 0.95, 0.99];

export function toTimes({ names, measured }: EndToEnd): string {
  const head = [
    '| clients | server | p50 | p95 | p99 | × ws at p50 | at once: p50 | p95 | p99 | × ws at p50 |',
    `|---:|---|${'---:|'.repeat(8)}`,
  ];
  const rows = [...measured].flatMap(([clients, all]) =>
    names.map((name) => {
      const [own, base] = [find(all, name), find(all, 'ws')];
      const cells = [
        ...toCells(own?.aloneMs, base?.aloneMs),
        ...toCells(own?.atOnceMs, base?.atOnceMs),
      ];
      return `| ${clients.toLocaleString('en')} | ${name} | ${cells.join(' | ')} |`;
    }),
  );
  return [...head, ...rows].join('\n');
}

export function toChecks(results: EndToEnd): string {
  const head = [
    '| server | copies | lost | doubled | reordered | missed, then got | history after a crash | online | online after a crash |',
    `|---|${'---:|'.repeat(4)}---|---|---|---|`,
  ];
  const rows = results.names.map((name) => {
    const counts = [...results.measured.values()]
      .flatMap((all) => find(all, name)?.counts ?? [])
      .reduce(addCounts);
    const missed = find(results.missed, name);
    const cameBack = find(results.cameBack, name);
    const cells = [
      ...[counts.copies, counts.lost, counts.doubled, counts.reordered].map((count) =>
        count.toLocaleString('en'),
      ),
      `${missed?.got ?? 0} of ${results.missing}`,
      cameBack?.hasHistory ? 'yes' : 'no',
      toOnline(missed?.online, results.crashed),
      toOnline(cameBack?.online, results.crashed),
    ];
    return `| ${name} | ${cells.join(' | ')} |`;
  });
  return [...head, ...rows].join('\n');
}

/** What exactness costs, from the largest number of clients. */
export function toSentence({ measured }: EndToEnd): string {
  const [clients, all] = [...measured].at(-1) ?? [0, []];
  const p50 = (name: RivalName) => percentile(find(all, name)?.aloneMs ?? [], 0.5);
  const own = p50('this chat');
  const beside = (['ws', 'socket.io', 'signalr'] as const)
    .filter((name) => find(all, name))
    .map((name) => `${(own / p50(name)).toFixed(1)} times that of ${name}`);
  const people = clients === 1 ? 'client has' : 'clients have';
  return `What exactness costs: ${clients.toLocaleString('en')} ${people} a message after ${own.toFixed(1)} ms, ${beside.join(', ')}.\nIts number and the number online are committed before anybody sees it.`;
}

function toCells(own: readonly number[] = [], base: readonly number[] = []): string[] {
  if (own.length === 0) return ['', '', '', ''];
  const ratio = percentile(own, 0.5) / percentile(base, 0.5);
  // Without a time on either side there is no ratio.
  const toWs = Number.isFinite(ratio) && ratio > 0 ? ratio.toFixed(1) : '';
  return [...SHARES.map((share) => toMs(percentile(own, share))), toWs];
}

/** A message that was lost has no time. */
function toMs(ms: number): string {
  return Number.isFinite(ms) ? ms.toFixed(1) : 'lost';
}

function toOnline(online: number | undefined, right: number): string {
  if (online === undefined) return 'unknown';
  if (online === right) return 'right';
  return `${online > right ? '+' : '−'}${Math.abs(online - right)}`;
}

function find<Of extends { readonly name: RivalName }>(
  all: readonly Of[],
  name: RivalName,
): Of | undefined {
  return all.find((one) => one.name === name);
}
