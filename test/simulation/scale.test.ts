import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Operation } from '../../functions/room/table.ts';
import { LimitedStorage } from './scale/limited-storage.ts';
import { rowOf, TABLES } from './scale/run-scale.ts';
import { measure } from './scale/scenarios.ts';
import { Scheduler } from './scheduler.ts';

const ROOM = { rooms: 1, connectsPerSecond: 2_000, seed: 3 };

test('a partition of the model takes 2,000 entities a second', async () => {
  const scheduler = new Scheduler(1);
  const storage = new LimitedStorage(scheduler);
  let stored = 0;
  for (let n = 0; n < 30; n += 1) {
    void storage.commit('room', rows(n, 100)).then(() => {
      stored += 100;
    });
  }
  await scheduler.runUntil(1_000, () => false);
  expect(stored).toBeGreaterThan(1_700);
  expect(stored).toBeLessThanOrEqual(2_000);
});

test('a partition that would let a request wait for over 2 s is busy, and changes nothing', async () => {
  const scheduler = new Scheduler(1);
  const storage = new LimitedStorage(scheduler);
  const answers = Array.from({ length: 60 }, (_, n) =>
    storage.commit('room', rows(n, 100)).then(
      () => 'stored',
      (error) => `${error}`,
    ),
  );
  await scheduler.runUntil(10_000, () => false);
  const refused = (await Promise.all(answers)).filter((answer) => answer !== 'stored');
  expect(new Set(refused)).toEqual(new Set(['TableUnavailable: server busy']));
  expect(storage.busy).toBe(refused.length);
  const kept = storage.list('room', { from: '', to: '~', limit: 10_000 });
  await scheduler.runUntil(20_000, () => false);
  expect(await kept).toHaveLength((60 - refused.length) * 100);
});

test.each([0, 1, 4])(
  'with %i shards everyone is in, and the room sees the right count',
  async (shards) => {
    const people = 300;
    const { rightAfterSeconds, joinsPerSecond } = await measure({
      ...ROOM,
      people,
      instances: 10,
      shards,
    });
    expect(rightAfterSeconds).toBeLessThan(10);
    expect(joinsPerSecond).toBeGreaterThan(0);
  },
);

test('processes compete for a room of today, and not for a sharded one, whose messages cost no more', async () => {
  const room = { ...ROOM, people: 500, instances: 20 };
  const today = await measure({ ...room, shards: 0 });
  const sharded = await measure({ ...room, shards: 4 });
  expect(today.conflictsPerJoin).toBeGreaterThan(0.25);
  expect(sharded.conflictsPerJoin).toBeLessThan(0.1);
  expect(sharded.joinsPerSecond).toBeGreaterThan(2 * today.joinsPerSecond);
  expect(sharded.entitiesPerMessage).toBeLessThanOrEqual(today.entitiesPerMessage);
});

test('docs/scale.md has the tables of the model', async () => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/scale.md'), 'utf8');
  for (const table of TABLES) {
    expect(text).toContain(table.title);
    for (const [title] of table.rows) expect(text).toContain(`| ${title} |`);
  }
  const [rooms] = TABLES;
  const [, few] = rooms?.rows ?? [];
  // The cheapest row with several instances stands for the others, which take minutes.
  if (!rooms || !few) throw new Error('there is no such row');
  expect(text).toContain(await rowOf(rooms, few));
});

function rows(batch: number, count: number): Operation[] {
  return Array.from({ length: count }, (_, n) => ({
    kind: 'insert',
    row: { key: `r-${batch}-${n}`, properties: {} },
  }));
}
