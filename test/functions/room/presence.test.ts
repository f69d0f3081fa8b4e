// When presence is broadcast: at once in a small room, once per window in a larger one, and always in the end.

import { describe, expect, test } from '@jest/globals';
import type { Events } from '../../../functions/protocol.ts';
import { MAX_WINDOW_MS, presenceWindowMs } from '../../../functions/room/presence-budget.ts';
import { RoomLog } from '../../../functions/room/room-log.ts';
import { Clock } from '../../support/clock.ts';
import { MemoryTable } from '../../support/memory-table.ts';

const ROOM = 'lobby';
const times = (count: number) => Array.from({ length: count }, (_, n) => n);

/** Processes around one table and one clock, and all broadcasts to the room, in order. */
function open(processes = 1) {
  const clock = new Clock();
  const table = new MemoryTable();
  const broadcasts: Events[] = [];
  const logs = times(processes).map(
    () =>
      new RoomLog({
        table,
        now: clock.now,
        sleep: clock.sleep,
        random: () => 0,
        broadcast: async (events) => {
          broadcasts.push(events);
        },
      }),
  );
  const run = async (process: number, change: Parameters<RoomLog['submit']>[1]) => {
    const settled = logs[process]?.submit(ROOM, change);
    await clock.advance(0);
    broadcasts.push(...((await settled)?.frames ?? []));
  };
  const join = (n: number, process = 0) =>
    run(process, { kind: 'join', connectionId: `c${n}`, userId: `u${n}`, name: `N${n}` });
  const leave = (n: number, process = 0) => run(process, { kind: 'leave', connectionId: `c${n}` });
  const send = (n: number) =>
    run(0, { kind: 'send', userId: `u${n}`, name: `N${n}`, id: `${n}`, text: 'hi' });
  return { clock, broadcasts, join, leave, send };
}

describe('the window of presence', () => {
  test.each([
    [0, 0],
    [20, 0],
    [21, 5],
    [300, 1_429],
    [1_000, MAX_WINDOW_MS],
    [100_000, MAX_WINDOW_MS],
  ])('with %i online is %i ms', (online, ms) => {
    expect(presenceWindowMs(online)).toBe(ms);
  });
});

describe('presence', () => {
  test('is broadcast at once up to 20 online', async () => {
    const { broadcasts, join, leave } = open();
    for (const n of times(20)) await join(n);
    await leave(3);
    expect(broadcasts.map(({ online }) => online)).toEqual([...times(20).map((n) => n + 1), 19]);
  });

  test('is broadcast at most once per window in a larger room, and the last state within the window', async () => {
    const { clock, broadcasts, join } = open();
    for (const n of times(300)) await join(n);
    const before = broadcasts.length;
    for (const n of times(50)) {
      await join(300 + n);
      await clock.advance(10);
    }
    // 50 joins in 500 ms, in a room whose window is about 1.5 s.
    expect(broadcasts.length - before).toBeLessThanOrEqual(1);
    await clock.advance(presenceWindowMs(350));
    expect(broadcasts.at(-1)).toMatchObject({ online: 350, messages: [] });
    const after = broadcasts.length;
    await clock.advance(60_000);
    expect(broadcasts).toHaveLength(after);
  });

  test('deferred by a process that dies is broadcast with the next commit of another process', async () => {
    const { clock, broadcasts, join } = open(2);
    for (const n of times(100)) await join(n, 1);
    await clock.advance(10_000);
    await join(100, 0);
    await join(101, 0);
    expect(broadcasts.at(-1)).toMatchObject({ online: 101 });
    // The first process's clock never moves again. The second process commits after the window.
    await clock.advance(presenceWindowMs(102) - 1);
    const [kept] = broadcasts.slice(-1);
    expect(kept).toMatchObject({ online: 101 });
    await clock.advance(1);
    expect(broadcasts.at(-1)).toMatchObject({ online: 102, joined: [{ connectionId: 'c101' }] });
  });

  test('is broadcast with a message for free, with the joins and leaves since the last broadcast', async () => {
    const { clock, broadcasts, join, leave, send } = open();
    for (const n of times(100)) await join(n);
    await clock.advance(10_000);
    await join(100);
    const before = broadcasts.length;
    await join(101);
    await join(102);
    await leave(5);
    await leave(102);
    expect(broadcasts).toHaveLength(before);
    await send(1);
    expect(broadcasts.slice(before)).toMatchObject([
      {
        online: 101,
        messages: [{ seq: 1 }],
        joined: [{ connectionId: 'c101' }],
        left: [{ connectionId: 'c5' }, { connectionId: 'c102' }],
      },
    ]);
    await clock.advance(60_000);
    expect(broadcasts).toHaveLength(before + 1);
  });
});
