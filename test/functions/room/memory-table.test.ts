import { MemoryTable } from '../../support/memory-table.ts';
import { describeTable } from '../../support/table-contract.ts';

const table = new MemoryTable();
describeTable('the memory table', async () => table);
