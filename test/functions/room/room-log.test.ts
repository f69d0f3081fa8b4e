import { MemoryTable } from '../../support/memory-table.ts';
import { describeRoomLog } from '../../support/room-log-contract.ts';

describeRoomLog('the memory table', async () => new MemoryTable());
