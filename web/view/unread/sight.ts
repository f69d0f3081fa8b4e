// What of the log is on the screen.

/** The first line that is at least partly in sight, and the last one whose end is. By `seq`. */
export interface Sight {
  readonly first: number;
  readonly last: number;
}

/** Undefined if no line has its end in sight. */
export function sightOf(log: HTMLElement): Sight | undefined {
  const lines = [...log.querySelectorAll<HTMLElement>('[data-seq]')];
  const { top, bottom } = log.getBoundingClientRect();
  const endOf = (line: HTMLElement) => line.getBoundingClientRect().bottom;
  const first = lines[countWhile(lines, (line) => endOf(line) <= top)];
  // Fractions of a pixel, on zoomed pages.
  const last = lines[countWhile(lines, (line) => endOf(line) <= bottom + 1) - 1];
  const sight = { first: seqOf(first), last: seqOf(last) };
  return sight.first > 0 && sight.first <= sight.last ? sight : undefined;
}

function seqOf(line: HTMLElement | undefined): number {
  return Number(line?.dataset.seq ?? 0);
}

/** The number of items at the beginning for which the claim holds. Binary search. */
function countWhile<Item>(items: readonly Item[], holds: (item: Item) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && holds(item)) low = middle + 1;
    else high = middle;
  }
  return low;
}
