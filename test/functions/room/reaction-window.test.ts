import { expect, test } from '@jest/globals';
import { STALE } from '../../../functions/room/change.ts';
import { ReactionWindow } from '../../../functions/room/reaction-window.ts';
import { RoomLog } from '../../../functions/room/room-log.ts';
import { RoomReader } from '../../../functions/room/room-reader.ts';
import { MemoryTable } from '../../support/memory-table.ts';

const SLOW_MS = 9_000;
const VOTE = { userId: 'bob', name: 'Bob', emoji: '👍', on: true };

test('a reaction to a message that others keep changing is given up by time, however long an attempt lasts', async () => {
  const table = new MemoryTable();
  const log = new RoomLog({ table, broadcast: async () => {} });
  await log.submit('lobby', { kind: 'send', id: 'a', text: 'hi', userId: 'ada', name: 'Ada' });
  let now = 0;
  let attempts = 0;
  // Somebody else is faster each time, and storage is slow.
  const submit = async () => {
    attempts += 1;
    now += SLOW_MS;
    return { outcome: STALE, frames: [] };
  };
  const window = new ReactionWindow({
    rooms: { submit } as unknown as RoomLog,
    reader: new RoomReader(table),
    sleep: async () => {},
    now: () => now,
    random: () => 0,
  });
  await expect(window.vote('lobby', 1, VOTE, 1)).rejects.toMatchObject({ code: 'unavailable' });
  expect(attempts).toBe(3);
});
