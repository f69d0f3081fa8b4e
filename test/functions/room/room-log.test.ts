import { MemoryTable } from '../../support/memory-table.ts';
import { describeReactions } from '../../support/reaction-contract.ts';
import { describeRoomLog } from '../../support/room-log-contract.ts';

describeRoomLog('the memory table', async () => new MemoryTable());
describeReactions('the memory table', async () => new MemoryTable());
