// A second process that works in a room: 200 joins and 200 messages, as soon as it gets the signal.

import { openTable } from '../../functions/room/azure-table.ts';
import { RoomLog } from '../../functions/room/room-log.ts';
import { atATime } from './chat-client.ts';

const [connectionString = '', tableName = '', room = ''] = process.argv.slice(2);
const table = openTable({ kind: 'key', connectionString }, tableName);
const log = new RoomLog({ table, broadcast: async () => {} });
const numbers = Array.from({ length: 200 }, (_, n) => n);

process.once('message', async () => {
  await Promise.all([
    atATime(20, numbers, (n) =>
      log.submit(room, { kind: 'join', connectionId: `rival-${n}`, userId: `r${n}`, name: 'R' }),
    ),
    atATime(20, numbers, (n) =>
      log.submit(room, { kind: 'send', userId: `r${n}`, name: 'R', id: `${n}`, text: 'hi' }),
    ),
  ]);
  process.exit(0);
});
process.send?.('ready');
