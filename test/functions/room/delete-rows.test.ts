import { expect, test } from '@jest/globals';
import { deleteRows, type RowGroup } from '../../../functions/room/delete-rows.ts';
import { MemoryTable } from '../../support/memory-table.ts';

const ROOM = 'lobby';
const groupsOf = (count: number) =>
  Array.from({ length: count }, (_, index): RowGroup => [`m:${index}`]);

test('deletes the other rows if a few rows are gone', async () => {
  const table = new MemoryTable();
  const rows = groupsOf(20).slice(8);
  await table.commit(
    ROOM,
    rows.map(([key]) => ({ kind: 'insert', row: { key, properties: {} } })),
  );
  await deleteRows(table, ROOM, groupsOf(20));
  expect(await table.list(ROOM, { from: 'm:', to: 'm;', limit: 20 })).toEqual([]);
});

test('stops if most rows are gone, because each would need a transaction', async () => {
  await expect(deleteRows(new MemoryTable(), ROOM, groupsOf(90))).rejects.toThrow(
    'most of the rows to delete are gone already',
  );
});
