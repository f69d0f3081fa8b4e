import { expect, test } from '@jest/globals';
import { RoomLog } from '../../../functions/room/room-log.ts';
import { TableUnavailable } from '../../../functions/room/table.ts';
import { Clock, runUntil } from '../../support/clock.ts';
import { MemoryTable } from '../../support/memory-table.ts';

const LINES = ['one', 'two', 'three'];

test('lines that arrive together are given up together, so that a retry keeps their order', async () => {
  const table = new MemoryTable();
  const clock = new Clock();
  const began = clock.now();
  // Exactly the time for which a change is retried.
  const isOut = () => clock.now() < began + 20_000;
  const rooms = new RoomLog({
    table: {
      get: async (partition, key) => {
        if (isOut()) throw new TableUnavailable(new Error('busy'));
        return table.get(partition, key);
      },
      list: (partition, range) => table.list(partition, range),
      commit: (partition, operations) => table.commit(partition, operations),
    },
    now: clock.now,
    sleep: clock.sleep,
    random: () => 0.999,
    broadcast: async () => {},
  });
  const publish = () =>
    Promise.allSettled(
      LINES.map((text) =>
        rooms.submit('r', { kind: 'send', userId: 'app', name: 'App', id: text, text }),
      ),
    );

  const first = await runUntil(clock, publish());
  expect(first.map(({ status }) => status)).toEqual(LINES.map(() => 'rejected'));

  const second = await runUntil(clock, publish());
  expect(second).toMatchObject([1, 2, 3].map((seq) => ({ value: { outcome: { seq } } })));
});

test('a thousand changes that wait for silent storage are given up in the time of one', async () => {
  const clock = new Clock();
  const silent = async (): Promise<never> => {
    await clock.sleep(10_000);
    throw new TableUnavailable(new Error('no answer'));
  };
  const rooms = new RoomLog({
    table: { get: silent, list: silent, commit: silent },
    now: clock.now,
    sleep: clock.sleep,
    random: () => 0.999,
    broadcast: async () => {},
  });
  const began = clock.now();
  const joins = Array.from({ length: 1_000 }, (_, n) => {
    const member = { connectionId: `c${n}`, userId: `u${n}`, name: 'Name' };
    return rooms.submit('r', { kind: 'join', ...member });
  });
  const settled = await runUntil(clock, Promise.allSettled(joins));
  expect(settled.every(({ status }) => status === 'rejected')).toBe(true);
  // The time for which a change is retried, and the requests that were under way at its end.
  expect(clock.now() - began).toBeLessThan(45_000);
});
