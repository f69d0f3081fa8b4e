import { expect, test } from '@jest/globals';
import { MAX_EMOJIS } from '../../../functions/protocol.ts';
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

test('the broadcast of a commit goes to a caller whose vote stands, also if an earlier one is refused', async () => {
  const table = new MemoryTable();
  const log = new RoomLog({ table, broadcast: async () => {} });
  for (const id of ['a', 'b']) {
    await log.submit('lobby', { kind: 'send', id, text: 'hi', userId: 'ada', name: 'Ada' });
  }
  const reader = new RoomReader(table);
  const sleep = async () => {};
  const window = new ReactionWindow({ rooms: log, reader, sleep, now: Date.now, random: () => 0 });
  const emojis = Array.from({ length: MAX_EMOJIS }, (_, n) => String.fromCodePoint(0x1f600 + n));
  for (const emoji of emojis) await window.vote('lobby', 2, { ...VOTE, emoji }, 1);

  // In a large room they wait for each other and share a commit.
  const [missing, full, counted] = await Promise.all(
    [9, 2, 1].map((seq) => window.vote('lobby', seq, VOTE, 1_000)),
  );
  expect(missing).toEqual({ outcome: { kind: 'no message' }, frames: [] });
  expect(full).toEqual({ outcome: { kind: 'no space' }, frames: [] });
  expect(counted).toMatchObject({
    outcome: { kind: 'stands' },
    frames: [{ reactions: [{ seq: 1, counts: [{ emoji: '👍', count: 1 }] }] }],
  });
});
