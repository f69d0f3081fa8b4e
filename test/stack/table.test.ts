// The table and the room log's contracts against Azurite, in its own process.

import { afterAll, beforeAll } from '@jest/globals';
import { openTable } from '../../functions/room/azure-table.ts';
import { type Azurite, startAzurite } from '../../local/stack/azurite.ts';
import { describeReactions } from '../support/reaction-contract.ts';
import { describeRoomAt } from '../support/room-at-contract.ts';
import { describeRoomLog } from '../support/room-log-contract.ts';
import { describeTable } from '../support/table-contract.ts';

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite({ tablePort: 0 });
});
afterAll(() => azurite.stop());

let tables = 0;
const open = async () =>
  openTable({ kind: 'key', connectionString: azurite.connectionString }, `contract${++tables}`);

describeTable('Azurite', open);
describeRoomLog('Azurite', open);
describeReactions('Azurite', open);
describeRoomAt('Azurite', open);
