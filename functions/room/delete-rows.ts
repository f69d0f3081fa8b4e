// Removes rows of one partition, in whole transactions.

import { MAX_OPERATIONS, type Table } from './table.ts';

/** Those that are gone already are no matter. */
export async function deleteRows(
  table: Table,
  partition: string,
  keys: readonly string[],
): Promise<void> {
  for (let start = 0; start < keys.length; start += MAX_OPERATIONS) {
    let chunk = keys.slice(start, start + MAX_OPERATIONS);
    while (chunk.length > 0) {
      const operations = chunk.map((key) => ({ kind: 'delete', key }) as const);
      const result = await table.commit(partition, operations);
      if (result.ok) break;
      // One was gone already: the others go without it.
      const { index } = result;
      if (result.reason !== 'missing' || index < 0)
        throw new Error(`storage says ${result.reason}`);
      chunk = chunk.filter((_, position) => position !== index);
    }
  }
}
