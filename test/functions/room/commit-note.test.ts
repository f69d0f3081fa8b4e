// The log line of a commit: what it holds for an operator, and what it never holds.

import { describe, expect, test } from '@jest/globals';
import { toCommitNote } from '../../../functions/room/commit-note.ts';
import { RoomLog } from '../../../functions/room/room-log.ts';
import { EMPTY_HEAD } from '../../../functions/room/rows.ts';
import type { Table } from '../../../functions/room/table.ts';
import { Clock, runUntil } from '../../support/clock.ts';
import { MemoryTable } from '../../support/memory-table.ts';
import { troubled } from '../../support/troubled-table.ts';

function openLog(table: Table) {
  const clock = new Clock();
  const { now, sleep } = clock;
  const rooms = new RoomLog({
    table,
    now,
    sleep,
    random: () => 1,
    broadcast: async () => {},
  });
  return { clock, rooms };
}

const send = (id: string, text = 'a secret') =>
  ({ kind: 'send', id, text, userId: 'g-ada', name: 'Ada' }) as const;

describe('the note of a commit', () => {
  test('has the size of the commit and the cost of its broadcast', async () => {
    const { rooms } = openLog(new MemoryTable());
    await Promise.all(['a', 'b', 'c'].map((id) => rooms.submit('lobby', send(id))));
    const notes = rooms.takeNotes();
    expect(notes).toMatchObject([
      { room: 'lobby', revision: 1, seq: 1, changes: 1, messages: 1, operations: 3, frames: 1 },
      { room: 'lobby', revision: 2, seq: 3, changes: 2, messages: 2, operations: 5, frames: 1 },
    ]);
    expect(notes[1]?.bytes).toBeGreaterThan(2 * 'a secret'.length);
  });

  test('rounds each frame up to billed messages, not their sum', async () => {
    const { rooms } = openLog(new MemoryTable());
    await rooms.submit('lobby', send('a', 'x'.repeat(2_100)));
    await rooms.submit('lobby', send('b'));
    expect(rooms.takeNotes()).toMatchObject([{ billed: 2 }, { billed: 1 }]);

    const events = {
      room: 'r',
      revision: 1,
      seq: 1,
      online: 9,
      messages: [],
      joined: [],
      left: [],
    };
    const plan = { head: EMPTY_HEAD, operations: [], outcomes: [], owners: [] };
    const large = { ...plan, events, broadcastAt: undefined };
    const stats = { conflicts: 0, failures: 0 };
    expect(toCommitNote(large, [events, events], 'r', stats, 0)).toMatchObject({
      frames: 2,
      billed: 2,
    });
  });

  test('holds no text and no name', async () => {
    const { rooms } = openLog(new MemoryTable());
    await rooms.submit('lobby', send('a'));
    expect(JSON.stringify(rooms.takeNotes())).not.toMatch(/secret|Ada/);
  });

  test('has the wait of the oldest change, and the failures meanwhile', async () => {
    let left = 2;
    const table = troubled(new MemoryTable(), () => (left-- > 0 ? 'no answer before' : 'none'));
    const { clock, rooms } = openLog(table);
    await runUntil(clock, rooms.submit('lobby', send('a')));
    const notes = rooms.takeNotes();
    expect(notes).toMatchObject([{ failures: 2, conflicts: 0, waitedMs: expect.any(Number) }]);
    expect(notes[0]?.waitedMs).toBeGreaterThan(0);
  });

  test('counts lost races', async () => {
    const table = new MemoryTable();
    const [here, there] = [openLog(table), openLog(table)];
    await here.rooms.submit('lobby', send('a'));
    await there.rooms.submit('lobby', send('b'));
    await runUntil(here.clock, here.rooms.submit('lobby', send('c')));
    expect(here.rooms.takeNotes().at(-1)).toMatchObject({ revision: 3, conflicts: 1 });
  });

  test('is returned once', async () => {
    const { rooms } = openLog(new MemoryTable());
    await rooms.submit('lobby', send('a'));
    expect([rooms.takeNotes().length, rooms.takeNotes().length]).toEqual([1, 0]);
  });

  test('is not written if the commit wrote nothing', async () => {
    const { rooms } = openLog(new MemoryTable());
    await rooms.submit('lobby', { kind: 'broadcast' });
    expect(rooms.takeNotes()).toEqual([]);
  });
});
