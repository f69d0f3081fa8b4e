// Deletes rows of one partition in transactions, without regard to their ETags.

import { MAX_OPERATIONS, type Table } from './table.ts';

/** Keys that are deleted together: the first row's, and those of rows that only the first one refers to. */
export type RowGroup = readonly [string, ...string[]];

/**
 * A storage transaction names one missing row at a time. Where more are missing, an earlier deletion took effect without an
 * answer, and reading the rows again is cheaper.
 */
const MOST_MISSING = 8;

/**
 * Ignores a few rows that are gone already. If the first row of a group is gone, the rest of the group stays, because it may
 * belong to another row by now. Throws if storage does not answer, or if more than {@link MOST_MISSING} rows of a transaction
 * are gone. Deletions before that stay, and the caller's next run reads the rows that are left.
 */
export async function deleteRows(
  table: Table,
  partition: string,
  groups: readonly RowGroup[],
): Promise<void> {
  for (const chunk of inTransactions(groups)) await deleteChunk(table, partition, chunk);
}

async function deleteChunk(table: Table, partition: string, chunk: RowGroup[]): Promise<void> {
  let gone = 0;
  for (let left = chunk; left.length > 0; gone += 1) {
    if (gone > MOST_MISSING) throw new Error('most of the rows to delete are gone already');
    const keys = left.flat();
    const operations = keys.map((key) => ({ kind: 'delete', key }) as const);
    const result = await table.commit(partition, operations);
    if (result.ok) return;
    const missing = result.reason === 'missing' ? keys[result.index] : undefined;
    if (missing === undefined) throw new Error(`storage says ${result.reason}`);
    left = left.flatMap(([first, ...others]): RowGroup[] =>
      first === missing ? [] : [[first, ...others.filter((key) => key !== missing)]],
    );
  }
}

function inTransactions(groups: readonly RowGroup[]): RowGroup[][] {
  const chunks: RowGroup[][] = [];
  let space = 0;
  for (const group of groups) {
    if (group.length > space) {
      chunks.push([]);
      space = MAX_OPERATIONS;
    }
    chunks.at(-1)?.push(group);
    space -= group.length;
  }
  return chunks;
}
